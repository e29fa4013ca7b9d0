"""The dialogue in Home Assistant, with a page that refreshes when it is notified."""

import asyncio
from contextlib import asynccontextmanager
import logging
import time
from typing import TYPE_CHECKING, Any

from homeassistant.config_entries import SOURCE_USER
from homeassistant.data_entry_flow import (
    EVENT_DATA_ENTRY_FLOW_PROGRESSED,
    FlowResultType,
)

from benchmark.home import home_assistant
from custom_components.plex_account.const import DOMAIN

from .worker import Login, run

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from homeassistant.core import Event, HomeAssistant
    from yarl import URL


class Dialogues:
    """The dialogues that link accounts, from the first form to the entry."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Link them in one Home Assistant."""
        self._flows = hass.config_entries.flow
        self._calls: dict[str, asyncio.Event] = {}
        hass.bus.async_listen(EVENT_DATA_ENTRY_FLOW_PROGRESSED, self._called)

    async def _called(self, event: Event[Any]) -> None:
        """Notify a page."""
        self._calls[event.data["flow_id"]].set()

    async def log_in(self) -> Login:
        """Open a dialogue that shows a code."""
        form = await self._flows.async_init(DOMAIN, context={"source": SOURCE_USER})
        flow = form["flow_id"]
        call = self._calls[flow] = asyncio.Event()
        shown = await self._flows.async_configure(flow, {"way": "code"})

        async def wait() -> float:
            """Refresh whenever the page is notified, until the account is linked."""
            result = shown
            while result["type"] is not FlowResultType.CREATE_ENTRY:
                await call.wait()
                call.clear()
                result = await self._flows.async_configure(flow)
            return time.monotonic()

        return Login((shown["description_placeholders"] or {})["code"], wait)


@asynccontextmanager
async def opened(plex_tv: URL) -> AsyncIterator[Dialogues]:
    """Run a Home Assistant."""
    # Home Assistant logs a warning for every custom integration.
    logging.getLogger("homeassistant.loader").setLevel(logging.ERROR)
    async with home_assistant(plex_tv) as hass:
        yield Dialogues(hass)


if __name__ == "__main__":
    run(opened)
