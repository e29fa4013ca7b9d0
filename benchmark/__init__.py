"""The benchmark of Plex Account in Home Assistant."""
