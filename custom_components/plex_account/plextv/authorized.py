"""The devices that are signed in to an account: its Authorized Devices."""

from http import HTTPMethod
from typing import TYPE_CHECKING

from . import readers
from .transport import MAX_LIST_BYTES

if TYPE_CHECKING:
    from .transport import Transport


class AuthorizedDevices:
    """Lists and removes authorized devices. Their tokens are not read."""

    def __init__(self, transport: Transport) -> None:
        """Ask for the account of `transport`."""
        self._transport = transport

    async def remove_own(self) -> bool:
        """Remove the row of this client, which invalidates its token.

        Returns whether there was one. Both routes are those of python-plexapi
        (`MyPlexAccount.devices`, `MyPlexDevice.delete`); the list is JSON at
        /api/v2/devices. Raises as `PlexTvClient` does.
        """
        response = await self._transport.ask(
            HTTPMethod.GET,
            "api/v2/devices",
            purpose="listing the devices",
            max_bytes=MAX_LIST_BYTES,
        )
        own = self._transport.identity.client_identifier
        rows = map(readers.fields, response.json_array())
        numbers = [
            number
            for row in rows
            if row.get("clientIdentifier") == own
            and (number := readers.whole(row.get("id"))) is not None
        ]
        for number in numbers:
            await self._transport.ask(
                HTTPMethod.DELETE, f"devices/{number}.xml", purpose="removing a device"
            )
        return bool(numbers)
