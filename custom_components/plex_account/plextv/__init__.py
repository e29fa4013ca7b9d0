"""Client of the plex.tv account API; imports nothing of Home Assistant."""

from .account import Account, Claim, Subscription
from .authorized import AuthorizedDevice, AuthorizedDevices
from .client import PlexTvClient
from .copies import ServerCopies
from .errors import (
    PlexTvAnswerTooLargeError,
    PlexTvAuthenticationError,
    PlexTvConnectionError,
    PlexTvError,
    PlexTvPinGoneError,
    PlexTvRateLimitError,
    PlexTvResponseError,
)
from .hosts import PlexTvHosts
from .identity import ClientIdentity
from .networks import Networks
from .pin import Pin, PinLocation, PinLogin
from .raw import RawRequest, RawResponse
from .reach import REACH_SLOTS, find_connection
from .readers import Json
from .redaction import redacted, redacted_line
from .server_sessions import ServerSessions
from .servers import Connection, Route, Server, read_servers
from .titles import Title
from .watchlist import TitleList, Watchlist

__all__ = [
    "REACH_SLOTS",
    "Account",
    "AuthorizedDevice",
    "AuthorizedDevices",
    "Claim",
    "ClientIdentity",
    "Connection",
    "Json",
    "Networks",
    "Pin",
    "PinLocation",
    "PinLogin",
    "PlexTvAnswerTooLargeError",
    "PlexTvAuthenticationError",
    "PlexTvClient",
    "PlexTvConnectionError",
    "PlexTvError",
    "PlexTvHosts",
    "PlexTvPinGoneError",
    "PlexTvRateLimitError",
    "PlexTvResponseError",
    "RawRequest",
    "RawResponse",
    "Route",
    "Server",
    "ServerCopies",
    "ServerSessions",
    "Subscription",
    "Title",
    "TitleList",
    "Watchlist",
    "find_connection",
    "read_servers",
    "redacted",
    "redacted_line",
]
