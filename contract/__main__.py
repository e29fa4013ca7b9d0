"""Compare the real plex.tv with the simulator that stands in for it."""

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
# By themselves, they would end it without an end of what it has made. A closed terminal
# sends the second one, and the shell in it sends it again.
ENDS: Final = (signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Compare; return 1 if something breaks the integration, 3 if nobody answered."""
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
    """Ask the simulator, and then plex.tv."""
    comparing = cast("asyncio.Task[Report]", asyncio.current_task())

    def end() -> None:
        """End it once, for it has to take back what it has made."""
        if not comparing.cancelling():
            comparing.cancel()

    for sent in ENDS:
        # nohup has SIGHUP ignored.
        if signal.getsignal(sent) is not signal.SIG_IGN:
            asyncio.get_running_loop().add_signal_handler(sent, end)
    known = await known_answers()
    approve = terminal.approve if arguments.account else None
    return await check(
        SERVICE, known, approve, tell=terminal.tell, write=arguments.write
    )


def _arguments() -> Namespace:
    """Read the command line; scripts/contract has answered --help already."""
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
