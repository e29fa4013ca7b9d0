"""The watchlist of alice as Home Assistant shows it."""

from typing import TYPE_CHECKING, Any, Final

from custom_components.plex_account.const import (
    WATCHLIST_CHECK_DELAY,
    WATCHLIST_INTERVAL,
)

if TYPE_CHECKING:
    from simulator import Simulator

    from .instance import Instance

WATCHLIST_ENTITY: Final = "todo.alice_attic_watchlist"
# The initial titles, newest first.
LISTED: Final = ["The Lantern Keepers", "Letters from Wallop", "Basement", "Fargo"]
# Seconds: a tenth more than the interval, because of its jitter.
NEXT_READING: Final = WATCHLIST_INTERVAL.total_seconds() * 1.11
# Home Assistant polls at whole seconds.
NEXT_CHECK: Final = WATCHLIST_CHECK_DELAY.total_seconds() + 1


def on_the_list(plex_tv: Simulator) -> list[str]:
    """Return the names of alice's titles at Plex."""
    return [title.title for title in plex_tv.discover.watchlist("alice")]


class ShownWatchlist:
    """The to-do list, and the actions on it."""

    def __init__(self, instance: Instance) -> None:
        """Use a Home Assistant instance."""
        self._instance = instance
        self._hass = instance.hass

    @property
    def state(self) -> str | None:
        """The number of titles as a state, None if there is no list."""
        state = self._hass.states.get(WATCHLIST_ENTITY)
        return state.state if state else None

    async def read(self) -> None:
        """Wait until the list was read for the first time."""
        await self._instance.pass_time_until(lambda: self.state)
        await self._hass.async_block_till_done()

    async def servers_answered(self) -> None:
        """Let the servers respond to requests for a few titles."""
        for _ in range(16):
            await self._instance.pass_time(0.5)
        await self._hass.async_block_till_done()

    async def items(self) -> list[dict[str, str]]:
        """Return everything on the list."""
        answer = await self.do("get_items", answers=True)
        items: list[dict[str, str]] = answer[WATCHLIST_ENTITY]["items"]
        return items

    async def names(self) -> list[str]:
        """Return the names of the titles, as they are shown."""
        return [item["summary"] for item in await self.items()]

    async def do(
        self,
        action: str,
        *,
        answers: bool = False,
        **data: Any,  # noqa: ANN401 - of any action
    ) -> Any:  # noqa: ANN401 - JSON
        """Call an action of to-do lists, and let the time pass that it takes."""
        work = self._hass.services.async_call(
            "todo",
            action,
            {"entity_id": WATCHLIST_ENTITY, **data},
            blocking=True,
            return_response=answers,
        )
        return await self._instance.in_time(work)

    async def next_reading(self) -> None:
        """Let time pass until the list is read again."""
        await self._instance.pass_time(NEXT_READING)
        await self._hass.async_block_till_done()

    async def next_check(self) -> None:
        """Let time pass until a change is checked."""
        await self._instance.pass_time(NEXT_CHECK)
        await self._hass.async_block_till_done()
