"""Compares what plex.tv answers with what the simulator answers, without values."""
