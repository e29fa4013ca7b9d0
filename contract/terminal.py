"""Shows the code in the terminal, and waits until a person approved it."""

from typing import TYPE_CHECKING

import segno

from custom_components.plex_account.plextv import PinLogin, PlexTvError

if TYPE_CHECKING:
    from custom_components.plex_account.plextv import Pin, PlexTvClient


async def approve(client: PlexTvClient, pin: Pin) -> bool:
    """Show the code of a PIN, and wait; tell whether it was approved."""
    address = client.link_url(pin)
    print(f"\nOpen {client.transport.hosts.link} and type {pin.code}, or scan:\n")
    segno.make(address, error="L", micro=False).terminal(compact=True)
    print("Waiting until the code is approved.")
    try:
        await PinLogin(client, pin).token()
    except PlexTvError as err:
        print(f"The code was not approved: {err}.")
        return False
    print("Approved. The rest takes about a minute.")
    return True
