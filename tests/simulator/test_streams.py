"""What is played on a small media server."""

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from simulator import Simulator, Stream

from . import JSON

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import ClientSession


@pytest.fixture
async def plex_tv(socket_enabled: None) -> AsyncIterator[Simulator]:
    """Provide a plex.tv whose servers answer."""
    async with Simulator(media_servers=True) as simulator:
        yield simulator


async def test_streams(plex_tv: Simulator, http: ClientSession, token: str) -> None:
    """Whoever watches something is listed with it, in JSON as in XML."""
    attic = plex_tv.servers["Attic"]
    attic.streams.append(Stream(person=plex_tv.people["casey"], title="Basement"))
    place = next(place for place in attic.listed_places if place.answers)
    url = f"http://{place.host}:{place.port}/status/sessions"
    headers = {"X-Plex-Token": token}
    async with http.get(url, headers=JSON | headers) as response:
        container = (await response.json())["MediaContainer"]
    assert container["size"] == 1
    [stream] = container["Metadata"]
    assert (stream["title"], stream["User"]["title"]) == ("Basement", "Casey")
    async with http.get(url, headers=headers) as response:
        root = ET.fromstring(await response.text())  # noqa: S314 - our own
    player = root.find("Video/Player")
    assert player is not None
    assert player.attrib["title"] == stream["Player"]["title"]
    assert player.attrib["local"] == "1"
