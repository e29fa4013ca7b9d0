"""The command: what it prints and writes, and what it returns."""

import asyncio
from dataclasses import replace
import sys
from typing import TYPE_CHECKING

import pytest

from contract import __main__ as command_module
from contract.stand_in import service_of
from custom_components.plex_account.plextv import pin
from simulator import Fault
from tests.helpers.clock import until

from .changing_proxy import renamed

if TYPE_CHECKING:
    from pathlib import Path

    from simulator import Simulator

    from .changing_proxy import ChangingProxy


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
        """Run it in a thread, for it has an event loop of its own."""
        arguments = ["contract", *options, "--report", str(self.report)]
        self._monkeypatch.setattr(sys, "argv", arguments)
        return await asyncio.to_thread(command_module.main)

    @property
    def written(self) -> str:
        """The text of the report."""
        return self.report.read_text(encoding="utf-8")

    def printed(self) -> str:
        """Return what was printed since the last look."""
        return self._capsys.readouterr().out

    def complaints(self) -> str:
        """Return the errors since the last look."""
        return self._capsys.readouterr().err

    async def shown_code(self) -> str:
        """Wait until a code was printed, and return all that was."""
        shown = ""

        def is_shown() -> bool:
            """Tell whether all of it is there."""
            nonlocal shown
            shown += self.printed()
            return "Waiting" in shown

        await until(is_shown)
        return shown


@pytest.fixture
def command(
    plex_tv: Simulator,
    api: ChangingProxy,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Command:
    """Let the command ask the changed plex.tv."""
    service = service_of(plex_tv)
    hosts = replace(service.hosts, api=api.url)
    monkeypatch.setattr(command_module, "SERVICE", replace(service, hosts=hosts))
    # Seconds between two questions whether a code was approved.
    monkeypatch.setattr(pin, "PACE", ((0.0, 0.01),))
    return Command(monkeypatch, capsys, tmp_path / "reports" / "contract.md")


async def test_same(command: Command) -> None:
    """Without differences there is a report and no complaint."""
    assert await command.run() == 0
    assert "12 the same" in command.written
    assert f"The report: {command.report}\n" in command.printed()


async def test_breaks_us(api: ChangingProxy, command: Command) -> None:
    """What breaks the integration fails a job."""
    api.change("POST", "/api/v2/pins", renamed("expiresAt", "until"))
    assert await command.run() == 1
    assert "**breaks us**: `expiresAt` is missing" in command.written


async def test_unknown(api: ChangingProxy, command: Command) -> None:
    """What the simulator does not know fails none."""
    api.change("POST", "/api/v2/pins", lambda body: {**body, "colour": "blue"})
    assert await command.run() == 0
    assert "`colour` is new: text" in command.written


async def test_unreachable(plex_tv: Simulator, command: Command) -> None:
    """That nobody answers is no difference, and is said."""
    plex_tv.misbehave("*", "*", Fault.reset(), None)
    plex_tv.discover.misbehave("*", "*", Fault.reset(), None)
    assert await command.run() == 3
    assert "plex.tv did not answer" in command.complaints()


async def test_account(plex_tv: Simulator, command: Command) -> None:
    """The terminal shows code and QR code, and goes on once a person approved it."""
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
    """A code that nobody approved ends the part with an account."""
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
