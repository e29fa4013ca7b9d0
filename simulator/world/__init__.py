"""The simulated data, independent of HTTP, sockets and running servers."""
