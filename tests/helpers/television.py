"""A television that shows a code to be signed in with."""

from typing import TYPE_CHECKING

from custom_components.plex_account.plextv import (
    ClientIdentity,
    PlexTvClient,
    PlexTvHosts,
)

if TYPE_CHECKING:
    from aiohttp import ClientSession

    from simulator import Simulator


def television_of(session: ClientSession, plex_tv: Simulator) -> PlexTvClient:
    """Return the client of a television that is not signed in."""
    identity = ClientIdentity(
        client_identifier="the-television",
        product="Plex for Television",
        version="1",
        platform="Television",
        platform_version="1",
        device="Television",
        device_name="Living Room",
        model="",
    )
    return PlexTvClient(session, identity, hosts=PlexTvHosts(api=plex_tv.url))
