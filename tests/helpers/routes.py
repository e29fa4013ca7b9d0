"""Routes of plex.tv and of a media server, as the simulator names them."""

from typing import Final

PINS: Final = "/api/v2/pins"
PIN: Final = "/api/v2/pins/{id}"
USER: Final = "/api/v2/user"
PING: Final = "/api/v2/ping"
SIGN_OUT: Final = "/api/v2/users/signout"
APPROVAL: Final = "/api/v2/pins/link"
CLAIM: Final = "/api/claim/token"
RESOURCES: Final = "/api/v2/resources"
HOME_USERS: Final = "/api/v2/home/users"

IDENTITY: Final = "/identity"
EVENTS: Final = "/:/eventsource/notifications"
SESSIONS: Final = "/status/sessions"
SECTIONS: Final = "/library/sections"
