"""Encrypted connections, and unencrypted ones as a fallback."""

import asyncio
from dataclasses import replace
import ssl
from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import ServerSessions
from tests.helpers.certificates import certificate
from tests.helpers.clock import until, until_idle
from tests.helpers.fake_servers import UNAVAILABLE, identity
from tests.helpers.networks import THIS_MACHINE

from .connection_search import NAME, Searcher, server
from .failing_resolver import FailingResolver

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    """Provide a certificate for this machine, with its key."""
    return certificate(tmp_path)


@pytest.fixture
def tls(pem: Path) -> ssl.SSLContext:
    """Provide the SSL context of a server."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    return context


@pytest.fixture
async def sessions(socket_enabled: None, pem: Path) -> AsyncIterator[ServerSessions]:
    """Provide sessions that trust the certificate and resolve no name."""
    sessions = ServerSessions(
        networks=THIS_MACHINE,
        ssl=ssl.create_default_context(cafile=pem),
        resolver=FailingResolver,
    )
    yield sessions
    await sessions.close()


@pytest.mark.allowed_logs("Error on transport creation")
async def test_certificates(searcher: Searcher, tls: ssl.SSLContext) -> None:
    """A server counts over HTTPS only if its certificate is trusted."""
    secure = await searcher.fakes.open("local", tls)
    plain = await searcher.fakes.open("local")
    secure.answer_with(identity(NAME))
    plain.answer_with(identity(NAME))
    wanted = server(secure, plain)
    assert await searcher.start(wanted) == secure.connection
    secure.requests.clear()
    doubtful = ServerSessions(networks=THIS_MACHINE)
    doubting = Searcher(doubtful, searcher.fakes, searcher.freezer)
    assert await doubting.start(wanted) == plain.connection
    await doubtful.close()
    assert not secure.requests


async def test_a_slow_encrypted_connection_comes_before_a_quick_plain_one(
    searcher: Searcher, tls: ssl.SSLContext
) -> None:
    """An unencrypted connection is used only if no encrypted one responds."""
    plain = await searcher.fakes.open("local")
    relay = await searcher.fakes.open("relay", tls)
    plain.answer_with(identity(NAME))
    searching = searcher.start(server(relay, plain))
    await until(lambda: relay.requests)
    searcher.freezer.tick(2.5)
    await until_idle()
    assert not searching.done()
    relay.answer_with(identity(NAME))
    assert await searching == relay.connection
    assert not plain.requests


async def test_names_that_the_router_refuses_to_look_up(searcher: Searcher) -> None:
    """If no name resolves, the bare IP address gets a request at once."""
    plain = await searcher.fakes.open("local")
    plain.answer_with(identity(NAME))
    name = "https://127-0-0-1.abc.plex.direct:32400"
    searching = searcher.start(server(replace(plain.connection, uri=name), plain))
    assert await searcher.seconds_until_done([searching]) == 0
    assert await searching == plain.connection


async def test_the_encrypted_one_is_back(
    searcher: Searcher, tls: ssl.SSLContext
) -> None:
    """The next full search finds the encrypted connection again."""
    secure = await searcher.fakes.open("local", tls)
    plain = await searcher.fakes.open("local")
    plain.answer_with(identity(NAME))
    secure.answer_with(UNAVAILABLE)
    wanted = server(secure, plain)
    assert await searcher.start(wanted) == plain.connection
    secure.answer_with(identity(NAME))
    assert await searcher.start(wanted, last=plain) == plain.connection
    assert await searcher.start(wanted) == secure.connection


async def test_dead_ends_of_both_kinds(searcher: Searcher, tls: ssl.SSLContext) -> None:
    """Each kind takes one timeout, and no task is left over."""
    before = asyncio.all_tasks()
    secure = await searcher.fakes.open("local", tls)
    plain = await searcher.fakes.open("local")
    searching = searcher.start(server(secure, plain))
    assert await searcher.seconds_until_done([searching]) == pytest.approx(6, abs=0.3)
    assert await searching is None
    assert asyncio.all_tasks() == before
