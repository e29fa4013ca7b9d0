"""What Plex Account costs a Home Assistant, measured."""
