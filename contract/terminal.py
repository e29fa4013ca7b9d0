"""The sign-in at a terminal: shows the code, and waits for the approval."""

from contextlib import suppress
from typing import TYPE_CHECKING

import segno

from custom_components.plex_account.plextv import PinLogin, PlexTvError

if TYPE_CHECKING:
    from custom_components.plex_account.plextv import Pin, PlexTvClient


async def approve(client: PlexTvClient, pin: Pin) -> str | None:
    """Show the code of a PIN, and wait; return the token if it was approved."""
    address = client.link_url(pin)
    print(f"\nOpen {client.transport.hosts.link} and type {pin.code}, or scan:\n")
    segno.make(address, error="L", micro=False).terminal(compact=True)
    print("Waiting until the code is approved.")
    try:
        token = await PinLogin(client, pin).token()
    except PlexTvError as err:
        print(f"The code was not approved: {err}.")
        return None
    print("Approved. The rest takes about a minute.")
    return token


def tell(text: str) -> None:
    """Print a message, unless the terminal was closed."""
    with suppress(OSError):
        print(text, flush=True)
