"""HTTP servers that record requests and apply faults, and plex.tv's encoding."""
