"""Where plex.tv is."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from yarl import URL

if TYPE_CHECKING:
    from .device import PlexTvDevice


@dataclass(frozen=True, kw_only=True, slots=True)
class PlexTvHosts:
    """Where plex.tv is: its API, the page that takes a code and the page to sign in."""

    api: URL = URL("https://plex.tv")
    link: URL = URL("https://plex.tv/link/")
    auth: URL = URL("https://app.plex.tv/auth")

    def auth_url(
        self, code: str, device: PlexTvDevice, *, client_identifier: str
    ) -> str:
        """Return the address of the page to sign in, for one strong code.

        All of it stands behind the #, so that it never reaches a server's log. There is
        no forwardUrl: nothing has to lead back to us.
        """
        fragment = {
            "clientID": client_identifier,
            "code": code,
            "context[device][product]": device.product,
            "context[device][version]": device.version,
            "context[device][platform]": device.platform,
            "context[device][platformVersion]": device.platform_version,
            "context[device][device]": device.device,
            "context[device][deviceName]": device.device_name,
            "context[device][model]": device.model,
        }
        encoded = urlencode(fragment, quote_via=quote, errors="replace")
        return f"{self.auth}#?{encoded}"

    def own_url(self, address: str | None) -> str | None:
        """Return an address if it is plex.tv's own; no other is offered to a person."""
        try:
            url = URL(address or "")
            theirs = url.origin() == self.api.origin()
        except ValueError:
            return None
        return str(url) if theirs and url.user is None else None
