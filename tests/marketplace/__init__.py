"""Plex Account is installed by Home Assistant's own Marketplace."""
