"""An animated picture of what a person sees, taken while a test runs."""

import asyncio
from contextlib import asynccontextmanager
import io
import itertools
from typing import TYPE_CHECKING, Final

from PIL import Image

from .images import FOLDER, KEEP

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Page

MAX_BYTES: Final = 500_000
# Milliseconds. Long enough to read; longer waits are cut.
LONGEST_FRAME: Final = 2_500
LAST_FRAME: Final = 4_000
QUALITY: Final = 85


class Recording:
    """Pictures of a page, each with the moment at which it was taken."""

    def __init__(self, page: Page) -> None:
        """Record this page."""
        self._page = page
        self._pictures: list[tuple[float, bytes]] = []
        self._over = False

    async def run(self) -> None:
        """Take pictures until `end` is called."""
        clock = asyncio.get_running_loop().time
        while not self._over:
            # Before the screenshot, which shows the state at its start.
            moment = clock()
            png = await self._page.screenshot()
            if not self._pictures or png != self._pictures[-1][1]:
                self._pictures.append((moment, png))

    def end(self) -> None:
        """End the recording after the current picture."""
        self._over = True

    def save(self, name: str) -> None:
        """Write the recording as an animation that repeats."""
        frames = [
            Image.open(io.BytesIO(png)).convert("RGB") for _, png in self._pictures
        ]
        lengths = [
            min(round(1000 * (later - earlier)), LONGEST_FRAME)
            for (earlier, _), (later, _) in itertools.pairwise(self._pictures)
        ]
        small = io.BytesIO()
        frames[0].save(
            small,
            "WEBP",
            save_all=True,
            append_images=frames[1:],
            duration=[*lengths, LAST_FRAME],
            loop=0,
            quality=QUALITY,
            method=6,
            minimize_size=True,
        )
        assert small.tell() <= MAX_BYTES, f"{name}.webp has {small.tell()} bytes"
        (FOLDER / f"{name}.webp").write_bytes(small.getvalue())


@asynccontextmanager
async def recorded(page: Page, name: str) -> AsyncIterator[None]:
    """Record the page as an animated picture."""
    if not KEEP:
        yield
        return
    recording = Recording(page)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(recording.run())
        try:
            yield
        finally:
            recording.end()
    recording.save(name)
