"""Tests of the client of plex.tv, over HTTP against the simulator."""
