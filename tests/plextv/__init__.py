"""Tests of the client of plex.tv, through the wire against the simulator."""
