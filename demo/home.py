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

# Seconds. The first start compiles, and installs missing packages.
START_LIMIT: Final = 300
STOP_LIMIT: Final = 60
POLL_INTERVAL: Final = 0.2
# The exit code with which Home Assistant requests a restart.
RESTART_EXIT_CODE: Final = 100
# Home Assistant logs this warning for every custom integration.
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
        port: int,
        plex_tv: Mapping[str, URL] | None = None,
        python: str = sys.executable,
        bare: bool = False,
        marketplace: URL | None = None,
    ) -> None:
        """Prepare a Home Assistant; port 0 is any free one.

        Without a folder, a temporary one is used. `plex_tv` contains the addresses that
        replace those of plex.tv: "api", "link", "auth" and "discover". With `bare`, it
        only has what is needed to link an account, not even a frontend. `marketplace`
        is the address that replaces GitHub. With it, Plex Account is not installed:
        Home Assistant's Marketplace has to install it.
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
        """The address of Home Assistant."""
        return URL.build(scheme="http", host=HOST, port=self._port)

    @property
    def add_url(self) -> URL:
        """The address at which a browser begins to link an account."""
        path = self.url / "config/integrations/dashboard/add"
        return path.with_query(domain="plex_account")

    @property
    def log_file(self) -> Path:
        """The log of Home Assistant since its last start."""
        return self.folder / "home-assistant.log"

    @property
    def complaints(self) -> list[str]:
        """The warnings and errors in the log that mention Plex Account."""
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
        """Start, and return once the start is complete.

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
        """Stop, and remove the folder if it is temporary."""
        await self._running.aclose()

    async def kill(self) -> None:
        """Kill the process without a clean shutdown; it may be started again."""
        self._process.kill()
        await self._process.wait()

    async def run(self) -> None:
        """Wait until Home Assistant stops, and restart it if it requests that.

        Raises DemoError when it ends with any other exit code than 0.
        """
        while (code := await self._process.wait()) == RESTART_EXIT_CODE:
            await self._spawn()
        if code:
            raise DemoError(self._ended(code))

    async def _spawn(self) -> None:
        """Start the process in a session of its own, which Ctrl-C does not reach."""
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
        """Terminate the process, and kill it if that takes too long."""
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
        """Remove the folder if it is temporary."""
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
        """Return once Home Assistant has completed its start."""
        await _until(lambda: answers(self.url))
        async with self.frontend() as frontend:
            await _until(frontend.is_running)

    @property
    def _output_file(self) -> Path:
        """The output of the process that is not in Home Assistant's log."""
        return self.folder / "output.log"

    def _ended(self, code: int) -> str:
        """Return the message for an ended process, with its last line of output."""
        last_words = "".join(_lines(self._output_file)[-1:])
        return f"Home Assistant ended with exit code {code}: {last_words or 'silently'}"


async def _until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Poll until the condition is true."""
    while not await condition():  # noqa: ASYNC110 - another process sets no event
        await asyncio.sleep(POLL_INTERVAL)


def _lines(file: Path) -> list[str]:
    """Return the lines of a file that may not exist yet."""
    with suppress(FileNotFoundError):
        return file.read_text(encoding="utf-8").splitlines()
    return []
