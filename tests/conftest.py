"""What every test of Plex Account stands on: plex.tv on loopback, and a silent log."""

import asyncio
import logging
import random
from typing import TYPE_CHECKING, Any, Protocol
import uuid

from homeassistant.const import CONF_TOKEN
from hypothesis import settings
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

# The test package of Home Assistant brings a custom_components of its own; ours has to
# be imported first to be the one that is found.
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


# How long an example takes depends on the machine: nothing is learned from it.
settings.register_profile(
    "ours", deadline=None, database=None, max_examples=1000 if THOROUGH else 100
)
settings.load_profile("ours")


def pytest_configure(config: pytest.Config) -> None:
    """Compare the texts that tests see with those that there are."""
    config.pluginmanager.register(TranslationRecorder())


@pytest.fixture(scope="session", autouse=True)
def _counted_jobs() -> Iterator[None]:
    """Let the clock know of jobs in threads."""
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
    """Provide a plex.tv that the integration speaks with instead of the real one."""
    async with Simulator(media_servers=True) as simulator:
        monkeypatch.setattr(plex_tv_module, "PLEX_TV", hosts_of(simulator))
        monkeypatch.setattr(plex_tv_module, "NETWORKS", THIS_MACHINE)
        yield simulator


@pytest.fixture
async def fake_servers(socket_enabled: None) -> AsyncIterator[FakeServers]:
    """Provide servers that answer when a test tells them to."""
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
    """Have asyncio debug the loop in thorough runs only: it doubles what tests take.

    It keeps the whole stack of each task and each future.
    """
    asyncio.get_running_loop().set_debug(THOROUGH)


@pytest.fixture
def attic(plex_tv: Simulator) -> ServerControl:
    """Provide alice's server at home, which casey may use."""
    return plex_tv.servers["Attic"]


class Link(Protocol):
    """Has a person's account linked since long, and sets it up."""

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
    """Provide a way to have a person's account linked since long."""

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
    # Home Assistant says so of every custom integration,
    "We found a custom integration plex_account",
    # of a machine without faster compression,
    "zlib_ng and isal are not available",
    # and asyncio, when it debugs, of a slow machine.
    "Executing <",
    # aiohttp's log of requests cannot tell how long one took while time stands still.
    "Error in logging",
    # Said only of tests that are marked to expect it, of timers of other integrations.
    "Lingering timer after test",
    # A job in a thread that Home Assistant itself began, when it stops in between.
    "Task <Future pending",
)


class TroubleCollector(logging.Handler):
    """Keeps what a person would read as trouble in the log."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        """Overlook what is allowed."""
        super().__init__(logging.WARNING)
        self._allowed = allowed
        self.trouble: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record."""
        message = record.getMessage()
        if not any(part in message for part in self._allowed):
            self.trouble.append(f"{record.levelname} {record.name}: {message}")


def no_trouble(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail a test that leaves a warning in the log which it is not marked to expect."""
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


# Fixtures link accounts, and unload them in the end.
pytest_runtest_setup = pytest.hookimpl(no_trouble, wrapper=True)
pytest_runtest_call = pytest.hookimpl(no_trouble, wrapper=True)
pytest_runtest_teardown = pytest.hookimpl(no_trouble, wrapper=True)
