"""The IP addresses to which requests to media servers may connect."""

from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)
from typing import Final, Literal

type IPAddress = IPv4Address | IPv6Address
type IPNetwork = IPv4Network | IPv6Network
type Network = Literal["home", "internet", "any", "none"]

# Private networks (RFC 1918, RFC 4193). `ip_address().is_private` also includes
# loopback, link-local and documentation addresses.
HOME_NETWORKS: Final[tuple[IPNetwork, ...]] = (
    IPv4Network("10.0.0.0/8"),
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.168.0.0/16"),
    IPv6Network("fc00::/7"),
)
# Gateways translate it to the IPv4 address in its last 32 bits (RFC 6052).
NAT64: Final = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, kw_only=True, slots=True)
class Networks:
    """Distinguishes addresses in the home network from those on the internet.

    The address of the actual connection is checked, because a name can resolve to any.
    """

    trusted: tuple[IPNetwork, ...] = ()
    """Networks that are allowed as both, such as that of a simulator."""

    def contain(self, address: str, network: Network) -> bool:
        """Return whether an IP address is in a network.

        Link-local, unspecified and multicast addresses are in none: no server has one,
        but cloud metadata services and routers do. Unusual spellings, such as `127.1`,
        are rejected as well.
        """
        try:
            ip = _translated(ip_address(address.partition("%")[0]))
        except ValueError:
            return False
        if any(ip in each for each in self.trusted):
            return True
        contained = {
            "home": is_private(ip),
            "internet": ip.is_global,
            "any": True,
            "none": False,
        }
        nowhere = ip.is_unspecified or ip.is_link_local or ip.is_multicast
        return contained[network] and not nowhere


def is_private(ip: IPAddress) -> bool:
    """Return whether an address is in a private network."""
    return any(ip in network for network in HOME_NETWORKS)


def _translated(ip: IPAddress) -> IPAddress:
    """Return the IPv4 address that an IPv6 address embeds, else the address itself."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else ip)
