"""The simulator's own page, where a person can trigger events."""
