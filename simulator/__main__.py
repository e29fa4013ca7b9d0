"""Run the simulator on its own: `python -m simulator --port N`."""

import argparse
import asyncio
import errno
import signal
import sys

from .players import reporting_players
from .simulator import Simulator
from .world.servers import HOST


def main() -> int:
    """Parse the command line and run; print why the simulator cannot start."""
    arguments = _parser().parse_args()
    try:
        asyncio.run(_run(arguments.port, media_servers=arguments.media_servers))
    except OSError as err:
        if err.errno == errno.EADDRINUSE:
            reason = f"Port {arguments.port} is taken; choose another with --port."
        else:
            reason = f"Cannot listen at {HOST}:{arguments.port}: {err.strerror}."
        sys.stderr.write(f"{reason}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m simulator",
        description="A stand-in for plex.tv on this machine.",
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=0,
        help="the port to listen at; any free one when not given",
    )
    parser.add_argument(
        "--media-servers",
        action="store_true",
        help="let small media servers answer for the servers that are listed",
    )
    return parser


def _port(text: str) -> int:
    """Parse a port number."""
    try:
        port = int(text)
    except ValueError:
        port = -1
    if not 0 <= port <= 65535:  # noqa: PLR2004 - the highest port number
        message = f"{text} is no port; a port is a number from 0 to 65535"
        raise argparse.ArgumentTypeError(message)
    return port


async def _run(port: int, *, media_servers: bool) -> None:
    """Run until SIGINT or SIGTERM."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    async with (
        Simulator(port, media_servers=media_servers) as plex_tv,
        reporting_players(plex_tv),
    ):
        print(f"plex.tv is simulated at {plex_tv.url}")  # noqa: T201 - a command
        print(f"Approve a code at {plex_tv.url / 'link'}")  # noqa: T201
        print(f"Play films, stop servers and more at {plex_tv.url}", flush=True)  # noqa: T201
        await ended.wait()


if __name__ == "__main__":
    sys.exit(main())
