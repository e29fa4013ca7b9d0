"""What a small media server holds, and what is played on it."""

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from simulator import Simulator, Stream
from tests.simulator import JSON, address, with_token

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import ClientSession


@pytest.fixture
async def plex_tv(socket_enabled: None) -> AsyncIterator[Simulator]:
    """Provide a plex.tv whose servers answer."""
    async with Simulator(media_servers=True) as simulator:
        yield simulator


async def test_library(plex_tv: Simulator, http: ClientSession, token: str) -> None:
    """The libraries can be looked through, whole or by the page."""
    attic = address(plex_tv.servers["Attic"])

    async def container(path: str, **query: str) -> dict[str, Any]:
        url = f"{attic}{path}"
        async with http.get(url, headers=with_token(token), params=query) as response:
            assert response.status == 200
            found: dict[str, Any] = (await response.json())["MediaContainer"]
            return found

    root = await container("/")
    assert root["friendlyName"] == "Attic"
    sections = (await container("/library/sections"))["Directory"]
    assert [(s["title"], s["type"]) for s in sections] == [
        ("Films", "movie"),
        ("Series", "show"),
    ]
    films = await container("/library/sections/1/all")
    assert len(films["Metadata"]) == films["totalSize"] == 3
    page = {"X-Plex-Container-Start": "1", "X-Plex-Container-Size": "1"}
    [film] = (await container("/library/sections/1/all", **page))["Metadata"]
    assert film["title"] == films["Metadata"][1]["title"]
    assert (await container("/library/sections/2/all", type="4"))["totalSize"] == 0
    assert "Metadata" not in await container("/status/sessions")
    newest = (await container("/library/recentlyAdded"))["Metadata"][0]
    assert newest["addedAt"] == max(item["addedAt"] for item in films["Metadata"])
    async with http.get(
        f"{attic}/library/sections/9/all", headers=with_token(token)
    ) as response:
        assert response.status == 404


async def test_streams(plex_tv: Simulator, http: ClientSession, token: str) -> None:
    """Whoever watches something is listed with it, in JSON as in XML."""
    attic = plex_tv.servers["Attic"]
    attic.streams.append(Stream(person=plex_tv.people["casey"], title="Basement"))
    url = f"{address(attic)}/status/sessions"
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
