"""Polling of a PIN in virtual time, and the times of the polls."""

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import PinLogin, PlexTvPinGoneError
from tests.helpers.routes import PIN

from .virtual_time import START

if TYPE_CHECKING:
    from collections.abc import Callable

    from custom_components.plex_account.plextv import Pin, PlexTvClient
    from simulator import Simulator

    from .virtual_time import VirtualTime


def login(
    client: PlexTvClient,
    pin: Pin,
    virtual_time: VirtualTime,
    chance: Callable[[], float] = lambda: 0.0,
) -> PinLogin:
    """Return a login that uses the virtual clock."""
    return PinLogin(
        client,
        pin,
        clock=virtual_time.clock,
        sleep=virtual_time.sleep,
        chance=chance,
    )


def asked_at(plex_tv: Simulator) -> list[float]:
    """Return the times of the polls, in seconds since the start."""
    return [(seen.at - START).total_seconds() for seen in plex_tv.seen("GET", PIN)]


def pauses(plex_tv: Simulator) -> list[float]:
    """Return the seconds between polls, from the start on."""
    return [late - soon for soon, late in pairwise([0.0, *asked_at(plex_tv)])]


async def gone(virtual_time: VirtualTime, waiting: PinLogin) -> None:
    """Wait until the PIN has expired."""
    with pytest.raises(PlexTvPinGoneError):
        await virtual_time.run(waiting.token())
