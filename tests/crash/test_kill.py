"""Home Assistant is killed at any moment, and no partial state is left.

Home Assistant writes what changed about its entries to the disk a second later, so a
kill before that loses what was done. It must be lost as a whole.
"""

import asyncio
import math
import random
import shutil
from typing import TYPE_CHECKING, Final

from tests.helpers.installation import (
    PERSON,
    Installation,
    add_home_user,
    link,
    link_again,
    requests,
    signed_in,
    until,
)
from tests.helpers.thorough import THOROUGH

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from demo.frontend import Frontend

KILLS: Final = 20
USER: Final = "dana"
PIN: Final = "4711"
# Seconds from the opening of the dialogue until all is on the disk, with a margin.
SPAN: Final = 6.0
# As soon as all is on the disk, however long that takes.
LAST: Final = math.inf
# With two processors, more than this would slow each start down.
AT_ONCE: Final = 3


async def everywhere(
    killed_at: Callable[[Path, float], Awaitable[bool]], folder: Path
) -> None:
    """Kill once in every part of the span, and once when all is on the disk.

    After the first kill nothing is stored, after the last one everything. The moments
    are the same in every run; a short run uses some of those of a thorough run.
    """
    chance = random.Random(9)  # noqa: S311 - no secret
    moments = [(number + chance.random()) * SPAN / KILLS for number in range(KILLS)]
    moments = [*(moments if THOROUGH else moments[::4]), LAST]
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(moment: float) -> bool:
        """Run it once; a failure names the moment of the kill."""
        async with gate:
            try:
                return await killed_at(folder / f"{moment:.3f}", moment)
            except Exception as err:
                err.add_note(f"Killed at {moment:.3f} s.")
                raise

    first, *_, last = await asyncio.gather(*map(one, moments))
    assert not first
    assert last


async def reach(moment: float, is_kept: Callable[[], Awaitable[object]]) -> None:
    """Wait until it is time for the kill."""
    await (until(is_kept) if moment == LAST else asyncio.sleep(moment))


async def test_linking(new: Path, tmp_path: Path) -> None:
    """Either the account is linked and works, or it is not and can be linked."""

    async def killed_at(folder: Path, moment: float) -> bool:
        """Link, kill, and restart; return whether the account was kept."""
        shutil.copytree(new, folder, symlinks=True)
        async with Installation(folder) as installation:
            async with installation.home.frontend() as frontend:
                await installation.kill_during(
                    link(installation, frontend),
                    reach(moment, installation.has_stored),
                )
            kept = installation.stored()
            for entry in kept:
                pin = installation.plex_tv.pins[-1]
                assert entry["unique_id"] == installation.plex_tv.people[PERSON].uuid
                assert entry["data"] == {
                    "token": pin.token,
                    "client_identifier": pin.client_identifier,
                }
            await installation.home.start()
            async with installation.home.frontend() as frontend:
                if not kept:
                    assert await frontend.accounts() == []
                    await link(installation, frontend)
                assert await signed_in(frontend)
                assert await requests(frontend) == []
            assert installation.home.complaints == []
            rows = await installation.rows()
            assert rows.count(installation.plex_tv.pins[-1].client_identifier) == 1
            # A lost token stays signed in at plex.tv, because it is not stored here.
            assert len(rows) <= (1 if kept else 2)
            await installation.home.kill()
        return bool(kept)

    await everywhere(killed_at, tmp_path)


async def test_linking_again(linked: Path, tmp_path: Path) -> None:
    """Either the new token is stored, or the old one, and linking again is possible."""

    async def killed_at(folder: Path, moment: float) -> bool:
        """Link again, kill, and restart; return whether the new token was kept."""
        shutil.copytree(linked, folder, symlinks=True)
        async with Installation(folder) as installation:

            async def is_kept() -> bool:
                """Return whether the new token is on the disk."""
                [entry] = installation.stored()
                tokens = [pin.token for pin in installation.plex_tv.pins]
                return entry["data"]["token"] in tokens

            [before] = installation.stored()
            async with installation.home.frontend() as frontend:
                assert not await signed_in(frontend)
                await installation.kill_during(
                    link_again(installation, frontend), reach(moment, is_kept)
                )
            [after] = installation.stored()
            kept = await is_kept()
            if kept:
                before["data"]["token"] = after["data"]["token"]
                before["modified_at"] = after["modified_at"]
            assert after == before
            await installation.home.start()
            async with installation.home.frontend() as frontend:
                assert await signed_in(frontend) == kept
                if kept:
                    assert await requests(frontend) == []
                else:
                    await link_again(installation, frontend)
            assert await installation.rows() == [before["data"]["client_identifier"]]
            await installation.home.kill()
        return kept

    await everywhere(killed_at, tmp_path)


async def test_adding_a_home_user(new: Path, tmp_path: Path) -> None:
    """Either the user is there and signed in, or is not and can be added."""

    async def killed_at(folder: Path, moment: float) -> bool:
        """Add a user, kill, and restart; return whether the user was kept."""
        shutil.copytree(new, folder, symlinks=True)
        async with Installation(folder) as installation:

            async def is_kept() -> bool:
                """Return whether the user is on the disk."""
                [entry] = installation.stored()
                return bool(entry["subentries"])

            installation.plex_tv.add_home_user(USER, pin=PIN)
            person = installation.plex_tv.people[USER]
            async with installation.home.frontend() as frontend:
                await link(installation, frontend)
                await until(installation.has_stored)
                await installation.kill_during(
                    add_home_user(installation, frontend, USER, PIN),
                    reach(moment, is_kept),
                )
            [entry] = installation.stored()
            kept = entry["subentries"]
            for user in kept:
                assert user["unique_id"] == person.uuid
                assert installation.plex_tv.token_is_valid(user["data"]["token"])
            await installation.home.start()
            async with installation.home.frontend() as frontend:
                assert await signed_in(frontend)
                if not kept:
                    await add_home_user(installation, frontend, USER, PIN)
                await until(lambda: user_is_signed_in(frontend))
                assert await requests(frontend) == []
            assert installation.home.complaints == []
            await installation.home.kill()
        return bool(kept)

    await everywhere(killed_at, tmp_path)


async def user_is_signed_in(frontend: Frontend) -> bool:
    """Return whether the entity of the Home user exists and is on."""
    states = await frontend.call("GET", "api/states")
    entity = f"binary_sensor.{USER}_signed_in"
    return {"on"} == {one["state"] for one in states if one["entity_id"] == entity}
