"""The HTTP servers: listening, encoding, recording and misbehaving."""
