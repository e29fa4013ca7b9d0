"""Fixtures: a scenario in which every response can be a bad one."""

from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account import plex_tv as plex_tv_module
from simulator import Simulator
from tests.helpers.fake_servers import FakeServers
from tests.helpers.hosts import hosts_of
from tests.helpers.networks import THIS_MACHINE

from .certificates import Certificates
from .scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.conftest import Link
    from tests.helpers.dialogue import Dialogue
    from tests.helpers.instance import Instance


@pytest.fixture(autouse=True)
async def enable_event_loop_debug() -> None:
    """Disable asyncio's debug mode, which takes more time than the tests themselves.

    It also logs clients that do not trust the certificate of the simulator.
    """


@pytest.fixture(scope="session")
def made_certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Provide the certificates of the simulated plex.tv."""
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def certificates(made_certificates: Certificates) -> Certificates:
    """Provide the certificates, with the trusted one in use."""
    made_certificates.wrong = False
    return made_certificates


@pytest.fixture
async def plex_tv(
    socket_enabled: None, monkeypatch: pytest.MonkeyPatch, certificates: Certificates
) -> AsyncIterator[Simulator]:
    """Provide a plex.tv over HTTPS."""
    async with Simulator(media_servers=True, tls=certificates.context) as simulator:
        monkeypatch.setattr(plex_tv_module, "PLEX_TV", hosts_of(simulator))
        monkeypatch.setattr(plex_tv_module, "NETWORKS", THIS_MACHINE)
        yield simulator


@pytest.fixture
async def scenario(
    instance: Instance,
    plex_tv: Simulator,
    dialogue: Dialogue,
    link: Link,
    certificates: Certificates,
    caplog: pytest.LogCaptureFixture,
) -> AsyncIterator[Scenario]:
    """Provide a scenario without faults, and check it at the end."""
    async with FakeServers() as elsewhere:
        scenario = Scenario(
            instance, plex_tv, dialogue, elsewhere, certificates, caplog, link
        )
        yield scenario
        scenario.recover()
        await scenario.end()
