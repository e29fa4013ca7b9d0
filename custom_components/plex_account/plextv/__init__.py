"""Client for the plex.tv account API, independent of Home Assistant."""

from .account import Account, Claim, Subscription
from .authorized import AuthorizedDevice, AuthorizedDevices
from .client import PlexTvClient
from .errors import (
    PlexTvAnswerTooLargeError,
    PlexTvAuthenticationError,
    PlexTvConnectionError,
    PlexTvError,
    PlexTvHomePinError,
    PlexTvPinGoneError,
    PlexTvRateLimitError,
    PlexTvResponseError,
)
from .home import Home, HomeUser
from .hosts import PlexTvHosts
from .identity import ClientIdentity
from .library_news import Added, AddedTitle, LibraryNews
from .media_server import MediaServer
from .networks import Networks
from .notifications import (
    LibraryNotification,
    Notification,
    NotificationStream,
    PlaybackNotification,
)
from .own_sessions import OwnSessions
from .pin import Pin, PinLocation, PinLogin
from .playback import Playback, PlaybackEvent
from .raw import RawRequest, RawResponse
from .reach import REACH_SLOTS, find_connection
from .readers import Json
from .redaction import redacted, redacted_line
from .server_sessions import ServerSessions
from .servers import Connection, Route, Server, read_servers
from .sessions import Session, Snapshot
from .titles import Title
from .watchlist import TitleList, Watchlist

__all__ = [
    "REACH_SLOTS",
    "Account",
    "Added",
    "AddedTitle",
    "AuthorizedDevice",
    "AuthorizedDevices",
    "Claim",
    "ClientIdentity",
    "Connection",
    "Home",
    "HomeUser",
    "Json",
    "LibraryNews",
    "LibraryNotification",
    "MediaServer",
    "Networks",
    "Notification",
    "NotificationStream",
    "OwnSessions",
    "Pin",
    "PinLocation",
    "PinLogin",
    "Playback",
    "PlaybackEvent",
    "PlaybackNotification",
    "PlexTvAnswerTooLargeError",
    "PlexTvAuthenticationError",
    "PlexTvClient",
    "PlexTvConnectionError",
    "PlexTvError",
    "PlexTvHomePinError",
    "PlexTvHosts",
    "PlexTvPinGoneError",
    "PlexTvRateLimitError",
    "PlexTvResponseError",
    "RawRequest",
    "RawResponse",
    "Route",
    "Server",
    "ServerSessions",
    "Session",
    "Snapshot",
    "Subscription",
    "Title",
    "TitleList",
    "Watchlist",
    "find_connection",
    "read_servers",
    "redacted",
    "redacted_line",
]
