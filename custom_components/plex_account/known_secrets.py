"""The secrets of an account, which are redacted in responses that people see."""

import re
from typing import TYPE_CHECKING, Final

from homeassistant.const import CONF_TOKEN
from yarl import URL

from .const import CONF_CLIENT_IDENTIFIER
from .sign_outs import token_holders

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .plextv import Server
    from .runtime import PlexAccountConfigEntry

# The owner of a server chooses its identifier. One that could be a word, such as
# "MediaContainer", is not redacted, because responses would become unreadable.
IDENTIFIER: Final = re.compile(r"(?=[^0-9]*[0-9])[0-9A-Za-z-]{16,128}")


def known_secrets(entry: PlexAccountConfigEntry) -> frozenset[str]:
    """Return all known tokens and identifiers of an account."""
    runtime = entry.runtime_data
    asked = [
        (runtime.client.transport, runtime.account.servers),
        *(
            (user.client.transport, user.coordinator.data.servers)
            for user in runtime.home_users.loaded.values()
        ),
    ]
    secrets: set[str | None] = set()
    for holder in token_holders(entry):
        secrets |= {
            holder.unique_id,
            holder.data[CONF_TOKEN],
            holder.data[CONF_CLIENT_IDENTIFIER],
        }
    for transport, servers in asked:
        for row in (row for server in servers.values() for row in server.rows):
            secrets.update(transport.secrets(row.token, row))
            if IDENTIFIER.fullmatch(row.client_identifier):
                secrets.add(row.client_identifier)
    return frozenset(filter(None, secrets))


def own_hosts(servers: Iterable[Server]) -> frozenset[str]:
    """Return the host names of the account's own servers.

    Shared servers are left out: their owners choose the host names, which would be
    redacted in every response.
    """
    hosts = (
        URL(connection.uri).host or ""
        for server in servers
        if server.owned
        for connection in server.all_connections
    )
    # IP addresses are left out, because they are always redacted.
    return frozenset(host for host in hosts if "." in host and host[-1].isalpha())
