"""The simulated data. Nothing in here knows of HTTP, sockets or running servers."""
