"""Names and numbers of the Plex Account integration."""

from datetime import timedelta
import logging
from typing import Final

DOMAIN: Final = "plex_account"
LOGGER: Final = logging.getLogger(__package__)

CONF_CLIENT_IDENTIFIER: Final = "client_identifier"

# Name and Plex Pass of an account change a few times in its life; the token is rejected
# more often than that, and a few hours are soon enough to hear of it.
ACCOUNT_INTERVAL: Final = timedelta(hours=3)
