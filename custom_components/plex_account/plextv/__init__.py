"""Client of the plex.tv account API; knows nothing of Home Assistant."""

from .call import Call, CallResult, Json
from .client import PlexTvClient
from .device import PlexTvDevice
from .exceptions import (
    PlexTvAnswerTooLargeError,
    PlexTvAuthenticationError,
    PlexTvConnectionError,
    PlexTvError,
    PlexTvPinGoneError,
    PlexTvRateLimitError,
    PlexTvResponseError,
)
from .hosts import PlexTvHosts
from .models import Account, Claim, Pin, Subscription
from .pin import PinLogin
from .reach import REACH_SLOTS, find_connection
from .redaction import redacted
from .servers import Connection, Server

__all__ = [
    "REACH_SLOTS",
    "Account",
    "Call",
    "CallResult",
    "Claim",
    "Connection",
    "Json",
    "Pin",
    "PinLogin",
    "PlexTvAnswerTooLargeError",
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
    "redacted",
]
