"""The catalogue of Plex at hosts of its own, and everybody's watchlist there."""
