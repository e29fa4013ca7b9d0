"""Fixtures of all tests: plex.tv on loopback, and a log without warnings."""

import asyncio
import logging
import random
from typing import TYPE_CHECKING, Any, Protocol
import uuid

from homeassistant.const import CONF_TOKEN
from hypothesis import settings
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

# The test package of Home Assistant has a custom_components of its own. Ours has to be
# imported first, so that it takes precedence.
from custom_components.plex_account import plex_tv as plex_tv_module
from custom_components.plex_account.const import CONF_CLIENT_IDENTIFIER, DOMAIN
from custom_components.plex_account.plextv import ServerSessions
from simulator import Simulator
from tests.helpers.clock import counted_jobs
from tests.helpers.dialogue import Dialogue
from tests.helpers.fake_servers import FakeServers
from tests.helpers.hosts import hosts_of
from tests.helpers.instance import Instance
from tests.helpers.networks import THIS_MACHINE
from tests.helpers.thorough import THOROUGH
from tests.helpers.translation_recorder import TranslationRecorder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Generator, Iterator, Mapping

    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant

    from simulator import ServerControl


# No deadline, because the duration of an example depends on the machine.
settings.register_profile(
    "ours", deadline=None, database=None, max_examples=1000 if THOROUGH else 100
)
settings.load_profile("ours")


def pytest_configure(config: pytest.Config) -> None:
    """Register the plugin that compares used texts with translations/en.json."""
    config.pluginmanager.register(TranslationRecorder())


@pytest.fixture(scope="session", autouse=True)
def _counted_jobs() -> Iterator[None]:
    """Count the jobs in threads, for the clock of the tests."""
    with counted_jobs():
        yield


@pytest.fixture(autouse=True)
def _custom_integrations(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant load the integration, and keep what it stores in memory."""
    if "hass" in request.fixturenames:
        request.getfixturevalue("hass_storage")
        request.getfixturevalue("enable_custom_integrations")


@pytest.fixture
def instance(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Instance:
    """Provide Home Assistant with the clock of the test."""
    return Instance(hass, freezer)


@pytest.fixture
async def plex_tv(
    socket_enabled: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Simulator]:
    """Provide the simulator, which the integration uses as plex.tv."""
    async with Simulator(media_servers=True) as simulator:
        monkeypatch.setattr(plex_tv_module, "PLEX_TV", hosts_of(simulator))
        monkeypatch.setattr(plex_tv_module, "NETWORKS", THIS_MACHINE)
        yield simulator


@pytest.fixture
async def fake_servers(socket_enabled: None) -> AsyncIterator[FakeServers]:
    """Provide servers whose responses a test controls."""
    async with FakeServers() as fake_servers:
        yield fake_servers


@pytest.fixture
async def sessions(socket_enabled: None) -> AsyncIterator[ServerSessions]:
    """Provide the client's sessions for media servers, which are on this machine."""
    sessions = ServerSessions(networks=THIS_MACHINE)
    yield sessions
    await sessions.close()


@pytest.fixture(autouse=True)
async def enable_event_loop_debug() -> None:
    """Enable asyncio's debug mode in thorough runs only: it doubles the duration.

    It keeps the whole stack of each task and each future.
    """
    asyncio.get_running_loop().set_debug(THOROUGH)


@pytest.fixture
def attic(plex_tv: Simulator) -> ServerControl:
    """Provide alice's server at home, which casey may use."""
    return plex_tv.servers["Attic"]


class Link(Protocol):
    """Sets up the entry of an account that was linked earlier."""

    async def __call__(
        self,
        person: str,
        *,
        version: int = 1,
        minor_version: int = 1,
        options: Mapping[str, object] | None = None,
    ) -> MockConfigEntry:
        """Link one account."""


@pytest.fixture
def link(hass: HomeAssistant, instance: Instance, plex_tv: Simulator) -> Link:
    """Provide a way to set up an account that was linked earlier."""

    async def link(
        person: str,
        *,
        version: int = 1,
        minor_version: int = 1,
        options: Mapping[str, object] | None = None,
    ) -> MockConfigEntry:
        """Link one account."""
        client_identifier = str(uuid.UUID(int=random.getrandbits(128), version=4))
        known = plex_tv.people[person]
        entry = MockConfigEntry(
            domain=DOMAIN,
            version=version,
            minor_version=minor_version,
            unique_id=known.uuid,
            title=known.username or known.title,
            options=options,
            data={
                CONF_TOKEN: plex_tv.sign_in(person, client_identifier),
                CONF_CLIENT_IDENTIFIER: client_identifier,
            },
        )
        entry.add_to_hass(hass)
        await instance.set_up(entry)
        await hass.async_block_till_done()
        return entry

    return link


@pytest.fixture
def dialogue(instance: Instance, plex_tv: Simulator) -> Dialogue:
    """Provide a dialogue that is not open yet."""
    return Dialogue(instance, plex_tv)


ALWAYS_ALLOWED = (
    # Home Assistant logs this for every custom integration.
    "We found a custom integration plex_account",
    # Home Assistant logs this on a machine without faster compression.
    "zlib_ng and isal are not available",
    # asyncio logs this in debug mode, on a slow machine.
    "Executing <",
    # aiohttp's access log cannot compute a duration while the clock is frozen.
    "Error in logging",
    # Logged only in tests that are marked to expect timers of other integrations.
    "Lingering timer after test",
    # A job of Home Assistant itself in a thread, which its stop interrupts.
    "Task <Future pending",
)


class TroubleCollector(logging.Handler):
    """Collects warnings and errors in the log."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        """Ignore the allowed messages."""
        super().__init__(logging.WARNING)
        self._allowed = allowed
        self.trouble: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record."""
        message = record.getMessage()
        if not any(part in message for part in self._allowed):
            self.trouble.append(f"{record.levelname} {record.name}: {message}")


def no_trouble(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail a test that logs a warning or error which it is not marked to expect."""
    expected = [
        part for mark in item.iter_markers("allowed_logs") for part in mark.args
    ]
    collector = TroubleCollector((*ALWAYS_ALLOWED, *expected))
    logging.getLogger().addHandler(collector)
    try:
        result = yield
    finally:
        logging.getLogger().removeHandler(collector)
    if collector.trouble:
        pytest.fail(
            "Trouble in the log:\n" + "\n".join(collector.trouble), pytrace=False
        )
    return result


# All phases, because fixtures link accounts, and unload them at the end.
pytest_runtest_setup = pytest.hookimpl(no_trouble, wrapper=True)
pytest_runtest_call = pytest.hookimpl(no_trouble, wrapper=True)
pytest_runtest_teardown = pytest.hookimpl(no_trouble, wrapper=True)
