"""Constants of the Plex Account integration."""

from datetime import timedelta
import logging
from typing import Final

DOMAIN: Final = "plex_account"
LOGGER: Final = logging.getLogger(__package__)

CONF_CLIENT_IDENTIFIER: Final = "client_identifier"
CONF_ALLOW_TOKENS: Final = "allow_tokens"
CONF_FOLLOW: Final = "follow_playback"
CONF_SERVER: Final = "server"
CONF_PIN: Final = "pin"
CONF_TASK: Final = "task"
CONF_USER: Final = "user"
CONF_WAY: Final = "way"
# The type of a subentry: a user of the account's Plex Home.
HOME_USER: Final = "home_user"

# How to sign in.
WAY_CODE: Final = "code"
WAY_BROWSER: Final = "browser"

# Which servers are listened to: one's own, also those that others share, or none.
FOLLOW_OWN: Final = "own"
DEFAULT_FOLLOW: Final = FOLLOW_OWN
FOLLOW_SHARED: Final = "shared"
FOLLOW_NONE: Final = "none"

# The name of plex.tv in error messages; other messages name a server.
PLEX_TV_NAME: Final = "plex.tv"
# State of a server's route when the server does not respond.
NO_ROUTE: Final = "none"

# plex.tv lists a server that was added or has moved within minutes.
SERVERS_INTERVAL: Final = timedelta(minutes=5)
# Name and Plex Pass of an account change a few times in its life.
ACCOUNT_INTERVAL: Final = timedelta(hours=3)
# Tokens that were not used for weeks have expired; once a day is often enough.
PING_INTERVAL: Final = timedelta(days=1)
# A rejected token is tried again: plex.tv has rejected valid tokens during outages.
SIGN_IN_CHECK_INTERVAL: Final = timedelta(hours=1)
# Seconds before a surprising response of plex.tv is verified by a second request: that
# it rejects the token, or that the account has lost all servers.
CHECK_DELAY: Final = 3
# The servers of a Home user, and whether plex.tv accepts their token. There may be 14
# Home users.
HOME_USER_INTERVAL: Final = timedelta(minutes=15)
# The users of a Plex Home and their names.
HOME_INTERVAL: Final = timedelta(hours=3)
# Right after a Home user was signed in, plex.tv may list their servers without tokens,
# or not at all (plezy). The request is repeated a few times.
NEW_TOKEN_DELAY: Final = timedelta(seconds=20)
NEW_TOKEN_RETRIES: Final = 5
# One request to one address of each server, mostly in the home network: soon enough for
# automations that wait some minutes before they act on an outage.
REACH_INTERVAL: Final = timedelta(minutes=2)
# Short enough to report a sign-in of somebody else within the hour. The list is large,
# and it is only requested while an entity shows it.
DEVICES_INTERVAL: Final = timedelta(minutes=30)
# Seconds that the set-up waits for the first measurement: enough for a few servers that
# do not respond. With many, it continues in the background.
FIRST_MEASUREMENT_WAIT: Final = 4
# Seconds that the set-up of an account with stored data waits for plex.tv, whose
# response contains the tokens of the servers.
KNOWN_ACCOUNT_WAIT: Final = 1
# Every fifth measurement tries all addresses of a server, not just the one that
# responded last: a better one may be reachable again.
FULL_SEARCH: Final = 5
# One conditional request shows whether a watchlist has changed.
WATCHLIST_INTERVAL: Final = timedelta(minutes=15)
# The ETag may not change with every change of the list, so the list is read in full
# once a day. Accounts without a watchlist are checked at the same interval.
WHOLE_WATCHLIST_INTERVAL: Final = timedelta(days=1)
# A change of the watchlist is verified after this time: Plex may have applied it
# differently, or the list may lag behind.
WATCHLIST_CHECK_DELAY: Final = timedelta(seconds=10)
# How often each server is searched for each title of the watchlist. After a change of
# its library, it is searched sooner.
AVAILABILITY_INTERVAL: Final = timedelta(days=1)
# Jitter as a fraction of an interval, so that accounts which were set up at the same
# time do not poll at the same time.
JITTER: Final = 0.1
# Seconds until a stream that ended is opened again, with exponential backoff. A stream
# that stayed open for STREAM_STEADY seconds resets the backoff.
STREAM_RETRY_FIRST: Final = 2
STREAM_RETRY_MOST: Final = 300
STREAM_STEADY: Final = 30
# Seconds between the first checks of a followed server that became unreachable: it may
# just be restarting.
AWAY_CHECKS: Final = (5, 10, 20, 40)
# Seconds that the removal of an account waits for plex.tv.
SIGN_OUT_TIMEOUT: Final = 5
# Sign-outs to which plex.tv did not respond are retried.
SIGN_OUT_RETRY_INTERVAL: Final = timedelta(hours=1)
