"""What must not be in the answers that people see: what an account knows of secrets."""

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

# An identifier is chosen by the owner of a server. One that could be a word, such as
# "MediaContainer", is not taken out of answers: they could no longer be read.
IDENTIFIER: Final = re.compile(r"(?=[^0-9]*[0-9])[0-9A-Za-z-]{16,128}")


def known_secrets(entry: PlexAccountConfigEntry) -> frozenset[str]:
    """Return every token and identifier that is known of an account."""
    runtime = entry.runtime_data
    servers = [*runtime.account.servers.values()]
    for user in runtime.home_users.loaded.values():
        servers += user.coordinator.data.servers.values()
    rows = [row for server in servers for row in server.rows]
    holders = token_holders(entry)
    return frozenset(
        filter(
            None,
            (
                *(holder.data[CONF_TOKEN] for holder in holders),
                *(holder.data[CONF_CLIENT_IDENTIFIER] for holder in holders),
                *(holder.unique_id for holder in holders),
                *(row.token for row in rows),
                *(
                    row.client_identifier
                    for row in rows
                    if IDENTIFIER.fullmatch(row.client_identifier)
                ),
            ),
        )
    )


def own_hosts(servers: Iterable[Server]) -> frozenset[str]:
    """Return the host names of the account's own servers.

    Somebody else could let a server have the name of anything that answers hold.
    """
    hosts = (
        URL(connection.uri).host or ""
        for server in servers
        if server.owned
        for row in server.rows
        for connection in row.connections
    )
    # An address without a name is found wherever it stands.
    return frozenset(host for host in hosts if "." in host and host[-1].isalpha())
