"""The identity of this client in requests to plex.tv and to media servers."""

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, Self
from uuid import NAMESPACE_URL, uuid5

# Replaces aiohttp's, which contains the versions of Home Assistant, aiohttp and Python.
USER_AGENT: Final = "PlexAccount (Home Assistant)"


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientIdentity:
    """The identity of a client: one row under Authorized Devices of a Plex account."""

    client_identifier: str = field(repr=False)
    """Identifies the row; together with the id of a PIN, it redeems the PIN's token."""
    product: str
    version: str
    platform: str
    platform_version: str
    device: str
    device_name: str
    model: str

    @property
    def headers(self) -> dict[str, str]:
        """The headers that identify the client."""
        headers = {
            "X-Plex-Client-Identifier": self.client_identifier,
            "X-Plex-Product": _header(self.product),
            "X-Plex-Version": _header(self.version),
            "X-Plex-Platform": _header(self.platform),
            "X-Plex-Platform-Version": _header(self.platform_version),
            "X-Plex-Device": _header(self.device),
            "X-Plex-Device-Name": _header(self.device_name),
            "X-Plex-Model": _header(self.model),
        }
        return {name: value for name, value in headers.items() if value}

    def for_server(self, machine_identifier: str) -> Self:
        """Return the identity of the client for a media server.

        Somebody else's server must not receive the identifier that plex.tv uses, and
        needs neither versions nor the name of the home. Each server receives a
        different identifier, which stays the same.
        """
        return replace(
            self,
            client_identifier=_identifier_for_server(
                self.client_identifier, machine_identifier
            ),
            version="",
            platform_version="",
            device=self.platform,
            device_name=self.platform,
        )


# Every action searches its response for the identifiers of all servers.
@lru_cache(maxsize=10_000)
def _identifier_for_server(client_identifier: str, machine_identifier: str) -> str:
    """Return the identifier of a client for a media server."""
    return str(uuid5(NAMESPACE_URL, f"{client_identifier}/{machine_identifier}"))


def _header(value: str) -> str:
    """Return a text as a valid header value: one line, printable, 100 characters."""
    printable = "".join(char if char.isprintable() else " " for char in value)
    return " ".join(printable.split())[:100]
