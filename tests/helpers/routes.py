"""Routes of plex.tv, of Discover and of a media server, as the simulator names them."""

from typing import Final

PINS: Final = "/api/v2/pins"
PIN: Final = "/api/v2/pins/{id}"
USER: Final = "/api/v2/user"
PING: Final = "/api/v2/ping"
SIGN_OUT: Final = "/api/v2/users/signout"
APPROVAL: Final = "/api/v2/pins/link"
CLAIM: Final = "/api/claim/token"
RESOURCES: Final = "/api/v2/resources"
DEVICES: Final = "/api/v2/devices"
DEVICES_XML: Final = "/devices.xml"
DEVICE: Final = "/devices/{id}.xml"
HOME_USERS: Final = "/api/v2/home/users"

IDENTITY: Final = "/identity"
EVENTS: Final = "/:/eventsource/notifications"
SESSIONS: Final = "/status/sessions"
SECTIONS: Final = "/library/sections"
SERVER_TITLES: Final = "/library/all"

WATCHLIST: Final = "/library/sections/watchlist/all"
ADD: Final = "/actions/addToWatchlist"
REMOVE: Final = "/actions/removeFromWatchlist"
SEARCH: Final = "/library/search"
MATCHES: Final = "/library/metadata/matches"
TITLES: Final = "/library/metadata/{keys}"
