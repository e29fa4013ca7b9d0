"""Fifty accounts are linked at once, and some of the flows are closed."""

import asyncio
from collections import Counter
from datetime import timedelta
import itertools
import random
from typing import TYPE_CHECKING, Any, Final

from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.const import CONF_TOKEN
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.util import dt as dt_util

from custom_components.plex_account.const import CONF_CLIENT_IDENTIFIER, DOMAIN
from simulator import Fault
from tests.helpers.dialogue import linked, placeholders
from tests.helpers.routes import PIN

from .event_clock import pass_time_stepwise

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable
    from datetime import datetime

    from homeassistant.config_entries import ConfigFlowResult

    from simulator import SimulatedPin, Simulator
    from tests.helpers.instance import Instance

AT_ONCE: Final = 50
CLOSED: Final = 20
SECOND: Final = timedelta(seconds=1)
# The same order in every run.
CHANCE: Final = random.Random(50)  # noqa: S311 - no secret


async def together[T](
    instance: Instance, work: Iterable[Coroutine[Any, Any, T]]
) -> list[T]:
    """Await several coroutines at once, and let the time pass that they take."""

    async def all_of_it() -> list[T]:
        """Return when the last of them is done."""
        return await asyncio.gather(*work)

    return await instance.in_time(all_of_it())


async def open_dialogues(instance: Instance, number: int) -> dict[str, str]:
    """Open this many dialogues, and return their flows by code."""
    flows = instance.hass.config_entries.flow

    async def open_one() -> ConfigFlowResult:
        """Add the integration and choose the code."""
        form = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
        return await flows.async_configure(form["flow_id"], {"way": "code"})

    shown = await together(instance, (open_one() for _ in range(number)))
    return {placeholders(each)["code"]: each["flow_id"] for each in shown}


async def look_at(
    instance: Instance, dialogues: Iterable[str]
) -> list[ConfigFlowResult]:
    """Fetch the current steps of these flows."""
    flows = instance.hass.config_entries.flow
    return await together(instance, map(flows.async_configure, dialogues))


def asked(plex_tv: Simulator, pin: SimulatedPin) -> list[datetime]:
    """Return the times of the requests about a PIN."""
    path = PIN.format(id=pin.id)
    return [seen.at for seen in plex_tv.seen("GET", PIN) if seen.path == path]


def ours_in_progress() -> list[str]:
    """Return the names of the integration's running tasks."""
    return [
        task.get_name() for task in asyncio.all_tasks() if DOMAIN in task.get_name()
    ]


async def close_some(
    instance: Instance, plex_tv: Simulator, dialogues: dict[str, str]
) -> dict[str, datetime]:
    """Close some of the dialogues, and return when, by their codes.

    The first half is closed at once, while the requests of all of them hang, and the
    others are closed one after the other.
    """
    closed: dict[str, datetime] = {}
    plex_tv.misbehave("GET", PIN, Fault.hang(), times=None)
    await pass_time_stepwise(instance, 1.5)
    for number, code in enumerate(CHANCE.sample(sorted(dialogues), CLOSED)):
        if number >= CLOSED // 2:
            plex_tv.behave()
            await pass_time_stepwise(instance, CHANCE.uniform(0.2, 3))
        instance.hass.config_entries.flow.async_abort(dialogues.pop(code))
        closed[code] = dt_util.utcnow()
    return closed


async def link_all(
    instance: Instance, plex_tv: Simulator, dialogues: dict[str, str]
) -> dict[str, str]:
    """Approve every code in batches, each as a new person; return the people by code.

    The pages fetch the result, except those of the last batch.
    """
    people: dict[str, str] = {}
    batches = list(
        itertools.batched(CHANCE.sample(sorted(dialogues), 30), 5, strict=True)
    )
    for batch in batches:
        for code in batch:
            people[code] = plex_tv.add_person(f"person{len(people)}").key
            plex_tv.approve(code, people[code])
        await pass_time_stepwise(instance, CHANCE.uniform(1.5, 4))
        if batch is not batches[-1]:
            shown = await look_at(instance, (dialogues[code] for code in batch))
            assert {each["type"] for each in shown} == {FlowResultType.CREATE_ENTRY}
    return people


async def test_fifty_dialogues_at_once(instance: Instance, plex_tv: Simulator) -> None:
    """Each flow links its own account, and closed flows leave nothing behind."""
    dialogues = await open_dialogues(instance, AT_ONCE)
    pins = {pin.code: pin for pin in plex_tv.pins}
    assert dialogues.keys() == pins.keys()
    assert len({pin.client_identifier for pin in pins.values()}) == AT_ONCE
    await pass_time_stepwise(instance, 60)
    closed = await close_some(instance, plex_tv, dialogues)
    people = await link_all(instance, plex_tv, dialogues)
    await pass_time_stepwise(instance, 20 * 60)

    entries = {entry.unique_id: entry for entry in linked(instance.hass)}
    assert len(entries) == len(people) == AT_ONCE - CLOSED
    for code, person in people.items():
        entry = entries[plex_tv.people[person].uuid]
        assert entry.state is ConfigEntryState.LOADED
        assert entry.data == {
            CONF_TOKEN: pins[code].token,
            CONF_CLIENT_IDENTIFIER: pins[code].client_identifier,
        }
        assert plex_tv.token_is_valid(entry.data[CONF_TOKEN])
        assert instance.shows(f"binary_sensor.{person}_signed_in", "on")
    for code, pin in pins.items():
        moments = asked(plex_tv, pin)
        assert len(moments) > 30
        pauses = [later - sooner for sooner, later in itertools.pairwise(moments)]
        assert min(pauses) >= SECOND
        # One more request is allowed, in case the code was approved just then.
        assert code not in closed or moments[-1] <= closed[code] + 2 * SECOND

    plex_tv.requests.clear()
    await pass_time_stepwise(instance, 20 * 60)
    assert plex_tv.seen("*", PIN) == []
    assert instance.flows == []
    assert ours_in_progress() == []


async def test_one_account_five_times_at_once(
    instance: Instance, plex_tv: Simulator
) -> None:
    """One sign-in is kept, and the others are signed out again."""
    dialogues = await open_dialogues(instance, 5)
    for code in dialogues:
        plex_tv.approve(code, "bob")
    await pass_time_stepwise(instance, 3)
    shown = await look_at(instance, dialogues.values())
    assert Counter(each.get("reason") for each in shown) == {
        None: 1,
        "already_configured": 4,
    }
    await pass_time_stepwise(instance, 20 * 60)
    [entry] = linked(instance.hass)
    assert entry.state is ConfigEntryState.LOADED
    assert instance.shows(f"binary_sensor.{entry.title}_signed_in", "on")
    tokens = [pin.token for pin in plex_tv.pins if pin.token]
    assert len(tokens) == 5
    assert list(filter(plex_tv.token_is_valid, tokens)) == [entry.data[CONF_TOKEN]]
    assert instance.flows == []
    # The streams of the account's servers are tasks as well.
    assert await instance.unload(entry)
    assert ours_in_progress() == []
