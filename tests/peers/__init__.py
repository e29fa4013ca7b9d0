"""Tests that other programs' clients of plex.tv take the simulator for it."""
