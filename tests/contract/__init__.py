"""plex.tv is compared with the simulator."""
