"""The command that compares the real plex.tv with the simulator."""

from argparse import ArgumentParser, Namespace
import asyncio
from pathlib import Path
import signal
import sys
from typing import TYPE_CHECKING, Final, cast

from . import terminal
from .check import check
from .course import Service
from .differences import BREAKS
from .stand_in import known_answers

if TYPE_CHECKING:
    from .report import Report

REPORT: Final = Path(".dev/contract.md")
SERVICE: Final = Service()
DIFFERENT: Final = 1
UNREACHABLE: Final = 3
INTERRUPTED: Final = 130
# By default, these signals end the process without a cleanup. A closed terminal sends
# the second one, and its shell sends it again.
ENDS: Final = (signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Compare; return 1 if something breaks the integration, 3 without a response."""
    arguments = _arguments()
    print("Asking plex.tv: about fifteen seconds.")
    try:
        report = asyncio.run(_compare(arguments))
    except KeyboardInterrupt, asyncio.CancelledError:
        return INTERRUPTED
    arguments.report.parent.mkdir(parents=True, exist_ok=True)
    arguments.report.write_text(report.text, encoding="utf-8")
    print(f"{report.summary}\nThe report: {arguments.report}")
    if report.nobody_answered:
        print("contract: plex.tv did not answer.", file=sys.stderr)
        return UNREACHABLE
    return DIFFERENT if report.count(BREAKS) else 0


async def _compare(arguments: Namespace) -> Report:
    """Send the requests to the simulator, and then to plex.tv."""
    comparing = cast("asyncio.Task[Report]", asyncio.current_task())

    def end() -> None:
        """Cancel the comparison, only once: a second time would stop its cleanup."""
        if not comparing.cancelling():
            comparing.cancel()

    for sent in ENDS:
        # With nohup, SIGHUP is ignored, and has to stay so.
        if signal.getsignal(sent) is not signal.SIG_IGN:
            asyncio.get_running_loop().add_signal_handler(sent, end)
    known = await known_answers()
    approve = terminal.approve if arguments.account else None
    return await check(
        SERVICE, known, approve, tell=terminal.tell, write=arguments.write
    )


def _arguments() -> Namespace:
    """Parse the command line; scripts/contract handles --help itself."""
    parser = ArgumentParser("scripts/contract", add_help=False)
    parser.add_argument("--account", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--report", type=Path, default=REPORT)
    arguments = parser.parse_args()
    if arguments.write and not arguments.account:
        parser.error("--write needs --account")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
