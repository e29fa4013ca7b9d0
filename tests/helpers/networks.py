"""Networks of the tests: every host is on this machine."""

from ipaddress import IPv4Network, IPv6Network
from typing import Final

from custom_components.plex_account.plextv import Networks

THIS_MACHINE: Final = Networks(
    trusted=(IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
)
