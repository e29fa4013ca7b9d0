"""No secret of an account appears in logs, storage, events, states or errors."""
