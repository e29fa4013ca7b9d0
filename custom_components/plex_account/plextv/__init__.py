"""Client of the plex.tv account API; knows nothing of Home Assistant."""

from .client import PlexTvClient
from .device import PlexTvDevice
from .exceptions import (
    PlexTvAuthenticationError,
    PlexTvConnectionError,
    PlexTvError,
    PlexTvPinGoneError,
    PlexTvRateLimitError,
    PlexTvResponseError,
)
from .hosts import PlexTvHosts
from .models import Account, Pin, Subscription
from .pin import PinLogin
from .reach import REACH_SLOTS, find_connection
from .servers import Connection, Server

__all__ = [
    "REACH_SLOTS",
    "Account",
    "Connection",
    "Pin",
    "PinLogin",
    "PlexTvAuthenticationError",
    "PlexTvClient",
    "PlexTvConnectionError",
    "PlexTvDevice",
    "PlexTvError",
    "PlexTvHosts",
    "PlexTvPinGoneError",
    "PlexTvRateLimitError",
    "PlexTvResponseError",
    "Server",
    "Subscription",
    "find_connection",
]
