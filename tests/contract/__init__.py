"""Tests of the comparison of plex.tv with the simulator."""
