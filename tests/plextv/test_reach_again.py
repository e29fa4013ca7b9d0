"""A search that knows at which connection a server answered last."""

from typing import TYPE_CHECKING

from custom_components.plex_account.plextv import Connection
from tests import until

from .doors import NO, identity
from .searches import NAME, search, server, settle

if TYPE_CHECKING:
    from aiohttp import ClientSession
    from freezegun.api import FrozenDateTimeFactory

    from .doors import Doors


async def test_the_last_one_is_asked_alone(
    doors: Doors, session: ClientSession
) -> None:
    """As long as it answers, nobody else is troubled."""
    local, relay = await doors.open("local"), await doors.open("relay")
    local.says(identity(NAME))
    relay.says(identity(NAME))
    assert await search(session, server(local, relay), last=relay) == relay.connection
    assert not local.asked
    assert await search(session, server(local, relay)) == local.connection


async def test_the_last_one_fails(doors: Doors, session: ClientSession) -> None:
    """The others are asked at once."""
    local, remote = await doors.open("local"), await doors.open("remote")
    local.says(NO)
    remote.says(identity(NAME))
    assert await search(session, server(local, remote), last=local) == remote.connection


async def test_the_last_one_is_silent(
    doors: Doors, session: ClientSession, freezer: FrozenDateTimeFactory
) -> None:
    """The others are asked after a while, and it may still answer then."""
    local, remote = await doors.open("local"), await doors.open("remote")
    searching = search(session, server(local, remote), last=remote)
    await until(lambda: remote.asked)
    freezer.tick(1.4)
    await settle()
    assert not local.asked
    freezer.tick(0.2)
    await until(lambda: local.asked and len(remote.asked) == 2)
    freezer.tick(2.5)
    remote.says(identity(NAME))
    local.says(NO)
    assert await searching == remote.connection


async def test_the_last_one_is_listed_no_more(
    doors: Doors, session: ClientSession
) -> None:
    """Nobody is asked whom plex.tv does not name."""
    gone, remote = await doors.open("local"), await doors.open("remote")
    gone.says(identity(NAME))
    remote.says(identity(NAME))
    assert await search(session, server(remote), last=gone) == remote.connection
    assert not gone.asked


async def test_the_last_one_is_known_by_its_address(
    doors: Doors, session: ClientSession
) -> None:
    """plex.tv may have changed its mind about what the address is."""
    local, door = await doors.open("local"), await doors.open("remote")
    local.says(identity(NAME))
    door.says(identity(NAME))
    before = Connection(uri=door.connection.uri, local=True, relay=False)
    wanted = server(local, door)
    assert await search(session, wanted, last=before) == door.connection
    assert not local.asked
