"""Client of the plex.tv account API; knows nothing of Home Assistant."""

from .client import PlexTvClient, PlexTvDevice, PlexTvHosts
from .exceptions import (
    PlexTvAuthenticationError,
    PlexTvConnectionError,
    PlexTvError,
    PlexTvPinGoneError,
    PlexTvRateLimitError,
    PlexTvResponseError,
)
from .models import Account, Pin, Subscription
from .pin import PinLogin

__all__ = [
    "Account",
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
    "Subscription",
]
