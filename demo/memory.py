"""The state of the simulator, stored in the demo's folder."""

import asyncio
from contextlib import suppress
import json
from typing import TYPE_CHECKING, Final, Self

from simulator import SimulatorError

from .errors import DemoError

if TYPE_CHECKING:
    from pathlib import Path

    from simulator import Simulator

FILE: Final = "simulator.json"
# Seconds between two checks for changes. Home Assistant does not write sooner.
INTERVAL: Final = 1


class Memory:
    """The file from which the next simulator restores the state.

    Used as an asynchronous context manager while the simulator runs.
    """

    _writing: asyncio.Task[None]

    def __init__(self, folder: Path, plex_tv: Simulator) -> None:
        """Restore the state of the previous simulator in one that has not started.

        Raises DemoError when the file in the folder is not from a simulator.
        """
        self._file = folder / FILE
        self._plex_tv = plex_tv
        self._written = ""
        with suppress(FileNotFoundError):
            self._read()

    async def __aenter__(self) -> Self:
        """Begin to write changes at once, because the demo may be killed."""
        self._writing = asyncio.create_task(self._write_changes())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Write the last changes."""
        self._writing.cancel()
        with suppress(asyncio.CancelledError):
            await self._writing
        self.write()

    def write(self) -> None:
        """Write the state if it has changed, and replace the file atomically."""
        text = json.dumps(self._plex_tv.memory, indent=2)
        if text == self._written:
            return
        fresh = self._file.with_suffix(".new")
        fresh.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self._file)
        self._written = text

    async def _write_changes(self) -> None:
        """Write changes periodically."""
        while True:
            self.write()
            await asyncio.sleep(INTERVAL)

    def _read(self) -> None:
        """Read the file, if there is one."""
        try:
            self._plex_tv.remember(json.loads(self._file.read_text(encoding="utf-8")))
        except (SimulatorError, ValueError) as err:
            raise DemoError(
                f"{self._file} cannot be read; delete it, and sign in again"
            ) from err
