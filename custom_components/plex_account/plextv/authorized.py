"""The devices that are signed in to an account: its Authorized Devices."""

import asyncio
from dataclasses import dataclass, field
from http import HTTPMethod, HTTPStatus
from typing import TYPE_CHECKING, Final, Self

from . import readers
from .errors import PlexTvResponseError
from .transport import MAX_LIST_BYTES

if TYPE_CHECKING:
    from datetime import datetime

    from .transport import Response, Transport

# Far more than an account has. A row of plex.tv takes 1 kB of MAX_LIST_BYTES, a hostile
# row that costs time takes two bytes.
MAX_DEVICES: Final = 5_000
# The fields that are read. A row also contains the token and the public address of its
# device, which are dropped while the list is parsed.
FIELDS: Final = frozenset(
    {
        "id",
        "clientIdentifier",
        "name",
        "product",
        "platform",
        "productVersion",
        "version",
        "createdAt",
        "lastSeenAt",
    }
)
# Tag of a row in devices.xml, and in the XML of the other route.
ROW_TAGS: Final = frozenset({"Device", "device"})
# Statuses of a route that does not exist or was removed.
GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorizedDevice:
    """A device that is signed in, without its token and its addresses.

    No document of plex.tv describes a row, so every field may be missing.
    """

    id: int | None = None
    """plex.tv's number of the row, unchanged when the same device signs in again."""
    client_identifier: str | None = field(default=None, repr=False)
    name: str | None = None
    product: str | None = None
    """The program, for example "Plex for Android (TV)"."""
    platform: str | None = None
    version: str | None = None
    """The version of the program."""
    created_at: datetime | None = None
    """The time of the device's first sign-in."""
    last_seen_at: datetime | None = None

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Parse a row, in JSON or as the attributes of an XML element."""
        row = readers.fields(value)
        return cls(
            id=readers.whole(row.get("id")),
            client_identifier=readers.text(row.get("clientIdentifier")),
            name=readers.text(row.get("name")),
            product=readers.text(row.get("product")),
            platform=readers.text(row.get("platform")),
            version=readers.text(row.get("productVersion"))
            or readers.text(row.get("version")),
            created_at=readers.moment(row.get("createdAt")),
            last_seen_at=readers.moment(row.get("lastSeenAt")),
        )


class AuthorizedDevices:
    """Lists and signs out the devices of an account.

    Every method raises the same exceptions as those of `PlexTvClient`.
    """

    def __init__(self, transport: Transport) -> None:
        """Use the account of `transport`."""
        self._transport = transport

    async def get_devices(self) -> tuple[AuthorizedDevice, ...]:
        """Return every device that is signed in; this client is one of them.

        Raises PlexTvResponseError for an incomplete list, so that a missing row is not
        mistaken for a signed-out device: one that announces more rows than it has, or
        one without this client, whose token plex.tv accepted for this request.

        The list is JSON at /api/v2/devices, which several public clients read, and XML
        at /devices.xml, which python-plexapi reads (`MyPlexAccount.devices`). The old
        route is used if the new one is gone, and both formats are parsed from either.
        """
        try:
            response = await self._ask_for_list("api/v2/devices")
        except PlexTvResponseError as err:
            if err.status not in GONE:
                raise
            response = await self._ask_for_list("devices.xml")
        devices = await asyncio.to_thread(_read_devices, response)
        own = self._transport.identity.client_identifier
        if not any(device.client_identifier == own for device in devices):
            raise response.unreadable()
        return devices

    async def remove(self, number: int) -> None:
        """Sign out a device: remove its row, which invalidates its token.

        The route is that of python-plexapi (`MyPlexDevice.delete`).
        """
        await self._transport.ask(
            HTTPMethod.DELETE, f"devices/{number}.xml", purpose="removing a device"
        )

    async def remove_own(self) -> bool:
        """Sign out this client; return False if its row has no number."""
        own = self._transport.identity.client_identifier
        numbers = [
            device.id
            for device in await self.get_devices()
            if device.client_identifier == own and device.id is not None
        ]
        for number in numbers:
            await self.remove(number)
        return bool(numbers)

    async def _ask_for_list(self, path: str) -> Response:
        """Request the list from one of the two routes."""
        return await self._transport.ask(
            HTTPMethod.GET,
            path,
            purpose="listing the devices",
            max_bytes=MAX_LIST_BYTES,
        )


def _read_devices(response: Response) -> tuple[AuthorizedDevice, ...]:
    """Parse a list; to be called in a thread: 5 MiB take up to a second."""
    if response.body.lstrip().startswith(b"<"):
        rows = _xml_rows(response)
    else:
        rows = response.json_array(_kept)
    if len(rows) > MAX_DEVICES or not all(isinstance(row, dict) for row in rows):
        raise response.unreadable()
    return tuple(map(AuthorizedDevice.from_json, rows))


def _xml_rows(response: Response) -> list[object]:
    """Return the attributes of each row of an XML list."""
    root = readers.xml_root(response.body)
    if root is None:
        raise response.unreadable()
    rows = [_kept({**row.attrib}) for row in root if row.tag in ROW_TAGS]
    announced = readers.whole(root.get("totalSize") or root.get("size"))
    if announced is not None and announced > len(rows):
        raise response.unreadable()
    return rows


def _kept(fields: dict[str, object]) -> object:
    """Return the part of an object that is read: fields of a row, or the list of rows.

    The list may be `{"devices": [...]}`, which another client also accepts, or bare.
    """
    devices = fields.get("devices")
    if isinstance(devices, list):
        return devices
    return {name: fields[name] for name in FIELDS.intersection(fields)}
