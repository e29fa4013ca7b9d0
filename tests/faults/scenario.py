"""One account, one plex.tv and one bad response."""

from dataclasses import dataclass, field
import logging
from typing import TYPE_CHECKING, Any, Final, Literal

from homeassistant.const import CONF_TOKEN

from custom_components.plex_account.const import DOMAIN
from simulator import Fault
from tests.helpers.clock import until, until_idle
from tests.helpers.custom_faults import OversizedBody
from tests.helpers.routes import DEVICE, DEVICES, SIGN_OUT

from .bad_answers import BAD_ANSWERS, OVERSIZED_LIMIT, REDIRECT, WRONG_CERTIFICATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp import web
    from homeassistant.core import HomeAssistant
    import pytest
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import ServerControl, Simulator
    from simulator.discover.discover import Discover
    from tests.conftest import Link
    from tests.helpers.dialogue import Dialogue
    from tests.helpers.fake_servers import FakeServers
    from tests.helpers.instance import Instance

    from .certificates import Certificates

# Idle connections that may be kept open: one of a flow, one of an account, one to
# Discover, and one to each of three servers that get requests for titles.
KEPT_CONNECTIONS: Final = 6
PHASES: Final[tuple[Literal["setup", "call", "teardown"], ...]] = (
    "setup",
    "call",
    "teardown",
)


@dataclass
class Scenario:
    """The objects of a test, and the bad responses that it injects."""

    instance: Instance
    plex_tv: Simulator
    dialogue: Dialogue
    elsewhere: FakeServers
    certificates: Certificates
    log: pytest.LogCaptureFixture
    link_account: Link
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The data of each entry before any fault."""
    oversized: list[OversizedBody] = field(default_factory=list)
    unasked: set[str] = field(default_factory=set)
    """The routes with a bad response that have not been requested yet."""

    @property
    def hass(self) -> HomeAssistant:
        """Home Assistant."""
        return self.instance.hass

    async def link(self, **options: str) -> MockConfigEntry:
        """Set up alice's account as one that was linked earlier."""
        entry = await self.link_account("alice", options=options)
        self.kept[entry.entry_id] = dict(entry.data)
        return entry

    async def inject(
        self,
        method: str,
        route: str,
        bad: str,
        server: ServerControl | Discover | None = None,
    ) -> None:
        """Respond to a route with a fault; the test fails if it gets no request.

        With the wrong certificate, no request can arrive at any route.
        """
        if bad == WRONG_CERTIFICATE:
            self.certificates.wrong = True
            self.plex_tv.hang_up()
            await until_idle()
            return
        if bad == REDIRECT:
            fake = await self.elsewhere.open("remote")
            made: Fault | OversizedBody = Fault.redirect(
                f"{fake.connection.uri}{route}"
            )
        else:
            made = BAD_ANSWERS[bad]()
        if isinstance(made, OversizedBody):
            self.oversized.append(made)
            made = made.fault
        fault = self._noted(made, f"{method} {route}")
        (server or self.plex_tv).misbehave(method, route, fault, times=None)

    async def inject_into_sign_out(self, route: str, bad: str) -> None:
        """Respond with a fault to one of the three requests of a sign-out.

        The last one is sent only if the device cannot be removed.
        """
        if route == SIGN_OUT and bad != WRONG_CERTIFICATE:
            await self.inject("DELETE", DEVICE, "500")
        await self.inject("GET" if route == DEVICES else "DELETE", route, bad)

    def _noted(self, fault: Fault, route: str) -> Fault:
        """Return the fault, and record whether it was used."""
        self.unasked.add(route)

        async def answer(request: web.Request) -> web.StreamResponse:
            """Return the bad response."""
            self.unasked.discard(route)
            return await fault.answer(request)

        return Fault(fault.name, answer)

    def recover(self) -> None:
        """End all faults."""
        self.certificates.wrong = False
        self.plex_tv.behave()
        self.plex_tv.discover.behave()
        for server in self.plex_tv.servers.values():
            server.behave()

    async def pass_time(self, seconds: float) -> None:
        """Advance the time, and run what is due."""
        await self.instance.pass_time(seconds)

    async def pass_time_until(self, condition: Callable[[], object]) -> None:
        """Advance the time in steps until a condition is true."""
        await self.instance.pass_time_until(condition)

    def is_state(self, entity_id: str, state: str) -> bool:
        """Return whether an entity has a state."""
        return self.instance.shows(entity_id, state)

    @property
    def asks_to_sign_in(self) -> bool:
        """Whether a reauthentication flow asks the person to link the account again."""
        flows = self.hass.config_entries.flow.async_progress_by_handler(DOMAIN)
        return any(flow["context"]["source"] == "reauth" for flow in flows)

    def assert_unharmed(self) -> None:
        """Check the conditions that every case must meet."""
        for entry in self.hass.config_entries.async_entries(DOMAIN):
            if before := self.kept.get(entry.entry_id):
                assert entry.data == before
                assert self.plex_tv.token_is_valid(entry.data[CONF_TOKEN])
        # During teardown, `records` only contains those of the teardown.
        assert [
            record.getMessage()
            for phase in PHASES
            for record in self.log.get_records(phase)
            if record.exc_info and record.levelno > logging.DEBUG
        ] == []
        assert self.elsewhere.connections.most == 0
        assert all(flood.sent < OVERSIZED_LIMIT for flood in self.oversized)

    async def end(self) -> None:
        """Check that every bad response was sent, and that no request is pending."""
        assert not self.unasked
        await until(lambda: self.plex_tv.answering == 0)
        servers = self.plex_tv.servers.values()
        await until(
            lambda: (
                self.plex_tv.connections - sum(each.push.listening for each in servers)
                <= KEPT_CONNECTIONS
            )
        )
        self.assert_unharmed()
