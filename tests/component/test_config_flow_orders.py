"""The sign-in in every order of its events."""

import asyncio
from itertools import permutations
from typing import TYPE_CHECKING, Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN
from homeassistant.core import CoreState
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.plex_account.const import DOMAIN
from simulator import Fault
from tests.helpers.dialogue import Dialogue, linked
from tests.helpers.routes import DEVICE, DEVICES, PIN, SIGN_OUT, USER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance

SUCCESSES: Final = {"reauth_successful", "reconfigure_successful", "linked"}
OTHER_EVENTS: Final = (
    "look",
    "close",
    "sleep",
    "stumble",
    "fall_silent",
    "delete",
    "stop",
)
# Either of these invalidates the token that it is sent with.
SIGN_OUTS: Final = (("DELETE", SIGN_OUT), ("DELETE", DEVICE))

AT_REST: Final = {ConfigEntryState.LOADED, ConfigEntryState.SETUP_RETRY}


class Scenario:
    """One config flow, and the events of these tests."""

    def __init__(
        self, instance: Instance, plex_tv: Simulator, entry: MockConfigEntry | None
    ) -> None:
        """Prepare a flow, which links `entry` again if there is one."""
        self._instance = instance
        self._hass = instance.hass
        self._plex_tv = plex_tv
        self._entry = entry
        self._silent = False
        self._cut_off = False
        """Whether Home Assistant stopped before plex.tv could send it a token."""
        self.dialogue = Dialogue(instance, plex_tv)

    async def open(self, source: str) -> None:
        """Start the flow and show a code."""
        if self._entry is None:
            await self.dialogue.open()
            return
        await self.dialogue.open_again(self._entry, source)

    async def happens(self, event: str) -> None:
        """Run an event, unless Home Assistant has stopped."""
        if self._hass.state is CoreState.running:
            await getattr(self, event)()

    async def approve(self) -> None:
        """Approve the code, which only an open flow shows."""
        if self.dialogue.is_open and not self._plex_tv.pins[-1].token:
            self._plex_tv.approve(self._plex_tv.pins[-1].code, "alice")

    async def poll(self) -> None:
        """Let the code be polled."""
        await self._instance.pass_time(2.1)

    async def look(self) -> None:
        """Fetch the outcome as the page does, and check it against the entries."""
        if not self.dialogue.is_open:
            return
        shown: Any = await self.dialogue.look()
        if (
            shown["type"] is FlowResultType.CREATE_ENTRY
            or shown.get("reason") in SUCCESSES
            or shown.get("step_id") == "linked"
        ):
            [entry] = linked(self._hass)
            assert entry.data[CONF_TOKEN] == self._plex_tv.pins[-1].token

    async def close(self) -> None:
        """Close the flow."""
        if self.dialogue.is_open:
            self.dialogue.close()
        await self._instance.pass_time(0.1)

    async def sleep(self) -> None:
        """Let time pass in which no page fetches a step."""
        for _ in range(5):
            await self._instance.pass_time(5)

    async def stumble(self) -> None:
        """Let plex.tv fail all requests except polls of the code."""
        for method, route in (("GET", USER), ("GET", DEVICES), *SIGN_OUTS):
            self._plex_tv.misbehave(method, route, Fault.html(502), times=None)

    async def fall_silent(self) -> None:
        """Let plex.tv fail all requests."""
        self._silent = True
        self._plex_tv.misbehave("*", "*", Fault.html(502), times=None)

    async def recover(self) -> None:
        """Let plex.tv respond to all requests again."""
        self._silent = False
        self._plex_tv.behave()

    async def delete(self) -> None:
        """Delete the entry."""
        for entry in linked(self._hass):
            await self._instance.remove(entry)

    async def stop(self) -> None:
        """Stop Home Assistant at a moment at which no entry is being loaded."""
        self._cut_off = self._silent
        await self._instance.pass_time_until(
            lambda: all(entry.state in AT_REST for entry in linked(self._hass)),
        )
        # Not a task of Home Assistant, because stopping cancels those.
        stopping = asyncio.create_task(self._hass.async_stop())
        await self._instance.pass_time_until(stopping.done)
        await stopping

    async def end(self) -> None:
        """Let all background work end."""
        self._plex_tv.behave()
        if self._hass.state is not CoreState.running:
            return
        for seconds in (5, 10, 10, 10, 600, 3600, 3600):
            await self._instance.pass_time(seconds)

    async def check(self, storage: dict[str, Any]) -> None:
        """Check every token that plex.tv issued, and that polling has ended."""
        held = {entry.data[CONF_TOKEN] for entry in linked(self._hass)}
        signed_out = {
            seen.headers["X-Plex-Token"]
            for route in SIGN_OUTS
            for seen in self._plex_tv.seen(*route)
        }
        assert not held & signed_out
        # A request that failed before the stop is retried after the next start. A new
        # token that could not be checked has invalidated that of the entry, which then
        # starts a reauthentication.
        stored = storage.get(f"{DOMAIN}.sign_outs", {"data": {}})["data"]
        valid = {token for token in held if self._plex_tv.token_is_valid(token)}
        assert stored or self._cut_off or held == valid
        for pin in self._plex_tv.pins:
            if pin.token and self._plex_tv.token_is_valid(pin.token):
                assert self._cut_off or pin.token in held | set(stored)

        await self.happens("close")
        asked = len(self._plex_tv.seen("GET", PIN))
        for _ in range(3):
            await self._instance.pass_time(60)
        assert len(self._plex_tv.seen("GET", PIN)) == asked


def orders() -> Iterator[tuple[str, ...]]:
    """Yield the approval before, between and after every two other events."""
    for first, second in permutations(OTHER_EVENTS, 2):
        yield ("approve", first, second)
        yield (first, "approve", second)
        yield (first, second, "approve")
    yield ("approve", "sleep", "delete", "look")
    yield ("fall_silent", "approve", "close", "poll")
    yield ("fall_silent", "approve", "poll", "close", "sleep")
    for first, second in permutations(("close", "recover", "stop", "delete"), 2):
        yield ("stumble", "approve", "poll", "look", first, second)
        yield ("stumble", "approve", "sleep", first, second, "look")


@pytest.mark.allowed_logs(
    "plex.tv does not answer",
    "could not be reached",
    "fetching Plex account",
    # From Home Assistant, for a reload that was interrupted by its stop.
    "config entry reload",
    "integration cancelled",
)
@pytest.mark.parametrize("source", ["user", "reauth", "reconfigure"])
@pytest.mark.parametrize("order", orders(), ids=" ".join)
async def test_an_order(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    link: Link,
    hass_storage: dict[str, Any],
    source: str,
    order: tuple[str, ...],
) -> None:
    """Every valid token is in an entry, every entry's token is valid, polling ends."""
    entry = None if source == "user" else await link("alice")
    scenario = Scenario(instance, plex_tv, entry)
    await scenario.open(source)
    for event in order:
        await scenario.happens(event)
    await scenario.end()

    await scenario.check(hass_storage)


@pytest.mark.allowed_logs(
    "plex.tv does not answer", "could not be reached", "fetching Plex account"
)
@pytest.mark.parametrize("event", ["", "stumble", "fall_silent", "delete", "stop"])
@pytest.mark.parametrize("closed", ["", "reauth", "reconfigure"])
@pytest.mark.parametrize(
    "seen",
    [(), ("reauth",), ("reconfigure",), ("reauth", "reconfigure")],
    ids=" ".join,
)
async def test_reauthentication_and_reconfiguration_at_once(
    instance: Instance,
    plex_tv: Simulator,
    link: Link,
    hass_storage: dict[str, Any],
    seen: tuple[str, ...],
    closed: str,
    event: str,
) -> None:
    """The entry has the token of the last approval, which invalidates the first.

    Home Assistant itself opens no reauthentication during a reconfiguration.
    """
    entry = await link("alice")
    scenarios = {}
    for source in ("reauth", "reconfigure"):
        scenarios[source] = Scenario(instance, plex_tv, entry)
        await scenarios[source].open(source)
        await scenarios[source].approve()
    last = scenarios["reconfigure"]
    await last.poll()
    if event:
        await last.happens(event)
    if closed:
        await scenarios[closed].happens("close")
    for source in seen:
        await scenarios[source].happens("look")
    await last.end()
    if event not in {"delete", "stop"}:
        assert entry.data[CONF_TOKEN] == plex_tv.pins[-1].token
    await last.check(hass_storage)


async def test_closed_while_home_assistant_stops(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator
) -> None:
    """A token that is issued while Home Assistant stops is signed out once."""
    scenario = Scenario(instance, plex_tv, None)
    await scenario.open("user")
    await scenario.approve()
    # Not a task of Home Assistant, because stopping cancels those.
    stopping = asyncio.create_task(hass.async_stop())
    await asyncio.sleep(0)
    scenario.dialogue.close()
    await instance.pass_time_until(stopping.done)
    await stopping
    assert not plex_tv.token_is_valid(plex_tv.pins[-1].token or "")
    assert len(plex_tv.seen("DELETE", SIGN_OUT)) <= 1
