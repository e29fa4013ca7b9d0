"""The cost of the most expensive responses of a hostile server to an action."""

import asyncio
from dataclasses import dataclass
import json
import time
import tracemalloc
from typing import TYPE_CHECKING, Final

from yarl import URL

from custom_components.plex_account.plextv import (
    PlexTvResponseError,
    RawResponse,
    redacted,
)
from custom_components.plex_account.plextv.transport import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

MIB: Final = 1024 * 1024
# The limits of an action for a response, and for a text that is redacted in part.
LARGEST: Final = 5 * MIB
LONGEST: Final = 64 * 1024
# An account with some hundred servers.
KNOWN: Final = [f"{number:040x}" for number in range(2**150, 2**150 + 500)]
TICK: Final = 0.001


@dataclass(frozen=True, kw_only=True, slots=True)
class HostileAnswer:
    """The cost of one response: seconds, and peak memory in MiB."""

    name: str
    refused: bool
    processor: float
    stall: float
    """The longest time for which nothing else of Home Assistant ran."""
    memory: float


def hostile_answers(*, quick: bool) -> list[HostileAnswer]:
    """Read and redact each response, as an action does."""
    size = LARGEST // 50 if quick else LARGEST
    return [asyncio.run(_measure(name, make(size))) for name, make in _ANSWERS.items()]


def _texts(seed: str) -> Callable[[int], bytes]:
    """Return a function that makes a response of long texts of repeated characters."""
    text = (seed * LONGEST)[: LONGEST - len(seed)]
    return lambda size: json.dumps([text] * max(size // LONGEST, 1)).encode()


def _library(size: int) -> bytes:
    """Return a normal response."""
    film = {
        "key": "/library/metadata/1",
        "title": "The Attic Window",
        "summary": "Once upon a time: somebody looked out of it. " * 10,
        "Media": [{"id": 1, "Part": [{"file": "/media/The Attic Window (1954).mkv"}]}],
    }
    return json.dumps({"Metadata": [film] * (size // len(json.dumps(film)))}).encode()


def _namespace(size: int) -> bytes:
    """Return a document that would grow to the square of its size."""
    elements = b"<p:a/>" * (size // 12)
    return b'<M xmlns:p="%s">%s</M>' % (b"u" * (size // 2), elements)


_ANSWERS: Final[dict[str, Callable[[int], bytes]]] = {
    "a library, for comparison": _library,
    "one letter": _texts("a"),
    "names with passwords": _texts("//a@"),
    "e-mail addresses": _texts("a@b.cc "),
    "addresses": _texts("1::1 "),
    "encoded four times": _texts("%25252541"),
    "a namespace": _namespace,
    "elements": lambda size: (
        b"<M>" + b'<a b="%s">%s</a>' % (b"c" * 30, b"d" * 12) * (size // 55) + b"</M>"
    ),
    "objects": lambda size: b"[" + b'{"a":1 %s},' % (b" " * 15) * (size // 24) + b"1]",
}


async def _measure(name: str, body: bytes) -> HostileAnswer:
    """Measure one response."""
    before = time.process_time()
    working = asyncio.create_task(asyncio.to_thread(_read, body))
    stall, last = 0.0, time.perf_counter()
    while not working.done():
        await asyncio.sleep(TICK)
        now = time.perf_counter()
        stall, last = max(stall, now - last - TICK), now
    processor = time.process_time() - before
    tracemalloc.start()
    _read(body)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return HostileAnswer(
        name=name,
        refused=not await working,
        processor=processor,
        stall=stall,
        memory=peak / MIB,
    )


def _read(body: bytes) -> bool:
    """Read and redact a response; return whether it could be read."""
    request = Request(purpose="a benchmark", url=URL("https://server.example"))
    try:
        answer = RawResponse.from_response(
            Response(request=request, status=200, body=body)
        )
    except PlexTvResponseError:
        return False
    redacted(answer.data, KNOWN)
    return True
