"""Calls that plex.tv refuses."""

from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import PlexTvResponseError

if TYPE_CHECKING:
    from custom_components.plex_account.plextv import PlexTvClient
    from simulator import Fault, Simulator

    from . import Call


async def refused(
    plex_tv: Simulator, client: PlexTvClient, call: Call, fault: Fault
) -> PlexTvResponseError:
    """Make a call that is answered badly, and return how it failed."""
    plex_tv.misbehave(call.method, call.route, fault)
    with pytest.raises(PlexTvResponseError) as failure:
        await call.make(client)
    return failure.value
