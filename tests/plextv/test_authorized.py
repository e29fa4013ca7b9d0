"""The devices that are signed in to an account."""

from datetime import UTC, datetime
import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.plex_account.plextv import (
    AuthorizedDevice,
    AuthorizedDevices,
    PlexTvAnswerTooLargeError,
    PlexTvAuthenticationError,
    PlexTvConnectionError,
    PlexTvRateLimitError,
    PlexTvResponseError,
)
from simulator import Fault
from tests.helpers.custom_faults import OversizedBody
from tests.helpers.routes import DEVICE, DEVICES, DEVICES_XML
from tests.helpers.strategies import DEVICES as ANY_ROW, FIELDS

from .samples import CLIENT, IDENTITY

if TYPE_CHECKING:
    from custom_components.plex_account.plextv import PlexTvClient
    from simulator import Simulator

UNREADABLE = r"^plex\.tv's answer to listing the devices cannot be read$"
OWN = {"clientIdentifier": CLIENT}


@pytest.fixture
def devices(alice: PlexTvClient) -> AuthorizedDevices:
    """Provide the devices of alice's account."""
    return AuthorizedDevices(alice.transport)


def by_name(found: tuple[AuthorizedDevice, ...]) -> dict[str | None, AuthorizedDevice]:
    """Return devices by their names."""
    return {device.name: device for device in found}


async def read(
    plex_tv: Simulator, devices: AuthorizedDevices, *rows: object
) -> tuple[AuthorizedDevice, ...]:
    """Return the devices that are read from these rows, without that of the client."""
    plex_tv.misbehave("GET", DEVICES, Fault.body(json.dumps([OWN, *rows])))
    own, *others = await devices.get_devices()
    assert own.client_identifier == CLIENT
    return tuple(others)


def xml(*rows: dict[str, str], **attributes: str) -> Fault:
    """Return an XML list of devices."""
    root = ET.Element("MediaContainer", attributes)
    for row in rows:
        ET.SubElement(root, "Device", row)
    return Fault.body(ET.tostring(root), content_type="application/xml")


async def test_the_list(plex_tv: Simulator, devices: AuthorizedDevices) -> None:
    """Every field is read, and own servers are listed as devices."""
    shield = plex_tv.sign_in_device("alice", name="Shield")
    found = by_name(await devices.get_devices())
    own = IDENTITY.device_name
    assert set(found) == {"Firefox", own, "Shield", "Attic", "Cabin"}
    read = found["Shield"]
    assert read == AuthorizedDevice(
        id=shield.id,
        client_identifier=shield.client_identifier,
        name="Shield",
        product="Plex for Android (TV)",
        platform="Android",
        version="10.18.0",
        created_at=shield.created_at.replace(microsecond=0),
        last_seen_at=shield.last_seen_at.replace(microsecond=0),
    )
    assert found["Attic"].product == "Plex Media Server"


async def test_the_old_route(plex_tv: Simulator, devices: AuthorizedDevices) -> None:
    """The XML list is requested if there is no JSON list, and is parsed equally."""
    plex_tv.sign_in_device("alice", name="Shield")
    expected = await devices.get_devices()
    for status in (404, 410):
        plex_tv.misbehave("GET", DEVICES, Fault.status(status))
        assert by_name(await devices.get_devices()) == by_name(expected)
    assert len(plex_tv.seen("GET", DEVICES_XML)) == 2


@pytest.mark.parametrize(
    "quirk", ["devices_wrapped", "device_tokens_absent", "xml_despite_accept"]
)
async def test_odd_shapes(
    plex_tv: Simulator, devices: AuthorizedDevices, quirk: str
) -> None:
    """All shapes of the list that clients have seen are parsed equally."""
    expected = await devices.get_devices()
    setattr(plex_tv.quirks, quirk, True)
    assert await devices.get_devices() == expected
    assert not plex_tv.seen("GET", DEVICES_XML)


async def test_every_field_may_be_missing(
    plex_tv: Simulator, devices: AuthorizedDevices
) -> None:
    """Missing and invalid fields are None."""
    odd = {name: ["odd"] for name in ("id", "clientIdentifier", "name", "product")}
    odd |= {name: ["odd"] for name in ("platform", "productVersion", "createdAt")}
    assert await read(plex_tv, devices, {}, odd) == (AuthorizedDevice(),) * 2


@pytest.mark.parametrize(
    ("row", "version"),
    [
        ({"productVersion": "1", "version": "2"}, "1"),
        ({"productVersion": "", "version": "2"}, "2"),
        ({"version": "2"}, "2"),
    ],
)
async def test_version(
    plex_tv: Simulator, devices: AuthorizedDevices, row: dict[str, str], version: str
) -> None:
    """The version of the program is read from either of two fields."""
    [device] = await read(plex_tv, devices, row)
    assert device.version == version


@pytest.mark.parametrize(
    "moment", ["2026-11-23T12:00:00Z", 1_795_435_200, "1795435200"], ids=repr
)
async def test_moments(
    plex_tv: Simulator, devices: AuthorizedDevices, moment: object
) -> None:
    """Times are ISO 8601 in JSON and seconds in XML."""
    [device] = await read(plex_tv, devices, {"createdAt": moment, "lastSeenAt": moment})
    expected = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert device.created_at == device.last_seen_at == expected


@pytest.mark.parametrize("route", [DEVICES, DEVICES_XML])
async def test_no_secret_is_kept(
    plex_tv: Simulator, devices: AuthorizedDevices, route: str
) -> None:
    """Neither tokens nor addresses are in any attribute of the devices."""
    plex_tv.sign_in_device("alice")
    if route == DEVICES_XML:
        plex_tv.misbehave("GET", DEVICES, Fault.status(404))
    found = await devices.get_devices()
    identifiers = {device.client_identifier for device in found}
    values = repr([getattr(d, name) for d in found for name in d.__slots__])
    secrets = plex_tv.secrets - identifiers
    assert not [secret for secret in secrets if secret in values]
    assert not [name for name in identifiers if name and name in repr(found)]


@pytest.mark.parametrize(
    "rows",
    [
        {},
        None,
        "device",
        7,
        [],
        [None, OWN],
        ["device", OWN],
        [[OWN]],
        [{"name": "Firefox"}],
        {"devices": [{"name": "Firefox"}]},
        {"devices": {}},
    ],
    ids=str,
)
async def test_no_list(
    plex_tv: Simulator, devices: AuthorizedDevices, rows: object
) -> None:
    """A list without this client is unreadable, and so is an empty one."""
    plex_tv.misbehave("GET", DEVICES, Fault.body(json.dumps(rows)))
    with pytest.raises(PlexTvResponseError, match=UNREADABLE):
        await devices.get_devices()


@pytest.mark.parametrize(
    ("fault", "readable"),
    [
        (xml(OWN), True),
        (xml(OWN, size="1"), True),
        (xml(OWN, size="odd"), True),
        (xml(OWN, size="2"), False),
        (xml(OWN, size="1", totalSize="2"), False),
        (xml(), False),
        (Fault.body(b"<MediaContainer"), False),
        (Fault.body(b"<!DOCTYPE a><MediaContainer/>"), False),
        (Fault.body(b"<errors><error/></errors>"), False),
    ],
    ids=range(9),
)
async def test_a_shortened_xml_list(
    plex_tv: Simulator, devices: AuthorizedDevices, fault: Fault, *, readable: bool
) -> None:
    """A list with fewer rows than its size states is unreadable."""
    plex_tv.misbehave("GET", DEVICES, fault)
    if readable:
        assert len(await devices.get_devices()) == 1
        return
    with pytest.raises(PlexTvResponseError, match=UNREADABLE):
        await devices.get_devices()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.status(401), PlexTvAuthenticationError),
        (Fault.status(403), PlexTvResponseError),
        (Fault.status(500), PlexTvResponseError),
        (Fault.rate_limited("9"), PlexTvRateLimitError),
        (Fault.reset(), PlexTvConnectionError),
        (Fault.truncated(), PlexTvResponseError),
        (OversizedBody().fault, PlexTvAnswerTooLargeError),
    ],
    ids=str,
)
async def test_errors(
    plex_tv: Simulator, devices: AuthorizedDevices, fault: Fault, error: type[Exception]
) -> None:
    """A failed list is an error, and the old route is not requested instead."""
    plex_tv.misbehave("GET", DEVICES, fault, times=None)
    with pytest.raises(error):
        await devices.get_devices()
    assert not plex_tv.seen("GET", DEVICES_XML)


async def test_how_many(plex_tv: Simulator, devices: AuthorizedDevices) -> None:
    """Five thousand rows are read; a longer list is unreadable."""
    assert len(await read(plex_tv, devices, *[{}] * 4_999)) == 4_999
    with pytest.raises(PlexTvResponseError, match=UNREADABLE):
        await read(plex_tv, devices, *[{}] * 5_000)


async def test_signing_out(
    plex_tv: Simulator, alice: PlexTvClient, devices: AuthorizedDevices
) -> None:
    """Removing a row revokes its token and no other."""
    shield = plex_tv.sign_in_device("alice", name="Shield")
    await devices.remove(shield.id)
    assert not plex_tv.token_is_valid(shield.token)
    assert "Shield" not in by_name(await devices.get_devices())
    with pytest.raises(PlexTvResponseError) as failure:
        await devices.remove(shield.id)
    assert failure.value.status == 404
    await alice.get_account()


async def test_signing_this_client_out(
    plex_tv: Simulator, devices: AuthorizedDevices
) -> None:
    """The client can remove its own row only with the id of the row."""
    browser, own = plex_tv.devices("alice")
    rows = json.dumps([OWN, {"clientIdentifier": "other", "id": browser.id}])
    plex_tv.misbehave("GET", DEVICES, Fault.body(rows))
    assert not await devices.remove_own()
    assert await devices.remove_own()
    [seen] = plex_tv.seen("DELETE", DEVICE)
    assert seen.path == f"/devices/{own.id}.xml"
    with pytest.raises(PlexTvAuthenticationError):
        await devices.get_devices()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ANY_ROW | FIELDS, max_size=5))
async def test_any_rows(
    plex_tv: Simulator, devices: AuthorizedDevices, rows: list[Any]
) -> None:
    """Any rows are parsed or refused (Hypothesis)."""
    plex_tv.behave()
    plex_tv.misbehave("GET", DEVICES, Fault.body(json.dumps([OWN, *rows])))
    try:
        found = await devices.get_devices()
    except PlexTvResponseError:
        return
    assert len(found) == 1 + len(rows)
    for device in found:
        assert device.id is None or 0 <= device.id < 2**63
        for line in (device.name, device.product, device.platform, device.version):
            assert line is None or (line.isprintable() and 0 < len(line) <= 1024)
        for moment in (device.created_at, device.last_seen_at):
            assert moment is None or moment.tzinfo is UTC
