"""The command: what it prints and writes, and what it returns."""

import asyncio
from dataclasses import replace
import sys
from typing import TYPE_CHECKING

import pytest

from contract import __main__ as command
from contract.stand_in import service_of
from custom_components.plex_account.plextv import pin
from simulator import Fault
from tests.helpers.clock import until

from .changing_proxy import renamed

if TYPE_CHECKING:
    from pathlib import Path

    from simulator import Simulator

    from .changing_proxy import ChangingProxy


@pytest.fixture
def report(
    plex_tv: Simulator,
    api: ChangingProxy,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Path:
    """Let the command ask the changed plex.tv, and write its report here."""
    service = service_of(plex_tv)
    hosts = replace(service.hosts, api=api.url)
    monkeypatch.setattr(command, "SERVICE", replace(service, hosts=hosts))
    # Seconds between two questions whether a code was approved.
    monkeypatch.setattr(pin, "PACE", ((0.0, 0.01),))
    return tmp_path / "reports" / "contract.md"


async def run(report: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> int:
    """Run the command in a thread, for it has an event loop of its own."""
    arguments = ["contract", *options, "--report", str(report)]
    monkeypatch.setattr(sys, "argv", arguments)
    return await asyncio.to_thread(command.main)


def written(report: Path) -> str:
    """Read the report."""
    return report.read_text(encoding="utf-8")


async def shown_code(capsys: pytest.CaptureFixture[str]) -> str:
    """Wait until a code was printed, and return all that was."""
    printed: list[str] = []

    def is_shown() -> bool:
        """Tell whether all of it is there."""
        printed.append(capsys.readouterr().out)
        return "Waiting" in "".join(printed)

    await until(is_shown)
    return "".join(printed)


async def test_same(
    report: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without differences there is a report and no complaint."""
    assert await run(report, monkeypatch) == 0
    assert "12 the same" in written(report)
    assert f"The report: {report}\n" in capsys.readouterr().out


async def test_breaks_us(
    report: Path, api: ChangingProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What breaks the integration fails a job."""
    api.change("POST", "/api/v2/pins", renamed("expiresAt", "until"))
    assert await run(report, monkeypatch) == 1
    assert "**breaks us**: `expiresAt` is missing" in written(report)


async def test_unknown(
    report: Path, api: ChangingProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the simulator does not know fails none."""
    api.change("POST", "/api/v2/pins", lambda body: {**body, "colour": "blue"})
    assert await run(report, monkeypatch) == 0
    assert "`colour` is new: text" in written(report)


async def test_unreachable(
    plex_tv: Simulator,
    report: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """That nobody answers is no difference, and is said."""
    plex_tv.misbehave("*", "*", Fault.reset(), None)
    plex_tv.discover.misbehave("*", "*", Fault.reset(), None)
    assert await run(report, monkeypatch) == 3
    assert "plex.tv did not answer" in capsys.readouterr().err


async def test_account(
    plex_tv: Simulator,
    report: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The terminal shows code and QR code, and goes on once a person approved it."""
    running = asyncio.create_task(run(report, monkeypatch, "--account"))
    shown = await shown_code(capsys)
    code = plex_tv.pins[-1].code
    assert f"and type {code}, or scan:" in shown
    assert "▀" in shown
    plex_tv.approve(code, "alice")
    assert await running == 0
    assert "Approved." in capsys.readouterr().out
    assert "read the account: 200" in written(report)


async def test_expired(
    plex_tv: Simulator,
    report: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A code that nobody approved ends the part with an account."""
    running = asyncio.create_task(run(report, monkeypatch, "--account"))
    await shown_code(capsys)
    plex_tv.expire(plex_tv.pins[-1].code)
    assert await running == 0
    assert "The code was not approved" in capsys.readouterr().out


async def test_write_needs_an_account(
    report: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without an account there is no watchlist to write to."""
    with pytest.raises(SystemExit) as raised:
        await run(report, monkeypatch, "--write")
    assert raised.value.code == 2
    assert "--write needs --account" in capsys.readouterr().err
