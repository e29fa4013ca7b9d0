"""The catalogue of Plex and the watchlists, on hosts of their own."""
