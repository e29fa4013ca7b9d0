"""The command: what it prints and writes, and what it returns."""

import asyncio
from asyncio.subprocess import PIPE
from dataclasses import replace
from pathlib import Path
import signal
import sys
from typing import TYPE_CHECKING, Final

import pytest

from contract import __main__ as command_module
from contract.course import CLEANING_UP, PRODUCT, SIGN_IN_LEFT
from contract.stand_in import service_of
from custom_components.plex_account.plextv import pin
from simulator import Fault
from tests.helpers.clock import until
from tests.helpers.routes import DEVICES, PING, PINS

from .changing_proxy import renamed

if TYPE_CHECKING:
    from asyncio.subprocess import Process

    from simulator import Simulator

    from .changing_proxy import ChangingProxy

ROOT: Final = Path(__file__).parents[2]
# The command with a simulator, as a process of its own, in which it handles signals.
PROGRAM: Final = """
from dataclasses import replace
import signal
import sys
# Whoever runs the tests in the background may have these ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from yarl import URL
from contract import __main__ as command
from contract.stand_in import THIS_MACHINE
from custom_components.plex_account.plextv import PlexTvHosts, pin
hosts = PlexTvHosts(api=URL(sys.argv.pop(1)), discover=URL(sys.argv.pop(1)))
command.SERVICE = replace(command.SERVICE, hosts=hosts, networks=THIS_MACHINE, pause=0)
pin.PACE = ((0.0, 0.01),)
sys.exit(command.main())
"""


class Command:
    """The command, which compares a changed plex.tv."""

    def __init__(
        self,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        report: Path,
    ) -> None:
        """Write the report to a file."""
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        self.report = report

    async def run(self, *options: str) -> int:
        """Run the command in a thread, because it has an event loop of its own."""
        arguments = ["contract", *options, "--report", str(self.report)]
        self._monkeypatch.setattr(sys, "argv", arguments)
        return await asyncio.to_thread(command_module.main)

    @property
    def written(self) -> str:
        """The text of the report."""
        return self.report.read_text(encoding="utf-8")

    def printed(self) -> str:
        """Return what was printed since the last call."""
        return self._capsys.readouterr().out

    def complaints(self) -> str:
        """Return the errors since the last call."""
        return self._capsys.readouterr().err

    async def shown_code(self) -> str:
        """Wait until a code is printed, and return the output."""
        shown = ""

        def is_shown() -> bool:
            """Return whether the output is complete."""
            nonlocal shown
            shown += self.printed()
            return "Waiting" in shown

        await until(is_shown)
        return shown


def signed_in(plex_tv: Simulator) -> bool:
    """Return whether a client of the command is signed in."""
    return any(
        device.facts.get("product") == PRODUCT for device in plex_tv.devices("alice")
    )


@pytest.fixture
def command(
    plex_tv: Simulator,
    api: ChangingProxy,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Command:
    """Provide the command, which compares the changed plex.tv."""
    service = service_of(plex_tv)
    hosts = replace(service.hosts, api=api.url)
    monkeypatch.setattr(command_module, "SERVICE", replace(service, hosts=hosts))
    # Only the main thread may handle signals.
    monkeypatch.setattr(command_module, "ENDS", ())
    # Seconds between two requests about a code.
    monkeypatch.setattr(pin, "PACE", ((0.0, 0.01),))
    return Command(monkeypatch, capsys, tmp_path / "reports" / "contract.md")


async def test_same(command: Command) -> None:
    """Without differences, the command writes a report and returns no error."""
    assert await command.run() == 0
    assert "12 the same" in command.written
    assert f"The report: {command.report}\n" in command.printed()


async def test_breaks_us(api: ChangingProxy, command: Command) -> None:
    """A difference that breaks the integration fails the command."""
    api.change("POST", PINS, renamed("expiresAt", "until"))
    assert await command.run() == 1
    assert "**breaks us**: `expiresAt` is missing" in command.written


async def test_unknown(api: ChangingProxy, command: Command) -> None:
    """A difference that the client can read does not fail the command."""
    api.change("POST", PINS, lambda body: {**body, "colour": "blue"})
    assert await command.run() == 0
    assert "`colour` is new: text" in command.written


async def test_unreachable(plex_tv: Simulator, command: Command) -> None:
    """An unreachable plex.tv is no difference, and is reported as such."""
    plex_tv.misbehave("*", "*", Fault.reset(), None)
    plex_tv.discover.misbehave("*", "*", Fault.reset(), None)
    assert await command.run() == 3
    assert "plex.tv did not answer" in command.complaints()


async def test_account(plex_tv: Simulator, command: Command) -> None:
    """The command shows code and QR code, and continues after the approval."""
    running = asyncio.create_task(command.run("--account"))
    shown = await command.shown_code()
    code = plex_tv.pins[-1].code
    assert f"and type {code}, or scan:" in shown
    assert "▀" in shown
    plex_tv.approve(code, "alice")
    assert await running == 0
    assert "Approved." in command.printed()
    assert "read the account: 200" in command.written


async def test_expired(plex_tv: Simulator, command: Command) -> None:
    """A code that expires ends the part with an account."""
    running = asyncio.create_task(command.run("--account"))
    await command.shown_code()
    plex_tv.expire(plex_tv.pins[-1].code)
    assert await running == 0
    assert "The code was not approved" in command.printed()


async def test_write_needs_an_account(command: Command) -> None:
    """Without an account there is no watchlist to write to."""
    with pytest.raises(SystemExit) as raised:
        await command.run("--write")
    assert raised.value.code == 2
    assert "--write needs --account" in command.complaints()


async def at_work(plex_tv: Simulator) -> Process:
    """Start the command, and return once it is signed in and waits for a response."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PROGRAM, str(plex_tv.url), str(plex_tv.discover.url)),
        "--account",
        cwd=ROOT,
        stdout=PIPE,
        stderr=PIPE,
    )
    assert process.stdout is not None
    await process.stdout.readuntil(b"Waiting")
    plex_tv.misbehave("GET", PING, Fault.hang())
    plex_tv.approve(plex_tv.pins[-1].code, "alice")
    # The first request has an invalid token.
    await until(lambda: len(plex_tv.seen("GET", PING)) == 2)
    assert signed_in(plex_tv)
    plex_tv.misbehave("GET", DEVICES, Fault.hang())
    return process


@pytest.mark.parametrize(
    "sent",
    [
        (signal.SIGINT,),
        (signal.SIGTERM,),
        # A terminal and the shell in it both send it.
        (signal.SIGHUP, signal.SIGHUP),
    ],
    ids=lambda sent: sent[0].name,
)
async def test_ended(plex_tv: Simulator, sent: tuple[signal.Signals, ...]) -> None:
    """The command signs out before it ends, whichever signal it gets."""
    process = await at_work(plex_tv)
    for one in sent:
        process.send_signal(one)
        await until(lambda: plex_tv.seen("GET", DEVICES))
    plex_tv.hang_up()
    _, complaints = await process.communicate()
    assert (process.returncode, complaints) == (130, b"")
    assert not signed_in(plex_tv)


async def test_interrupted_twice(plex_tv: Simulator) -> None:
    """A second interruption skips the sign-out, and the command prints what is left."""
    process = await at_work(plex_tv)
    process.send_signal(signal.SIGINT)
    await until(lambda: plex_tv.seen("GET", DEVICES))
    process.send_signal(signal.SIGINT)
    printed, complaints = await process.communicate()
    assert (process.returncode, complaints) == (130, b"")
    assert signed_in(plex_tv)
    told = ("Approved. The rest takes about a minute.", CLEANING_UP, SIGN_IN_LEFT)
    assert printed.decode().splitlines()[-3:] == [*told]
