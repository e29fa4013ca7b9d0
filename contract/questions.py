"""The requests: each is a call of the integration's own client."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from yarl import URL

from custom_components.plex_account.plextv import (
    AuthorizedDevices,
    Home,
    MediaServer,
    PlexTvConnectionError,
    PlexTvError,
    Watchlist,
    find_connection,
)
from custom_components.plex_account.plextv.transport import Request

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from custom_components.plex_account.plextv import (
        Connection,
        Notification,
        Pin,
        PlexTvClient,
        Server,
        Title,
    )

    type Call = Callable[[PlexTvClient], Awaitable[object]]

# A title that the search finds at plex.tv and at the simulator.
SEARCHED: Final = "Dune"
NOBODYS_PIN: Final = 1
# What requests need, which earlier responses or the account may lack.
A_PIN: Final = "a PIN"
APPROVAL: Final = "a PIN that was approved"
OWN_SERVER: Final = "an own server that answers"
SHARED_SERVER: Final = "a shared server that answers"
TITLE: Final = "a title that is not on the watchlist"
SECOND_CLIENT: Final = "a second client that is signed in"
OF_EVERYBODY: Final = frozenset({A_PIN})
OF_AN_ACCOUNT: Final = frozenset({APPROVAL, OWN_SERVER, SHARED_SERVER, SECOND_CLIENT})


class NoSignOfLifeError(PlexTvError):
    """A stream was opened, and sent nothing until the time was up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One request, and the client's call that sends it."""

    name: str
    call: Call
    needs: str | None = None
    """What the request needs."""
    counts: Callable[[object], bool] = bool
    """Whether the client should read a row of a list."""
    varies: bool = False
    """Whether the response depends on what happens at that moment."""


def _is_no_player(row: object) -> bool:
    """Return whether a row is no player; the access token of players is null."""
    return not isinstance(row, dict) or row.get("accessToken", "") is not None


# With the token of an account.
OF_ACCOUNT: Final = (
    Question(
        name="read the account",
        call=lambda client: client.get_account(),
        needs=APPROVAL,
    ),
    Question(
        name="keep the token alive", call=lambda client: client.ping(), needs=APPROVAL
    ),
    Question(
        name="list the servers",
        call=lambda client: client.get_servers(),
        needs=APPROVAL,
        counts=_is_no_player,
    ),
    Question(
        name="read the watchlist",
        call=lambda client: _watchlist(client).read(),
        needs=APPROVAL,
    ),
    Question(
        name="search for a title",
        call=lambda client: _watchlist(client).search(SEARCHED),
        needs=APPROVAL,
    ),
    Question(
        name="list the signed-in devices",
        call=lambda client: AuthorizedDevices(client.transport).get_devices(),
        needs=APPROVAL,
    ),
    Question(
        name="list the Home users",
        call=lambda client: Home(client.transport).get_users(),
        needs=APPROVAL,
    ),
)
# With an invalid token, to compare how it is rejected.
REJECTED: Final = (
    Question(
        name="read the account with a token that nobody has",
        call=lambda client: client.get_account(),
    ),
    Question(
        name="keep a token alive that nobody has", call=lambda client: client.ping()
    ),
    Question(
        name="read the watchlist with a token that nobody has",
        call=lambda client: _watchlist(client).read(),
    ),
)
MAKE_NAMELESS_PIN: Final = Question(
    name="make a PIN without a client identifier",
    call=lambda client: client.create_pin(),
)
SIGN_OUT: Final = Question(
    name="sign out", call=lambda client: client.sign_out(), needs=SECOND_CLIENT
)
AFTER_SIGN_OUT: Final = Question(
    name="read the account after signing out",
    call=lambda client: client.get_account(),
    needs=SECOND_CLIENT,
)
DEVICES_AFTER_SIGN_OUT: Final = Question(
    name="list the signed-in devices after signing out",
    call=lambda client: AuthorizedDevices(client.transport).get_devices(),
    needs=SECOND_CLIENT,
)
REMOVE_ROW: Final = Question(
    name="remove the row of a device",
    call=lambda client: AuthorizedDevices(client.transport).remove_own(),
    needs=SECOND_CLIENT,
)


def make_pin(kind: str) -> Question:
    """Return the request that creates a PIN: short or strong."""
    return Question(
        name=f"make a {kind} PIN",
        call=lambda client: client.create_pin(strong=kind == "strong"),
    )


def ask_about(pin: Pin, which: str) -> Question:
    """Return the request that checks whether a PIN was approved."""
    return Question(
        name=f"ask about {which}",
        call=lambda client: client.get_pin_token(pin),
        needs=A_PIN,
    )


def ask_approved(pin: Pin) -> Question:
    """Return the request for the token of an approved PIN."""
    return replace(ask_about(pin, APPROVAL), needs=APPROVAL)


def nobodys(pin: Pin) -> Pin:
    """Return a PIN that this client did not make."""
    return replace(pin, id=NOBODYS_PIN)


def picture(pin: Pin) -> Question:
    """Return the request for plex.tv's QR code, as from a browser: without headers."""

    async def fetch(client: PlexTvClient) -> object:
        """Return whether an address of plex.tv's own serves a picture."""
        if (address := client.hosted_qr_url(pin)) is None:
            return "no address of plex.tv's own"
        request = Request(purpose="fetching the picture", url=URL(address))
        response = await client.transport.send(request)
        return response.body.startswith((b"\x89PNG", b"\xff\xd8\xff"))

    return Question(name="fetch the picture of a PIN", call=fetch, needs=A_PIN)


def approve(code: str) -> Question:
    """Return the request that approves the code of another client."""
    return Question(
        name="approve the code of another client",
        call=lambda client: client.approve_pin(code),
        needs=SECOND_CLIENT,
    )


def identity(server: Server, connection: Connection) -> Question:
    """Return the request for the identity of a server at a connection."""
    alone = replace(server, connections=(connection,), other_rows=())

    async def ask(client: PlexTvClient) -> object:
        """Return whether this server responds."""
        found = await find_connection(
            client.transport.server_sessions,
            alone,
            last=None,
            slots=asyncio.Semaphore(),
        )
        return found is not None

    if server.owned:
        name, needs = "ask an own server who it is", OWN_SERVER
    else:
        name, needs = "ask a shared server who it is", SHARED_SERVER
    return Question(name=name, call=ask, needs=needs)


def sessions(server: Server, connection: Connection) -> Question:
    """Return the request for the sessions of an own server."""
    return Question(
        name="ask an own server for its sessions",
        call=lambda client: _server(client, server, connection).sessions(),
        needs=OWN_SERVER,
        varies=True,
    )


def stream(server: Server, connection: Connection, seconds: float) -> Question:
    """Return the request that reads the stream of an own server for some seconds."""

    async def listen(client: PlexTvClient) -> object:
        """Return the notifications."""
        told: list[Notification] = []
        alive = False
        async with _server(client, server, connection).notifications() as opened:
            # A replayed stream ends, which is no error.
            with suppress(TimeoutError, PlexTvConnectionError):
                async with asyncio.timeout(seconds):
                    while True:
                        told += await opened.read()
                        alive = True
        if not alive:
            raise NoSignOfLifeError("nothing came")
        return told

    return Question(
        name="listen to an own server", call=listen, needs=OWN_SERVER, varies=True
    )


def add(title: Title) -> Question:
    """Return the request that adds a title to the watchlist."""
    return Question(
        name="add a title to the watchlist",
        call=lambda client: _watchlist(client).add(title),
        needs=TITLE,
    )


def remove(title: Title) -> Question:
    """Return the request that removes a title from the watchlist."""
    return Question(
        name="remove a title from the watchlist",
        call=lambda client: _watchlist(client).remove(title),
        needs=TITLE,
    )


def _watchlist(client: PlexTvClient) -> Watchlist:
    """Return the watchlist of the client's account."""
    return Watchlist(client.transport)


def _server(
    client: PlexTvClient, server: Server, connection: Connection
) -> MediaServer:
    """Return a server at one of its connections."""
    return MediaServer(client.transport, server.row_of(connection), connection)
