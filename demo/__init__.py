"""A real Home Assistant with Plex Account, to look at and to test in a browser."""
