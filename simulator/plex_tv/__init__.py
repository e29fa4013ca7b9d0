"""The routes of plex.tv and the bodies of their responses."""
