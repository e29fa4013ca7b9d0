"""Where plex.tv is."""

from dataclasses import dataclass

from yarl import URL


@dataclass(frozen=True, kw_only=True, slots=True)
class PlexTvHosts:
    """Where plex.tv is: its API, the page that takes a code and the page to sign in."""

    api: URL = URL("https://plex.tv")
    link: URL = URL("https://plex.tv/link/")
    auth: URL = URL("https://app.plex.tv/auth")
