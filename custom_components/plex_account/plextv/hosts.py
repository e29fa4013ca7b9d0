"""Hosts of plex.tv, and the pages that a person opens there."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from yarl import URL

if TYPE_CHECKING:
    from .identity import ClientIdentity


@dataclass(frozen=True, kw_only=True, slots=True)
class PlexTvHosts:
    """The APIs, the page that takes a short code, and the page to sign in."""

    api: URL = URL("https://plex.tv")
    link: URL = URL("https://plex.tv/link/")
    auth: URL = URL("https://app.plex.tv/auth")
    discover: URL = URL("https://discover.provider.plex.tv")
    """The catalogue, and the watchlists."""

    def auth_url(self, code: str, identity: ClientIdentity) -> str:
        """Return the address of the page to sign in, for one strong code.

        Everything is in the fragment, which browsers do not send, so that it never
        reaches a server's log. There is no forwardUrl: the dialogue polls instead.
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
        """Return an address if it is plex.tv's own; no other is shown to a person."""
        try:
            url = URL(address or "")
            theirs = url.origin() == self.api.origin()
        except ValueError:
            return None
        return str(url) if theirs and url.user is None else None
