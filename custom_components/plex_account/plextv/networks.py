"""Which addresses a request to a media server may lead to."""

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

# Of private use (RFC 1918, RFC 4193). `ip_address().is_private` means more than these:
# also this machine, link-local addresses and those of documents.
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
    """Tells addresses at home from those on the internet.

    What counts is the address that is connected to, because a name can resolve to any.
    """

    trusted: tuple[IPNetwork, ...] = ()
    """Networks that count as each of them, as a simulator's."""

    def contain(self, address: str, network: Network) -> bool:
        """Return whether an IP address is in a network.

        Link-local, unspecified and multicast addresses are in none: a server cannot be
        there, but cloud metadata services and routers can.
        """
        ip = _translated(ip_address(address.partition("%")[0]))
        if any(ip in each for each in self.trusted):
            return True
        if ip.is_unspecified or ip.is_link_local or ip.is_multicast:
            return False
        match network:
            case "home":
                return is_private(ip)
            case "internet":
                return ip.is_global
            case "any":
                return True
            case "none":
                return False


def is_private(ip: IPAddress) -> bool:
    """Return whether an address is of private use, as in a home."""
    return any(ip in network for network in HOME_NETWORKS)


def _translated(ip: IPAddress) -> IPAddress:
    """Return the IPv4 address to which an IPv6 address leads, if it leads to one."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else ip)
