"""The data that is simulated. Nothing here knows of HTTP or of sockets."""
