"""How this client presents itself to plex.tv and to media servers."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientIdentity:
    """Who asks: one row under Authorized Devices of a Plex account."""

    client_identifier: str = field(repr=False)
    """Names the row; with the id of a PIN it redeems that PIN's token."""
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
        return {
            "X-Plex-Client-Identifier": self.client_identifier,
            "X-Plex-Product": _header(self.product),
            "X-Plex-Version": _header(self.version),
            "X-Plex-Platform": _header(self.platform),
            "X-Plex-Platform-Version": _header(self.platform_version),
            "X-Plex-Device": _header(self.device),
            "X-Plex-Device-Name": _header(self.device_name),
            "X-Plex-Model": _header(self.model),
        }


def _header(value: str) -> str:
    """Make any text valid as a header's value: one line, printable, 100 characters."""
    printable = "".join(char if char.isprintable() else " " for char in value)
    return " ".join(printable.split())[:100]
