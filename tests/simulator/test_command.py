"""The command `python -m simulator`."""

from pathlib import Path
import re
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PATIENCE = 20


def command(*arguments: str) -> subprocess.Popen[str]:
    """Start the command."""
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-W", "error", "-m", "simulator", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def taken_port(socket_enabled: None) -> Iterator[int]:
    """Provide a port that is in use."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        yield sock.getsockname()[1]


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_runs_until_it_is_ended(socket_enabled: None, end: signal.Signals) -> None:
    """The command prints its address, responds, and ends silently on a signal."""
    with command("--port", "0", "--media-servers") as process:
        assert process.stdout is not None
        said = "".join(process.stdout.readline() for _ in range(3))
        found = re.search(r"simulated at (http://127\.0\.0\.1:\d+)\n", said)
        assert found is not None
        assert f"Approve a code at {found[1]}/link\n" in said
        assert f"Play films, stop servers and more at {found[1]}\n" in said
        ask = Request(  # noqa: S310 - a URL of this machine
            f"{found[1]}/api/v2/pins",
            method="POST",
            headers={"X-Plex-Client-Identifier": "command"},
        )
        with urlopen(ask, timeout=PATIENCE) as response:  # noqa: S310 - likewise
            assert response.status == 201
        process.send_signal(end)
        rest, complaints = process.communicate(timeout=PATIENCE)
    assert (process.returncode, rest, complaints) == (0, "", "")


def test_taken_port(taken_port: int) -> None:
    """A port in use is reported in one sentence."""
    with command("--port", str(taken_port)) as process:
        said, complaint = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert said == ""
    expected = f"Port {taken_port} is taken; choose another with --port.\n"
    assert complaint == expected


@pytest.mark.parametrize("port", ["65536", "plex"])
def test_no_port(port: str) -> None:
    """An invalid port is reported in one sentence."""
    with command(f"--port={port}") as process:
        _, complaint = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert f"{port} is no port; a port is a number from 0 to 65535" in complaint
