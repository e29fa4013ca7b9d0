"""What is asked: each question is a call of the integration's own client."""

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

# What the search has to find, here and there.
SEARCHED: Final = "Dune"
NOBODYS_PIN: Final = 1
# What questions need that an earlier answer, or the account, may not have given.
A_PIN: Final = "a PIN"
APPROVAL: Final = "a PIN that was approved"
OWN_SERVER: Final = "an own server that answers"
SHARED_SERVER: Final = "a shared server that answers"
TITLE: Final = "a title that is not on the watchlist"
SECOND_CLIENT: Final = "a second client that is signed in"
OF_EVERYBODY: Final = frozenset({A_PIN})
OF_AN_ACCOUNT: Final = frozenset({APPROVAL, OWN_SERVER, SHARED_SERVER, SECOND_CLIENT})


class NoSignOfLifeError(PlexTvError):
    """A stream was opened, and nothing came for as long as it was listened to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One question, and how the client asks it."""

    name: str
    call: Call
    needs: str | None = None
    """What has to be there to ask it."""
    counts: Callable[[object], bool] = bool
    """Whether the client has to make something of a row of a list."""
    varies: bool = False
    """Whether the answer depends on what happens just then."""


def _is_no_player(row: object) -> bool:
    """Tell players from servers: their access token is null."""
    return not isinstance(row, dict) or row.get("accessToken", "") is not None


# With the token of an account. A new question is one line.
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
# With a token that nobody has: how it is rejected.
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
    """Ask for a PIN of a kind: short or strong."""
    return Question(
        name=f"make a {kind} PIN",
        call=lambda client: client.create_pin(strong=kind == "strong"),
    )


def ask_about(pin: Pin, which: str) -> Question:
    """Ask whether a PIN was approved."""
    return Question(
        name=f"ask about {which}",
        call=lambda client: client.get_pin_token(pin),
        needs=A_PIN,
    )


def ask_approved(pin: Pin) -> Question:
    """Ask for the token of a PIN that somebody approved."""
    return replace(ask_about(pin, APPROVAL), needs=APPROVAL)


def nobodys(pin: Pin) -> Pin:
    """Return a PIN that this client did not make."""
    return replace(pin, id=NOBODYS_PIN)


def picture(pin: Pin) -> Question:
    """Fetch the QR code that plex.tv draws, as a browser does: without headers."""

    async def fetch(client: PlexTvClient) -> object:
        """Return whether there is a picture at an address of plex.tv's own."""
        if (address := client.hosted_qr_url(pin)) is None:
            return "no address of plex.tv's own"
        request = Request(purpose="fetching the picture", url=URL(address))
        response = await client.transport.send(request)
        return response.body.startswith((b"\x89PNG", b"\xff\xd8\xff"))

    return Question(name="fetch the picture of a PIN", call=fetch, needs=A_PIN)


def approve(code: str) -> Question:
    """Sign another client in by the code that it shows."""
    return Question(
        name="approve the code of another client",
        call=lambda client: client.approve_pin(code),
        needs=SECOND_CLIENT,
    )


def identity(server: Server, connection: Connection) -> Question:
    """Ask who answers at a connection of a server."""
    alone = replace(server, connections=(connection,), other_rows=())

    async def ask(client: PlexTvClient) -> object:
        """Return whether it is this server."""
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
    """Ask an own server who plays what."""
    return Question(
        name="ask an own server for its sessions",
        call=lambda client: _server(client, server, connection).sessions(),
        needs=OWN_SERVER,
        varies=True,
    )


def stream(server: Server, connection: Connection, seconds: float) -> Question:
    """Listen to an own server for some seconds."""

    async def listen(client: PlexTvClient) -> object:
        """Return what was told."""
        told: list[Notification] = []
        alive = False
        async with _server(client, server, connection).notifications() as opened:
            # The end of a stream that was kept is no fault.
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
    """Put a title on the watchlist."""
    return Question(
        name="add a title to the watchlist",
        call=lambda client: _watchlist(client).add(title),
        needs=TITLE,
    )


def remove(title: Title) -> Question:
    """Take a title off the watchlist."""
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
