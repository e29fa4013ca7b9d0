"""Hosts of plex.tv, and the URLs of its pages for people."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from yarl import URL

if TYPE_CHECKING:
    from .identity import ClientIdentity


@dataclass(frozen=True, kw_only=True, slots=True)
class PlexTvHosts:
    """The APIs, the page to enter a short code, and the page to sign in."""

    api: URL = URL("https://plex.tv")
    link: URL = URL("https://plex.tv/link/")
    auth: URL = URL("https://app.plex.tv/auth")
    discover: URL = URL("https://discover.provider.plex.tv")
    """The catalogue, and the watchlists."""

    def auth_url(self, code: str, identity: ClientIdentity) -> str:
        """Return the URL of the page to sign in, for one strong code.

        All parameters are in the fragment, which browsers do not send, so that they
        are never logged by a server. There is no forwardUrl: the code is polled.
        """
        fragment = {
            "clientID": identity.client_identifier,
            "code": code,
            "context[device][product]": identity.product,
            "context[device][version]": identity.version,
            "context[device][platform]": identity.platform,
            "context[device][platformVersion]": identity.platform_version,
            "context[device][device]": identity.device,
            "context[device][deviceName]": identity.device_name,
            "context[device][model]": identity.model,
        }
        encoded = urlencode(fragment, quote_via=quote, errors="replace")
        return f"{self.auth}#?{encoded}"

    def own_url(self, address: str | None) -> str | None:
        """Return a URL if its host is plex.tv's, else None: no other is shown."""
        try:
            url = URL(address or "")
            theirs = url.origin() == self.api.origin()
        except ValueError:
            return None
        return str(url) if theirs and url.user is None else None
