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

# Whose servers are listened to: one's own, those that others share as well, or none.
FOLLOW_OWN: Final = "own"
DEFAULT_FOLLOW: Final = FOLLOW_OWN
FOLLOW_SHARED: Final = "shared"
FOLLOW_NONE: Final = "none"

# Who was asked, in texts for people.
PLEX_TV_NAME: Final = "plex.tv"
# State of a server's route when it does not answer.
NO_ROUTE: Final = "none"

# plex.tv lists a server that was added or has moved within minutes.
SERVERS_INTERVAL: Final = timedelta(minutes=5)
# Name and Plex Pass of an account change a few times in its life.
ACCOUNT_INTERVAL: Final = timedelta(hours=3)
# Tokens that were not used for weeks have expired; once a day is ample.
PING_INTERVAL: Final = timedelta(days=1)
# A rejected token is tried again: plex.tv has rejected valid ones during incidents.
SIGN_IN_CHECK_INTERVAL: Final = timedelta(hours=1)
# Seconds before plex.tv is asked a second time about what is hard to believe: that it
# rejects the token, or that the account has lost all servers.
CHECK_DELAY: Final = 3
# What a Home user may use, and whether plex.tv accepts their token. There may be 14.
HOME_USER_INTERVAL: Final = timedelta(minutes=15)
# Who belongs to a Plex Home, and what they are called.
HOME_INTERVAL: Final = timedelta(hours=3)
# Right after a Home user was signed in, plex.tv may not list their servers or not with
# tokens (plezy). It is asked a few times more.
NEW_TOKEN_DELAY: Final = timedelta(seconds=20)
NEW_TOKEN_QUESTIONS: Final = 5
# One request to one address of each server, mostly in the home network: soon enough for
# automations that wait some minutes before they act on an outage.
REACH_INTERVAL: Final = timedelta(minutes=2)
# A sign-in of somebody else is worth knowing within the hour. The list is large, and
# plex.tv is asked for it only while an entity shows it.
DEVICES_INTERVAL: Final = timedelta(minutes=30)
# Seconds that the set-up waits for the first measurement: enough for a handful of
# servers that do not answer. With many, it goes on in the background.
FIRST_MEASUREMENT_WAIT: Final = 4
# Seconds that the set-up of an account that is known from an earlier run waits for
# plex.tv, whose answer brings the tokens of the servers.
KNOWN_ACCOUNT_WAIT: Final = 1
# Every fifth measurement asks a server at all its addresses, not just at the one that
# answered last: a better one may be back.
FULL_SEARCH: Final = 5
# One conditional request tells whether a watchlist is still the same.
WATCHLIST_INTERVAL: Final = timedelta(minutes=15)
# It is not proven that an ETag notices every change, so the list is read in full once a
# day. Accounts without a watchlist are checked as rarely.
WHOLE_WATCHLIST_INTERVAL: Final = timedelta(days=1)
# A change of the watchlist is looked at after this time: Plex may have made another one
# of it, or the list may lag behind.
WATCHLIST_CHECK_DELAY: Final = timedelta(seconds=10)
# Each server is asked for each title of the watchlist, and sooner after its library
# changed.
AVAILABILITY_INTERVAL: Final = timedelta(days=1)
# Jitter of an interval, as a share of it, so that accounts which were set up together
# do not poll together.
SPREAD: Final = 0.1
# Seconds until a stream that ended is opened again: twice as long each time, and from
# the first again after a stream that was steady for a while.
STREAM_RETRY_FIRST: Final = 2
STREAM_RETRY_MOST: Final = 300
STREAM_STEADY: Final = 30
# Seconds between the first checks of a followed server that went away: many restart.
AWAY_CHECKS: Final = (5, 10, 20, 40)
# Seconds; the removal of an account does not wait longer for plex.tv.
SIGN_OUT_TIMEOUT: Final = 5
# What plex.tv did not answer at once is tried again.
SIGN_OUT_RETRY_INTERVAL: Final = timedelta(hours=1)
