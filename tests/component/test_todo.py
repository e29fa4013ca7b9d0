"""The watchlist as a to-do list: what it shows, and how it is changed."""

import asyncio
from typing import TYPE_CHECKING, Any

from homeassistant.const import CONF_TOKEN
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest

from custom_components.plex_account.const import DOMAIN
from simulator import Fault
from tests.helpers.clock import until_idle
from tests.helpers.routes import ADD, REMOVE, SEARCH, WATCHLIST
from tests.helpers.servers import NEXT_LIST
from tests.helpers.watchlist import (
    LISTED,
    WATCHLIST_ENTITY,
    ShownWatchlist,
    on_the_list,
)

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.typing import WebSocketGenerator

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance


async def test_items(
    hass: HomeAssistant, plex_tv: Simulator, shown: ShownWatchlist
) -> None:
    """Items are listed newest first; the details are in the description."""
    items = await shown.items()
    assert [item["summary"] for item in items] == LISTED
    assert {item["status"] for item in items} == {"needs_action"}
    assert items[-1]["description"] == (
        "TV show · 2014 · [View on Plex](https://watch.plex.tv/show/fargo-2014)"
    )
    state = hass.states.get(WATCHLIST_ENTITY)
    assert state
    assert state.state == "4"
    assert not any(name in str(state.as_dict()) for name in LISTED)


async def test_another_language(
    hass: HomeAssistant, instance: Instance, link: Link
) -> None:
    """Descriptions are in the language of Home Assistant."""
    hass.config.language = "de"
    await link("alice")
    await instance.pass_time_until(lambda: hass.states.async_all("todo"))
    [state] = hass.states.async_all("todo")
    answer = await hass.services.async_call(
        "todo",
        "get_items",
        {"entity_id": state.entity_id},
        blocking=True,
        return_response=True,
    )
    assert answer
    assert "'Serie · 2014 · [Bei Plex ansehen](https://" in str(answer)


def begin_to_add(hass: HomeAssistant) -> list[asyncio.Task[object]]:
    """Begin to add three titles at the same time."""
    return [
        hass.async_create_task(
            hass.services.async_call(
                "todo",
                "add_item",
                {"entity_id": WATCHLIST_ENTITY, "item": item},
                blocking=True,
            )
        )
        for item in ("Amélie", "Dune (1984)", "Marsh Country")
    ]


async def test_add(plex_tv: Simulator, shown: ShownWatchlist) -> None:
    """A new title is shown at once, and keeps its position when Plex confirms it."""
    await shown.do("add_item", item="Dune (2021)")
    assert await shown.names() == ["Dune", *LISTED]
    assert on_the_list(plex_tv) == ["Dune", *LISTED]
    plex_tv.discover.requests.clear()
    await shown.next_check()
    assert await shown.names() == ["Dune", *LISTED]
    assert len(plex_tv.discover.seen("GET", WATCHLIST)) == 1
    plex_tv.discover.requests.clear()
    await shown.next_check()
    assert not plex_tv.discover.requests


@pytest.mark.parametrize("typed", ["basement", "tvdb://1", "Amélie"])
async def test_add_what_is_there(
    plex_tv: Simulator, shown: ShownWatchlist, typed: str
) -> None:
    """Adding a title that is on the list already is no error."""
    await shown.do("add_item", item="Amelie")
    await shown.do("add_item", item=typed)
    assert await shown.names() == ["Amélie", *LISTED] == on_the_list(plex_tv)


@pytest.mark.parametrize(
    ("typed", "choices"),
    [
        ("Dune", "Dune (1984), Dune (2021)"),
        ("fargo", "Fargo (1996), Fargo (2014)"),
        ("tmdb://1", "Dune (1984), Fargo (2014)"),
    ],
)
async def test_not_clear(
    plex_tv: Simulator, shown: ShownWatchlist, typed: str, choices: str
) -> None:
    """An ambiguous name is refused, and the error lists the titles."""
    with pytest.raises(ServiceValidationError) as failure:
        await shown.do("add_item", item=typed)
    assert str(failure.value) == (
        f"More than one title is called {typed}: {choices}. Add the year, or enter "
        "the address of the title's page on watch.plex.tv"
    )
    assert not plex_tv.discover.seen("PUT", ADD)
    assert await shown.names() == LISTED


async def test_a_film_and_a_series(plex_tv: Simulator, shown: ShownWatchlist) -> None:
    """Titles of the same year are listed with their kind; five are listed at most."""
    rows = [
        f'{{"guid": "plex://{kind}/5d{number}", "title": "It", "year": {year}}}'
        for number, (kind, year) in enumerate(
            [("movie", 2017), ("show", 2017), *(("movie", 2000 + n) for n in range(9))]
        )
    ]
    hits = ",".join(f'{{"Metadata": {row}}}' for row in rows)
    body = f'{{"MediaContainer": {{"SearchResults": [{{"SearchResult": [{hits}]}}]}}}}'
    plex_tv.discover.misbehave("GET", SEARCH, Fault.body(body))
    with pytest.raises(ServiceValidationError) as failure:
        await shown.do("add_item", item="It")
    choices = "It (2017) · Movie, It (2017) · TV show, It (2000), It (2001), It (2002)."
    assert choices in str(failure.value)


async def test_unknown(plex_tv: Simulator, shown: ShownWatchlist) -> None:
    """An unknown title is refused; the error has only the start of its name."""
    with pytest.raises(ServiceValidationError) as failure:
        await shown.do("add_item", item="x" * 300)
    assert str(failure.value) == (
        f"Plex has no movie or TV show called {'x' * 100}. Check the spelling, or "
        "enter the address of the title's page on watch.plex.tv"
    )


async def test_tick_off(plex_tv: Simulator, shown: ShownWatchlist) -> None:
    """A title that is ticked off by name or ID is removed at once, also at Plex."""
    await shown.do("update_item", item="Basement", status="completed")
    assert "Basement" not in await shown.names()
    uid = (await shown.items())[0]["uid"]
    await shown.do("update_item", item=uid, rename=LISTED[0], status="completed")
    assert await shown.names() == on_the_list(plex_tv) == [LISTED[1], LISTED[3]]
    await shown.next_check()
    assert await shown.names() == [LISTED[1], LISTED[3]]
    assert len(plex_tv.discover.seen("PUT", REMOVE)) == 2


async def test_nothing_to_change(plex_tv: Simulator, shown: ShownWatchlist) -> None:
    """A title that is not ticked off stays."""
    await shown.do("update_item", item="Basement", status="needs_action")
    assert await shown.names() == LISTED
    assert not plex_tv.discover.seen("PUT", REMOVE)


async def test_remove(plex_tv: Simulator, shown: ShownWatchlist) -> None:
    """One action can remove several titles."""
    await shown.do("remove_item", item=["Fargo", "Letters from Wallop"])
    assert await shown.names() == on_the_list(plex_tv) == [LISTED[0], LISTED[2]]
    assert shown.state == "2"


async def test_rename(shown: ShownWatchlist) -> None:
    """Renaming a title is refused, also together with a tick."""
    for status in ("needs_action", "completed"):
        with pytest.raises(ServiceValidationError) as failure:
            await shown.do(
                "update_item", item="Basement", rename="Cellar", status=status
            )
        assert str(failure.value).startswith("Plex names the titles on the watchlist")
    assert await shown.names() == LISTED


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault.reset(), "plex.tv could not be reached or did not respond as expected"),
        (Fault.rate_limited("7"), "plex.tv is limiting requests. "),
        (Fault.status(403), "plex.tv refused the request: "),
        (Fault.status(500), "plex.tv is having problems: "),
        (Fault.status(401), "plex.tv refused the request: "),
    ],
    ids=str,
)
async def test_a_failed_change(
    instance: Instance,
    plex_tv: Simulator,
    shown: ShownWatchlist,
    *,
    fault: Fault,
    message: str,
) -> None:
    """A failed change leaves the list as it is at Plex, and starts no flow."""
    for method, route in (("GET", SEARCH), ("PUT", ADD)):
        plex_tv.discover.misbehave(method, route, fault, times=None)
        with pytest.raises(HomeAssistantError, match=f"^{message}"):
            await shown.do("add_item", item="Amélie")
        plex_tv.discover.behave()
    plex_tv.discover.misbehave("PUT", REMOVE, fault, times=None)
    for action in ("remove_item", "update_item"):
        more: dict[str, Any] = {}
        if action == "update_item":
            more["status"] = "completed"
        with pytest.raises(HomeAssistantError, match=f"^{message}"):
            await shown.do(action, item="Basement", **more)
        assert await shown.names() == LISTED == on_the_list(plex_tv)
    assert not instance.flows
    await shown.next_check()
    assert await shown.names() == LISTED


async def test_the_box_of_a_failed_tick(
    hass: HomeAssistant,
    plex_tv: Simulator,
    shown: ShownWatchlist,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """A failed tick sends two updates to an open page, which untick the box."""
    client = await hass_ws_client(hass)
    await client.send_json_auto_id(
        {"type": "todo/item/subscribe", "entity_id": WATCHLIST_ENTITY}
    )
    assert (await client.receive_json())["success"]
    assert len((await client.receive_json())["event"]["items"]) == 4
    plex_tv.discover.misbehave("PUT", REMOVE, Fault.html(502))
    with pytest.raises(HomeAssistantError):
        await shown.do("update_item", item="Basement", status="completed")
    for expected in (3, 4):
        assert len((await client.receive_json())["event"]["items"]) == expected


async def test_two_changes_at_once(
    hass: HomeAssistant, plex_tv: Simulator, shown: ShownWatchlist
) -> None:
    """Concurrent changes are sent to Plex one after the other, and none is lost."""
    await asyncio.gather(*begin_to_add(hass))
    shown_now = await shown.names()
    assert sorted(shown_now[:3]) == ["Amélie", "Dune", "Marsh Country"]
    assert shown_now == on_the_list(plex_tv)
    await shown.next_check()
    assert await shown.names() == shown_now


async def test_a_change_taken_back(plex_tv: Simulator, shown: ShownWatchlist) -> None:
    """The last change of a title counts."""
    await shown.do("add_item", item="Amélie")
    await shown.do("remove_item", item="Amélie")
    assert await shown.names() == LISTED
    await shown.do("add_item", item="Amélie")
    await shown.next_check()
    assert await shown.names() == ["Amélie", *LISTED] == on_the_list(plex_tv)


async def test_one_stale_answer(plex_tv: Simulator, shown: ShownWatchlist) -> None:
    """One list without a change does not undo it."""
    plex_tv.discover.lag(1)
    await shown.do("add_item", item="Amélie")
    for _ in range(2):
        await shown.next_check()
        assert await shown.names() == ["Amélie", *LISTED]
    await shown.do("remove_item", item="Amélie")
    for _ in range(2):
        await shown.next_check()
        assert await shown.names() == LISTED


async def test_two_stale_answers(plex_tv: Simulator, shown: ShownWatchlist) -> None:
    """A second list without a change undoes it."""
    plex_tv.discover.misbehave("PUT", ADD, Fault.body("{}"))
    await shown.do("add_item", item="Amélie")
    await shown.next_check()
    assert await shown.names() == ["Amélie", *LISTED]
    await shown.next_check()
    assert await shown.names() == LISTED


async def test_a_reading_during_a_change(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, shown: ShownWatchlist
) -> None:
    """While a change is pending, a list without it does not undo it.

    The last of three changes waits for the others. Meanwhile the list is read more
    often than an accepted change may be missing from it.
    """
    plex_tv.discover.misbehave("PUT", ADD, Fault.hang(), times=None)
    adding = begin_to_add(hass)
    await until_idle()
    [last, *_] = await shown.names()
    begun = len(plex_tv.discover.seen("GET", WATCHLIST))
    await instance.pass_time_until(
        lambda: len(plex_tv.discover.seen("GET", WATCHLIST)) == begun + 2
    )
    assert last in await shown.names()
    await instance.pass_time_until(lambda: all(task.done() for task in adding))
    assert all(isinstance(task.exception(), HomeAssistantError) for task in adding)
    assert await shown.names() == LISTED


@pytest.mark.allowed_logs("Authentication failed while fetching")
async def test_while_signed_out(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, shown: ShownWatchlist
) -> None:
    """While the sign-in is lost, a change is refused."""
    [entry] = hass.config_entries.async_entries(DOMAIN)
    plex_tv.revoke(entry.data[CONF_TOKEN])
    await instance.pass_time(NEXT_LIST)
    await instance.pass_time_until_shown("binary_sensor.alice_attic_signed_in", "off")
    with pytest.raises(
        HomeAssistantError, match="no longer accepts this account's sign-in"
    ):
        await shown.do("add_item", item="Amélie")
