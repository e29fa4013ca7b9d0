"""A comparison of plex.tv's responses with the simulator's, without values."""
