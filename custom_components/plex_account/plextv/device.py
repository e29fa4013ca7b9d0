"""What a person sees of this client in the settings of a Plex account."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class PlexTvDevice:
    """How this client shows up under Authorized Devices of a Plex account."""

    product: str
    version: str
    platform: str
    platform_version: str
    device: str
    device_name: str
    model: str

    @property
    def headers(self) -> dict[str, str]:
        """The headers that carry these texts."""
        return {
            "X-Plex-Product": _header(self.product),
            "X-Plex-Version": _header(self.version),
            "X-Plex-Platform": _header(self.platform),
            "X-Plex-Platform-Version": _header(self.platform_version),
            "X-Plex-Device": _header(self.device),
            "X-Plex-Device-Name": _header(self.device_name),
            "X-Plex-Model": _header(self.model),
        }


def _header(value: str) -> str:
    """Make a text fit for a header: a person may have typed anything into it."""
    printable = "".join(char if char.isprintable() else " " for char in value)
    return " ".join(printable.split())[:100]
