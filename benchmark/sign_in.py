"""Sign-ins of other clients and ours, at the same plex.tv and at the same time."""

import asyncio
from dataclasses import dataclass, field
import json
import random
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from .plex_tv import PlexTv

CLIENTS = ("ours", "plexapi", "plexauth")
DIALOGUE = "dialogue"
# Seconds after the last approval within which every client has its token.
PATIENCE = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How much is measured."""

    seed: int
    rounds: int
    logins: int
    longest: float
    """Seconds within which every code is approved."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One login; times in seconds."""

    approved_after: float
    late: float
    """From the approval to the token."""
    questions: int

    @property
    def each_minute(self) -> float:
        """Requests per minute."""
        return self.questions / (self.approved_after + self.late) * 60


@dataclass(slots=True)
class SignIns:
    """The cost of the logins of one client."""

    waits: list[Wait] = field(default_factory=list)
    busy: float = 0.0
    """Milliseconds of processor time for all of them."""

    @property
    def for_a_question(self) -> float:
        """Milliseconds of processor time per request."""
        return self.busy / sum(wait.questions for wait in self.waits)


@dataclass(frozen=True, slots=True)
class Abandoned:
    """The number of requests about a code that nobody approves."""

    default: int
    whole: int


async def sign_ins(plex_tv: PlexTv, plan: Plan) -> dict[str, SignIns]:
    """Sign in with every client, with the same moments of approval for each."""
    names = (*CLIENTS, DIALOGUE)
    results = {name: SignIns() for name in names}
    for number in range(plan.rounds):
        limit = plan.longest + PATIENCE
        async with asyncio.timeout(limit), asyncio.TaskGroup() as group:
            for name in names:
                group.create_task(
                    _one_round(plex_tv, name, plan, number, results[name])
                )
    return results


async def abandoned(plex_tv: PlexTv) -> dict[str, Abandoned]:
    """Wait with every client for codes that nobody approves."""
    counts = {}
    for name in CLIENTS:
        said = [facts async for facts in _facts(name, str(plex_tv.url))]
        codes = plex_tv.codes()
        counts[name] = Abandoned(
            **{how: codes[code].questions for how, code in said[0].items()}
        )
    return counts


async def _one_round(
    plex_tv: PlexTv, name: str, plan: Plan, number: int, result: SignIns
) -> None:
    """Run the logins of one client."""
    seed = f"{plan.seed} {number}"
    chance = random.Random(seed)  # noqa: S311 - it keeps no secret
    shown: dict[str, float] = {}
    token: dict[str, float] = {}
    async for facts in _facts(name, str(plex_tv.url), seed, str(plan.logins)):
        match facts:
            case {"code": code, "shown": moment}:
                shown[code] = moment
                # An account can be linked only once.
                person = f"{code} {number}" if name == DIALOGUE else "alice"
                plex_tv.approve(code, person, moment + chance.uniform(0, plan.longest))
            case {"code": code, "token": moment}:
                token[code] = moment
            case {"busy": busy}:
                result.busy += busy * 1000
    codes = plex_tv.codes()
    for code, moment in token.items():
        approved = codes[code].approved
        if approved is not None:
            result.waits.append(
                Wait(
                    approved_after=approved - shown[code],
                    late=moment - approved,
                    questions=codes[code].questions,
                )
            )


async def _facts(client: str, *arguments: str) -> AsyncIterator[dict[str, Any]]:
    """Run a client in a process of its own and yield what it reports."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"benchmark.clients.{client}",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
    )
    lines: asyncio.StreamReader = process.stdout  # type: ignore[assignment] # a pipe
    try:
        async for line in lines:
            yield json.loads(line)
        if await process.wait():
            raise RuntimeError(f"The client {client} failed")
    finally:
        if process.returncode is None:
            process.kill()
