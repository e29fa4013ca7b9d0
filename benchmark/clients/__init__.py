"""Clients that sign in to plex.tv by a code, each run in a process of its own."""
