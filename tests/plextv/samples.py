"""Values that the tests of the client share."""

from typing import Final

from custom_components.plex_account.plextv import ClientIdentity, Pin

CLIENT: Final = "5d9a1d2c-3c1e-4a54-9a0e-7f6f0b6f2a11"
TOKEN: Final = "sEcReT-tOkEn_0123456789"
IDENTITY: Final = ClientIdentity(
    client_identifier=CLIENT,
    product="Home Assistant (Plex Account)",
    version="1.2.3",
    platform="Home Assistant",
    platform_version="2026.11.0",
    device="Attic",
    device_name="Home Assistant (Attic)",
    model="Plex Account",
)
SOME_PIN: Final = Pin(id=3_141_592_653, code="Q7ZX", lifetime=900.0, token=TOKEN)
