"""The start page, on which a person controls the simulator."""

import re

from aiohttp import ClientSession
import pytest

from simulator import Simulator, reporting_players
from tests.helpers.clock import until
from tests.helpers.routes import PINS, RESOURCES, USER
from tests.simulator import CLIENT, HEADERS

from .start_page import AS_BROWSER, StartPage

START = {"film": "Basement", "viewer": "casey Attic"}


@pytest.fixture
def media_servers() -> bool:
    """Enable the media servers."""
    return True


@pytest.fixture
async def page(http: ClientSession) -> StartPage:
    """Open the page."""
    page = StartPage(http)
    await page.open()
    return page


async def status_of(http: ClientSession, path: str, token: str = "") -> int:
    """Send a request to plex.tv as Home Assistant does; return the status."""
    headers = {**HEADERS, "X-Plex-Token": token}
    async with http.get(path, headers=headers) as response:
        return response.status


async def code_of(http: ClientSession, **query: str) -> str:
    """Create a PIN and return its code."""
    async with http.post(PINS, headers=HEADERS, params=query) as response:
        code: str = (await response.json())["code"]
        return code


async def test_at_first(page: StartPage) -> None:
    """The page shows the state of the whole simulator."""
    assert page.status == 200
    for state in (
        "No code waits.",
        "Nothing is played.",
        "Attic, of alice_attic: reachable",
        "Bob's Basement, of bob_basement: reachable",
        "Firefox (Plex Web): signed in",
        "Nothing is signed in.",
        "plex.tv: answers",
    ):
        assert state in page.text


async def test_a_film(plex_tv: Simulator, page: StartPage) -> None:
    """A film is started, paused, resumed and stopped with a button each."""
    attic = plex_tv.servers["Attic"]
    assert "Basement, Casey at Attic: playing" in await page.press("Start", **START)
    [stream] = attic.data.streams
    assert stream.person is plex_tv.people["casey"]
    for button, state in (("Pause", "paused"), ("Resume", "playing")):
        shown = await page.press(f"{button}: Basement")
        assert f"Basement, Casey at Attic: {state}" in shown
        assert stream.state == state
    assert "Nothing is played." in await page.press("Stop: Basement")
    assert attic.data.streams == []


async def test_a_film_goes_on(plex_tv: Simulator, page: StartPage) -> None:
    """The player of a film reports its position, also during a pause."""
    attic = plex_tv.servers["Attic"]
    await page.press("Start", **START)
    [stream] = attic.data.streams
    told: list[object] = []
    attic.data.listeners.append(told.append)
    async with reporting_players(plex_tv, interval=0.001):
        await until(lambda: stream.view_offset > 0)
        await page.press("Pause: Basement")
        paused_at = stream.view_offset
        count = len(told)
        await until(lambda: len(told) > count)
    assert stream.view_offset == paused_at


async def test_who_can_play_where(page: StartPage) -> None:
    """Only users of a server are offered, and only servers that run."""
    assert page.options["viewer"] == [
        "alice Attic",
        "casey Attic",
        "alice Cabin",
        "bob Bob's Basement",
        "alice Bob's Basement",
    ]
    await page.press("Stop: Cabin")
    assert "alice Cabin" not in page.options["viewer"]
    assert page.options["library"] == ["Attic", "Bob's Basement"]
    await page.press("Stop: Attic")
    assert "No server is there" in await page.press("Stop: Bob's Basement")


async def test_a_new_film(plex_tv: Simulator, page: StartPage) -> None:
    """A film is added to the library of the chosen server."""
    await page.press("Add another film", library="Attic")
    assert [item.title for item in plex_tv.servers["Attic"].data.added] == [
        "Another Film 1"
    ]


async def test_a_server(
    plex_tv: Simulator, http: ClientSession, page: StartPage
) -> None:
    """A server stops, and starts again at the same address."""
    attic = plex_tv.servers["Attic"]
    place = next(place for place in attic.data.listed_places if place.answers)
    identity = f"http://{place.host}:{place.port}/identity"
    assert "Attic, of alice_attic: stopped" in await page.press("Stop: Attic")
    with pytest.raises(OSError, match="Cannot connect"):
        await status_of(http, identity)
    assert "Attic, of alice_attic: reachable" in await page.press("Start: Attic")
    assert await status_of(http, identity) == 200


async def test_servers_without_machines(socket_enabled: None) -> None:
    """Servers without media servers are listed, and cannot be stopped."""
    async with Simulator() as plex_tv, ClientSession(plex_tv.url) as http:
        page = StartPage(http)
        assert "Attic, of alice_attic: only listed by plex.tv" in await page.open()
        assert "Stop: Attic" not in page.buttons
        await page.send(section="servers", do="stop", server="Attic")
        assert page.status == 404
        await page.open()
        await page.press("Start", **START)
        assert plex_tv.servers["Attic"].data.streams


async def test_an_account_is_signed_out(
    plex_tv: Simulator, http: ClientSession, page: StartPage
) -> None:
    """The button revokes the token of the device, and no other."""
    token = plex_tv.sign_in("alice", CLIENT)
    # plex.tv stores the device's names from the first request.
    assert await status_of(http, USER, token) == 200
    shown = await page.open()
    name = next(
        button for button in page.buttons if re.match(r"Sign out: (?!Firefox)", button)
    )
    assert "(Plex Account): signed in" in shown
    await page.press(name)
    assert await status_of(http, USER, token) == 401
    assert not plex_tv.token_is_valid(token)
    assert len(plex_tv.devices("alice")) == 1


async def test_a_tv_signs_in(plex_tv: Simulator, page: StartPage) -> None:
    """A TV that signs in is another device of the account."""
    shown = await page.press("Sign in a TV: alice_attic")
    assert "Kitchen TV (Plex for Android (TV)): signed in" in shown
    assert len(plex_tv.devices("alice")) == 2
    await page.press("Sign out: Kitchen TV of alice_attic")
    assert len(plex_tv.devices("alice")) == 1


async def test_a_code_expires(
    plex_tv: Simulator, http: ClientSession, page: StartPage
) -> None:
    """A waiting code has a link to its page, and a button that lets it expire."""
    code = await code_of(http)
    assert f"{code}, for Plex Account: 15 min left" in await page.open()
    assert f"/link/?pin={code}" in page.links
    pin = plex_tv.pins[-1]
    assert await status_of(http, f"{PINS}/{pin.id}") == 200
    assert "No code waits." in await page.press(f"Let it expire: {code}")
    assert await status_of(http, f"{PINS}/{pin.id}") == 404


async def test_a_code_of_a_browser(http: ClientSession, page: StartPage) -> None:
    """A strong code is not typed, so that it only has the button for its expiry."""
    code = await code_of(http, strong="true")
    assert "A browser that signs Plex Account in: 30 min left" in await page.open()
    assert not any("/link" in link for link in page.links)
    assert "No code waits." in await page.press(f"Let it expire: {code}")


async def test_an_approved_code(
    plex_tv: Simulator, http: ClientSession, page: StartPage
) -> None:
    """An approved code is not waiting, and cannot expire."""
    code = await code_of(http)
    await page.open()
    plex_tv.approve(code, "alice")
    shown = await page.press(f"Let it expire: {code}")
    assert page.status == 404
    assert "That is not there any more, so nothing was done." in shown
    assert "/" in page.links


async def test_plex_tv_is_away(
    plex_tv: Simulator, http: ClientSession, page: StartPage
) -> None:
    """During an outage requests get 503, except those of the start page."""
    token = plex_tv.sign_in("alice", CLIENT)
    discover = str(plex_tv.discover.url / "library/sections/watchlist/all")
    paths = (USER, RESOURCES, "/link", discover)
    assert "plex.tv: away" in await page.press("Take it away: plex.tv")
    assert [await status_of(http, path, token) for path in paths] == [503] * 4
    await page.press("Stop: Attic")
    # The button may be pressed in two open pages.
    await page.send(section="outage", do="leave")
    assert "plex.tv: answers" in await page.press("Bring it back: plex.tv")
    assert [await status_of(http, path, token) for path in paths] == [200] * 4


async def test_it_is_no_part_of_plex_tv(
    plex_tv: Simulator, http: ClientSession, page: StartPage
) -> None:
    """Requests of the start page are not recorded as requests to plex.tv."""
    await page.press("Stop: Attic")
    assert plex_tv.requests == []
    await status_of(http, "/")
    assert len(plex_tv.requests) == 1


async def test_no_injection(
    plex_tv: Simulator, http: ClientSession, page: StartPage
) -> None:
    """Names are escaped as text."""
    bad = "\"><script>x</script>'"
    await plex_tv.add_server("alice", name=bad).start()
    plex_tv.add_person(bad)
    plex_tv.sign_in_device("alice", name=bad, product=bad)
    headers = {**HEADERS, "X-Plex-Product": bad}
    async with http.post(PINS, headers=headers) as response:
        assert response.status == 201
    await page.open()
    await page.press("Start", film="Basement", viewer=f"alice {bad}")
    assert page.status == 200
    async with http.get("/", headers=AS_BROWSER) as response:
        text = await response.text()
    assert "<script" not in text
    assert text.count("&lt;script&gt;") >= 6
    assert f"{bad}, of alice_attic: reachable" in page.text
    assert "stopped" in await page.press(f"Stop: {bad}")


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"section": "films"},
        {"section": "films", "do": "start", "film": "x", "viewer": "alice Attic"},
        {"section": "films", "do": "start", **START, "viewer": "bob Attic"},
        {"section": "films", "do": "start", **START, "viewer": "alice"},
        {"section": "films", "do": "add", "library": "Loft"},
        {"section": "films", "do": "pause", "stream": "x"},
        {"section": "servers", "do": "stop", "server": "Loft"},
        {"section": "servers", "do": "dance", "server": "Attic"},
        {"section": "accounts", "do": "sign_in", "person": "nobody"},
        {"section": "accounts", "do": "sign_out", "person": "alice", "device": "1"},
        {"section": "accounts", "do": "dance", "person": "alice"},
        {"section": "codes", "do": "expire", "code": "????"},
        {"section": "outage", "do": "dance"},
        {"section": "x", "do": "stop"},
    ],
)
async def test_what_is_not_there(page: StartPage, form: dict[str, str]) -> None:
    """A form with an unknown value is refused, and changes nothing."""
    before = page.text
    assert "nothing was done" in await page.send(**form)
    assert page.status == 404
    assert await page.open() == before


async def test_an_unknown_button(plex_tv: Simulator, page: StartPage) -> None:
    """An unknown button does not affect streams."""
    await page.press("Start", **START)
    [stream] = plex_tv.servers["Attic"].data.streams
    await page.send(section="films", do="dance", stream=stream.id)
    assert page.status == 404
    assert stream.state == "playing"
