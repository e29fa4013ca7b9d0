"""HTTP servers that record requests and can answer badly, and plex.tv's encoding."""
