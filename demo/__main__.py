"""Show Plex Account in a real Home Assistant, with a simulator of plex.tv."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
import signal
import sys
from typing import TYPE_CHECKING, Final, cast

from aiohttp import ClientError
from yarl import URL

from simulator import Simulator, reporting_players

from .automatic import link_and_show
from .errors import DemoError
from .home import Home
from .memory import Memory
from .ports import answers, free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PLEX_TV: Final = URL("https://plex.tv")
PORT: Final = 18123
PLEX_TV_PORT: Final = 18124
MAX_PORT: Final = 65535
PIN_OF_DANA: Final = "4711"
# Seconds between two progress messages.
PATIENCE: Final = 5
INTERRUPTED: Final = 130


def main() -> int:
    """Run the demo; print an error as one sentence."""
    arguments = _arguments()
    # Otherwise, progress would stay in the buffer of a pipe until the end.
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    try:
        asyncio.run(_show(arguments))
    except DemoError as err:
        # Some messages quote others, which already end with a full stop.
        print(f"demo: {str(err).rstrip('.')}.", file=sys.stderr)
        return 1
    except ClientError as err:
        print(
            f"demo: The connection broke: {err or type(err).__name__}.", file=sys.stderr
        )
        return 1
    except KeyboardInterrupt, asyncio.CancelledError:
        # An interruption is the normal end, except with --auto.
        return INTERRUPTED if arguments.auto else 0
    return 0


def _arguments() -> Namespace:
    """Parse the command line; scripts/demo handles --help itself."""
    parser = ArgumentParser("scripts/demo", add_help=False)
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--auto", action="store_true")
    way.add_argument("--real", action="store_true")
    parser.add_argument("--port", type=_port, default=PORT)
    parser.add_argument("--plex-tv-port", type=_port, default=PLEX_TV_PORT)
    parser.add_argument("--folder", type=Path)
    return parser.parse_args()


def _port(text: str) -> int:
    """Parse a port number."""
    if text.isdecimal() and int(text) <= MAX_PORT:
        return int(text)
    raise ArgumentTypeError(f"a port is a number from 0 to {MAX_PORT}")


async def _show(arguments: Namespace) -> None:
    """Start everything, run the demo, and stop everything."""
    # By default, these signals end the process, and what it has started goes on.
    showing = cast("asyncio.Task[None]", asyncio.current_task())
    for end in (signal.SIGTERM, signal.SIGHUP):
        # With nohup, SIGHUP is ignored, and has to stay so.
        if signal.getsignal(end) is not signal.SIG_IGN:
            asyncio.get_running_loop().add_signal_handler(end, showing.cancel)
    async with AsyncExitStack() as running:
        hosts, link_page = {}, None
        if arguments.real:
            await _reach_plex_tv()
        else:
            print("Starting the simulator of plex.tv.")
            port = free_port(arguments.plex_tv_port)
            plex_tv = Simulator(port, media_servers=True)
            _furnish(plex_tv)
            memory = Memory(arguments.folder, plex_tv) if arguments.folder else None
            await running.enter_async_context(plex_tv)
            await running.enter_async_context(reporting_players(plex_tv))
            if memory:
                await running.enter_async_context(memory)
            link_page = plex_tv.url / "link" / ""
            hosts = {
                "api": plex_tv.url,
                "link": link_page,
                "auth": plex_tv.url / "auth",
                "discover": plex_tv.discover.url,
            }
        home = Home(arguments.folder, port=arguments.port, plex_tv=hosts)
        async with _signs_of_life("Starting Home Assistant"):
            await running.enter_async_context(home)
        if arguments.real and not arguments.folder:
            running.push_async_callback(_unlink, home)
        if arguments.auto:
            await link_and_show(home)
        else:
            _invite(home, link_page, keep=arguments.folder is not None)
            await home.run()


def _furnish(plex_tv: Simulator) -> None:
    """Add a user with a PIN to alice's Plex Home, where casey has none."""
    plex_tv.add_home_user("dana", pin=PIN_OF_DANA)
    plex_tv.discover.add("dana", plex_tv.discover.title("Basement"))


async def _reach_plex_tv() -> None:
    """Raise DemoError if plex.tv cannot be reached."""
    print("Looking for plex.tv.")
    if not await answers(PLEX_TV):
        raise DemoError("plex.tv cannot be reached from this machine")


async def _unlink(home: Home) -> None:
    """Sign the accounts out, because their tokens are deleted with the folder."""
    with suppress(DemoError, ClientError):
        async with home.frontend() as frontend:
            await frontend.remove_accounts()


def _invite(home: Home, link_page: URL | None, *, keep: bool) -> None:
    """Print the addresses to open."""
    print(f"\nOpen Home Assistant in your browser:\n  {home.add_url}\n")
    if link_page:
        print(f"Approve the code at the simulator of plex.tv:\n  {link_page}\n")
        print("Then play films, stop servers and end sign-ins at its start page:")
        print(f"  {link_page.origin()}\n")
        print(f"Add users of alice's Plex Home: Casey, and Dana with {PIN_OF_DANA}.")
        print("All are for browsers on this machine only; no phone reaches them.")
    elif not keep:
        print(
            "Approve the code at plex.tv itself; it is signed out when the demo stops."
        )
    print(f"Home Assistant's log: {home.log_file}")
    print("Press Ctrl-C to stop.")


@asynccontextmanager
async def _signs_of_life(doing: str) -> AsyncIterator[None]:
    """Print what is being done, and every few seconds how long it has taken."""
    clock = asyncio.get_running_loop().time
    started = clock()

    async def tell() -> None:
        """Print the seconds so far."""
        while True:
            await asyncio.sleep(PATIENCE)
            print(f"  {clock() - started:.0f} s")

    print(f"{doing}; the first time takes up to a minute.")
    telling = asyncio.create_task(tell())
    try:
        yield
    finally:
        telling.cancel()
        with suppress(asyncio.CancelledError):
            await telling
    print(f"  ready after {clock() - started:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
