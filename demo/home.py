"""One Home Assistant process: started, waited for, stopped."""

import asyncio
from contextlib import AsyncExitStack, suppress
from pathlib import Path
import shutil
import sys
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Final, Self

from yarl import URL

from .configuration import HOST, REPOSITORY, write_configuration
from .errors import DemoError
from .frontend import Frontend
from .ports import answers, free_port

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Awaitable, Callable, Mapping
    from contextlib import AbstractAsyncContextManager

# Seconds. The very first start compiles, and installs what may still be missing.
START_LIMIT: Final = 300
STOP_LIMIT: Final = 60
POLL_INTERVAL: Final = 0.2
# How Home Assistant asks whoever runs it to be started again.
RESTART_EXIT_CODE: Final = 100
# The one thing that Home Assistant says about every custom integration.
EXPECTED_WARNING: Final = "We found a custom integration plex_account"


class Home:
    """Home Assistant with its real frontend and Plex Account, on the loopback address.

    Used as an asynchronous context manager, or with `start` and `stop`.
    """

    _process: Process

    def __init__(
        self,
        folder: Path | None = None,
        *,
        port: int = 0,
        plex_tv: Mapping[str, URL] | None = None,
        python: str = sys.executable,
        bare: bool = False,
        marketplace: URL | None = None,
    ) -> None:
        """Prepare a Home Assistant; port 0 is any free one.

        Without a folder there is one until it is stopped. `plex_tv` are addresses that
        stand for those of plex.tv: "api", "link", "auth" and "discover". A bare one has
        no more than it takes to link an account, not even a frontend. With
        `marketplace`, an address that stands for GitHub, nothing is installed yet: that
        is for Home Assistant's Marketplace to do.
        """
        self.folder = (folder or Path(mkdtemp(prefix="plex-account-"))).resolve()
        self._keep_folder = folder is not None
        self._port = port
        self._plex_tv = dict(plex_tv or {})
        self._python = python
        self._bare = bare
        self._marketplace = marketplace
        self._running = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.stop()

    @property
    def url(self) -> URL:
        """Where Home Assistant answers."""
        return URL.build(scheme="http", host=HOST, port=self._port)

    @property
    def add_url(self) -> URL:
        """Where a browser begins to link an account."""
        path = self.url / "config/integrations/dashboard/add"
        return path.with_query(domain="plex_account")

    @property
    def log_file(self) -> Path:
        """Where Home Assistant writes its log since it was started."""
        return self.folder / "home-assistant.log"

    @property
    def complaints(self) -> list[str]:
        """The warnings and errors in the log that speak of Plex Account."""
        return [
            line
            for line in _lines(self.log_file)
            if (" WARNING " in line or " ERROR " in line)
            and "plex_account" in line
            and EXPECTED_WARNING not in line
        ]

    def frontend(self) -> AbstractAsyncContextManager[Frontend]:
        """Sign in as a browser would."""
        return Frontend.signed_in(self.url)

    async def start(self) -> None:
        """Start, and return once all of it answers.

        Raises DemoError when the port is taken or Home Assistant does not start.
        """
        async with AsyncExitStack() as running:
            running.callback(self._leave_folder)
            self._port = free_port(self._port)
            write_configuration(
                self.folder,
                self._port,
                bare=self._bare,
                marketplace=self._marketplace is not None,
            )
            await self._spawn()
            running.push_async_callback(self._end)
            await self._until_running()
            self._running = running.pop_all()

    async def stop(self) -> None:
        """Stop, and leave nothing behind but a folder that was given."""
        await self._running.aclose()

    async def kill(self) -> None:
        """End the process without a last word; it may be started again."""
        self._process.kill()
        await self._process.wait()

    async def run(self) -> None:
        """Stay until Home Assistant stops, and start it again when it wants that.

        Raises DemoError when it stops for any other reason than being told to.
        """
        while (code := await self._process.wait()) == RESTART_EXIT_CODE:
            await self._spawn()
        if code:
            raise DemoError(self._ended(code))

    async def _spawn(self) -> None:
        """Start the process, out of reach of the terminal's Ctrl-C."""
        options = [f"--{name}={address}" for name, address in self._plex_tv.items()]
        if self._bare:
            options.append("--bare")
        if self._marketplace:
            options.append(f"--marketplace={self._marketplace}")
        with self._output_file.open("wb") as output:
            self._process = await asyncio.create_subprocess_exec(
                self._python,
                "-m",
                "demo.launch",
                str(self.folder),
                *options,
                cwd=REPOSITORY,
                stdin=asyncio.subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    async def _end(self) -> None:
        """End the process, if need be by force."""
        if self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(STOP_LIMIT):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    def _leave_folder(self) -> None:
        """Remove the folder, unless it was given."""
        if not self._keep_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    async def _until_running(self) -> None:
        """Wait until everything in Home Assistant is set up."""
        running = asyncio.create_task(self._set_up())
        ended = asyncio.create_task(self._process.wait())
        try:
            await asyncio.wait(
                (running, ended),
                timeout=START_LIMIT,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if ended.done():
                raise DemoError(self._ended(ended.result()))
            if not running.done():
                raise DemoError(
                    f"Home Assistant did not start within {START_LIMIT} seconds"
                )
            await running
        finally:
            running.cancel()
            ended.cancel()

    async def _set_up(self) -> None:
        """Return once Home Assistant says that it is running."""
        await _until(lambda: answers(self.url))
        async with self.frontend() as frontend:
            await _until(frontend.is_running)

    @property
    def _output_file(self) -> Path:
        """Where the process writes what does not go to Home Assistant's log."""
        return self.folder / "output.log"

    def _ended(self, code: int) -> str:
        """Tell of a process that ended by itself, with its last words."""
        last_words = "".join(_lines(self._output_file)[-1:])
        return f"Home Assistant ended with exit code {code}: {last_words or 'silently'}"


async def _until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Ask until the answer is yes."""
    while not await condition():  # noqa: ASYNC110 - another process tells nothing
        await asyncio.sleep(POLL_INTERVAL)


def _lines(file: Path) -> list[str]:
    """Read a file that may not be there yet."""
    with suppress(FileNotFoundError):
        return file.read_text(encoding="utf-8").splitlines()
    return []
