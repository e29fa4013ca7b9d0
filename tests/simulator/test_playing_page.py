"""The web page where a person starts, pauses and stops films."""

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from aiohttp import ClientSession

    from simulator import Simulator

START = {"do": "start", "server": "Attic", "person": "casey", "film": "Basement"}


async def press(http: ClientSession, **form: str) -> tuple[int, str]:
    """Press a button; return the status and the page that follows."""
    async with http.post("/playing", data=form) as response:
        return response.status, await response.text()


async def test_a_film(plex_tv: Simulator, http: ClientSession) -> None:
    """It is started, paused, resumed and stopped with a button each."""
    attic = plex_tv.servers["Attic"]
    async with http.get("/playing") as response:
        assert "Nothing is played." in await response.text()
    status, shown = await press(http, **START)
    assert status == 200
    assert "Basement, Casey at Attic: playing" in shown
    [stream] = attic.streams
    assert re.findall(r'name="stream" value="(\w+)"', shown) == [stream.id]
    for button, state in (("pause", "paused"), ("resume", "playing")):
        _, shown = await press(http, do=button, stream=stream.id)
        assert f"Basement, Casey at Attic: {state}" in shown
    _, shown = await press(http, do="stop", stream=stream.id)
    assert "Nothing is played." in shown
    assert attic.streams == []


async def test_a_new_film(plex_tv: Simulator, http: ClientSession) -> None:
    """A film is added to the library of the chosen server."""
    await press(http, do="add", server="Attic")
    assert [item.title for item in plex_tv.servers["Attic"].data.added] == [
        "Another Film 1"
    ]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {**START, "server": "Loft"},
        {**START, "person": "bob"},
        {**START, "person": "nobody"},
        {**START, "film": "x"},
        {"do": "pause", "stream": "x"},
    ],
)
async def test_what_is_not_there(http: ClientSession, form: dict[str, str]) -> None:
    """It is refused."""
    status, shown = await press(http, **form)
    assert status == 404
    assert "There is no such" in shown


async def test_an_unknown_button(plex_tv: Simulator, http: ClientSession) -> None:
    """It does nothing to what is played."""
    await press(http, **START)
    [stream] = plex_tv.servers["Attic"].streams
    status, _ = await press(http, do="dance", stream=stream.id)
    assert status == 404
    assert stream.state == "playing"
