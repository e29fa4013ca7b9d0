"""Other programs' clients of plex.tv work with the simulator."""
