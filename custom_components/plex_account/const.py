"""Names and numbers of the Plex Account integration."""

from datetime import timedelta
import logging
from typing import Final

DOMAIN: Final = "plex_account"
LOGGER: Final = logging.getLogger(__package__)

CONF_CLIENT_IDENTIFIER: Final = "client_identifier"
CONF_ALLOW_TOKENS: Final = "allow_tokens"
CONF_SERVER: Final = "server"

# Who is asked, in texts for a person.
PLEX_TV_NAME: Final = "plex.tv"

# plex.tv knows a server that was added or has moved within minutes.
SERVERS_INTERVAL: Final = timedelta(minutes=5)
# Name and Plex Pass of an account change a few times in its life.
ACCOUNT_INTERVAL: Final = timedelta(hours=3)
# Tokens that nobody used for weeks have died; one use a day is ample.
PING_INTERVAL: Final = timedelta(days=1)
# One request to one address of each server, mostly in the person's own network: soon
# enough for an automation that waits some minutes before it believes in an outage.
REACH_INTERVAL: Final = timedelta(minutes=2)
# Seconds for which the set-up waits for the first measurement: enough for a handful of
# servers that are away. It goes on without the set-up, for a hundred take much longer.
FIRST_MEASUREMENT_WAIT: Final = 4
# Every so many measurements a server is asked at all its addresses, not just at the one
# that answered last: its better one may be back.
FULL_SEARCH: Final = 5
# Share of an interval that is left to chance, so that many accounts which were set up
# together do not ask together for ever.
SPREAD: Final = 0.1
# Seconds for all that is asked of plex.tv in one go; Home Assistant's start waits.
PLEX_TV_TIMEOUT: Final = 10
# Seconds; the removal of an account does not wait longer for plex.tv.
SIGN_OUT_TIMEOUT: Final = 5
