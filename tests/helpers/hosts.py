"""The addresses of the simulated plex.tv for a client."""

from typing import TYPE_CHECKING

from custom_components.plex_account.plextv import PlexTvHosts

if TYPE_CHECKING:
    from simulator import Simulator


def hosts_of(simulator: Simulator) -> PlexTvHosts:
    """Return the addresses that replace those of plex.tv."""
    return PlexTvHosts(api=simulator.url, discover=simulator.discover.url)
