"""plex.tv: accounts, PINs, devices and lists of servers, over HTTP."""
