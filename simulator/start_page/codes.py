"""The section about codes that wait for approval."""

from html import escape
from itertools import chain
from math import ceil
from typing import TYPE_CHECKING, ClassVar, Final, override
from urllib.parse import urlencode

from .section import Section, row, rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.world.pins import SimulatedPin
    from simulator.world.world import World

_SECONDS: Final = 60


class Codes(Section):
    """The section that links to the approval of codes, and lets them expire."""

    name: ClassVar = "codes"
    title: ClassVar = "Codes that wait"
    note: ClassVar = (
        "Begin to link an account in Home Assistant, and reload this page. An expired"
        " code is replaced in the open dialog, three times at most."
    )

    def __init__(self, world: World) -> None:
        """Act on this data."""
        self._world = world

    @override
    def content(self) -> str:
        """Show the codes that wait."""
        return rows(map(self._row, self._waiting()), "No code waits.")

    @override
    async def act(self, asked: Mapping[str, str]) -> bool:
        """Let a code expire."""
        code = asked.get("code", "")
        if asked.get("do") != "expire" or self._world.pins.approvable(code) is None:
            return False
        self._world.pins.expire(code)
        return True

    def _waiting(self) -> Iterable[SimulatedPin]:
        """Yield the codes that can be approved: first those that a person types."""
        pins = self._world.pins
        return chain(pins.waiting(strong=False), pins.waiting(strong=True))

    def _row(self, pin: SimulatedPin) -> str:
        """Return the row of a code."""
        product = pin.parameters.get("X-Plex-Product", "a device")
        left = self._world.pins.remaining(pin).total_seconds()
        state = f"{ceil(left / _SECONDS)} min left"
        expire = self.button("expire", "Let it expire", pin.code, code=pin.code)
        if pin.strong:
            return row(f"A browser that signs {product} in", state, expire)
        page = escape(f"/link/?{urlencode({'pin': pin.code})}")
        approve = f'<a class="button" href="{page}">Approve {escape(pin.code)}</a>'
        return row(f"{pin.code}, for {product}", state, approve, expire)
