"""What plex.tv and its servers can be asked."""

import asyncio
from http import HTTPMethod, HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from yarl import URL

from .answer import Answer, json_array, json_object
from .call import FORM, CallResult
from .exceptions import PlexTvPinGoneError, PlexTvResponseError
from .hosts import PlexTvHosts
from .models import Account, Claim, Pin
from .readers import token as read_token
from .servers import Server
from .transport import Request, Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aiohttp import ClientSession

    from .call import Call
    from .device import PlexTvDevice
    from .servers import Connection

PIN_GONE_CODE: Final = 1020


class PlexTvClient:
    """Speaks with plex.tv as one device of, at most, one account.

    The facts about plex.tv come from its documentation (developer.plex.tv,
    "Authenticating with Plex"), the LukeHagar/plex-api-spec description and, where
    those are silent, from what public clients recorded; each method names its source.

    Every method raises PlexTvConnectionError when no answer arrived,
    PlexTvRateLimitError when plex.tv wants fewer requests, PlexTvAuthenticationError
    when it rejects the token and PlexTvResponseError for every other answer that is not
    what was asked for.
    """

    def __init__(
        self,
        session: ClientSession,
        *,
        client_identifier: str,
        device: PlexTvDevice,
        token: str | None = None,
        hosts: PlexTvHosts | None = None,
    ) -> None:
        """Speak through `session` as the device `client_identifier`."""
        self._transport = Transport(
            session, client_identifier=client_identifier, device=device
        )
        self._session = session
        self._token = token
        self._hosts = hosts or PlexTvHosts()

    def with_token(self, token: str) -> PlexTvClient:
        """Return a client that is the same device, signed in."""
        return PlexTvClient(
            self._session,
            client_identifier=self._transport.client_identifier,
            device=self._transport.device,
            token=token,
            hosts=self._hosts,
        )

    async def create_pin(self, *, strong: bool = False) -> Pin:
        """Return a new PIN.

        A short code (four characters, valid 900 s) is typed at plex.tv/link; a strong
        one (about 25 characters, 1800 s) is opened at app.plex.tv/auth; each works at
        its own page only. plex.tv answers 201 (plex-api.rs recordings), older documents
        say 200.
        """
        answer = await self._ask(
            HTTPMethod.POST,
            "api/v2/pins",
            doing="making a PIN",
            query={"strong": "true" if strong else "false"},
            signed_in=False,
        )
        return _read(answer, Pin.from_json)

    async def get_pin_token(self, pin: Pin) -> str | None:
        """Return the token of the PIN, None while nobody approved it.

        Raises PlexTvPinGoneError on 404 with code 1020: plex.tv no longer knows the
        PIN, or never knew it from this client identifier (LukeHagar/plex-api-spec;
        Ombi#4675).
        """
        try:
            answer = await self._ask(
                HTTPMethod.GET,
                f"api/v2/pins/{pin.id}",
                doing="asking about a PIN",
                signed_in=False,
            )
        except PlexTvResponseError as err:
            if _is_pin_gone(err):
                raise PlexTvPinGoneError("plex.tv no longer knows the PIN") from err
            raise
        return read_token(json_object(answer).get("authToken"))

    async def get_account(self) -> Account:
        """Return whose token it is; 401 says that it is nobody's any more."""
        answer = await self._ask(
            HTTPMethod.GET, "api/v2/user", doing="reading the account"
        )
        return _read(answer, Account.from_json)

    async def get_servers(self) -> tuple[Server, ...]:
        """Return the media servers that the account owns or may use.

        plex.tv answers a bare array (LukeHagar/plex-api-spec) with players among it,
        whose access token is null (Kha-kis/arr-dashboard#631), and leaves addresses out
        unless they are asked for (python-plexapi, `MyPlexResource.key`).
        """
        answer = await self._ask(
            HTTPMethod.GET,
            "api/v2/resources",
            doing="listing the servers",
            query={"includeHttps": "1", "includeRelay": "1", "includeIPv6": "1"},
        )
        servers: dict[str, Server] = {}
        for row in json_array(answer):
            if server := Server.from_json(row):
                servers.setdefault(server.client_identifier, server)
        return tuple(servers.values())

    async def ping(self) -> None:
        """Use the token once, which keeps it alive (python-plexapi#1271)."""
        await self._ask(HTTPMethod.GET, "api/v2/ping", doing="renewing the token")

    async def sign_out(self) -> None:
        """Make plex.tv forget the token (python-plexapi, `MyPlexAccount.signout`)."""
        await self._ask(HTTPMethod.DELETE, "api/v2/users/signout", doing="signing out")

    async def approve_pin(self, code: str) -> None:
        """Sign another device in to this account: the one that shows this short code.

        plex.tv answers 204 (plex-api.rs, python-plexapi `MyPlexAccount.link`). Raises
        PlexTvPinGoneError when it knows no such code (404 with code 1020).
        """
        try:
            await self._transport.send(
                Request(
                    doing="approving a code",
                    method=HTTPMethod.PUT,
                    url=self._hosts.api / "api/v2/pins/link",
                    body=urlencode({"code": code}, errors="replace"),
                    content_type=FORM,
                    token=self._token,
                )
            )
        except PlexTvResponseError as err:
            if _is_pin_gone(err):
                raise PlexTvPinGoneError("plex.tv knows no such code") from err
            raise

    async def create_claim(self) -> Claim:
        """Return a code with which a new server joins this account.

        An old route, whose answer is JSON whatever is asked for (plex-api.rs, which
        gives the code four minutes).
        """
        answer = await self._ask(
            HTTPMethod.GET, "api/claim/token.json", doing="making a claim code"
        )
        return _read(answer, Claim.from_json)

    async def call(self, call: Call) -> CallResult:
        """Return what plex.tv answers to a call of somebody else's making."""
        return await self._call(call.request(self._hosts.api, token=self._token))

    async def call_server(
        self, server: Server, connection: Connection, call: Call
    ) -> CallResult:
        """Return what a server answers to a call of somebody else's making.

        Raises ValueError for a connection that is none of the server's: the token that
        opens it goes nowhere else. A server that rejects it answers 401, which is a
        PlexTvResponseError, for it says nothing about the account.
        """
        if connection not in server.connections:
            raise ValueError("not a connection of this server")
        return await self._call(
            call.request(URL(connection.uri), token=server.token, of_server=True)
        )

    def headers(self, server: Server | None = None) -> dict[str, str]:
        """Return the headers with which others may ask plex.tv, or a server."""
        return self._transport.headers(server.token if server else self._token)

    def link_url(self, pin: Pin) -> str:
        """Return the address where a short code is approved, the code filled in."""
        return str(self._hosts.link.with_query(pin=pin.code))

    def auth_url(self, pin: Pin) -> str:
        """Return the address where a strong code is approved."""
        transport = self._transport
        return self._hosts.auth_url(
            pin.code, transport.device, client_identifier=transport.client_identifier
        )

    def hosted_qr_url(self, pin: Pin) -> str | None:
        """Return the address of the QR code that plex.tv draws, if it is plex.tv's."""
        return self._hosts.own_url(pin.qr)

    async def _ask(
        self,
        method: HTTPMethod,
        path: str,
        *,
        doing: str,
        query: Mapping[str, str] | None = None,
        signed_in: bool = True,
    ) -> Answer:
        """Ask plex.tv for something and return the answer, if it is a success."""
        return await self._transport.send(
            Request(
                doing=doing,
                method=method,
                url=self._hosts.api / path,
                query=tuple((query or {}).items()),
                token=self._token if signed_in else None,
            )
        )

    async def _call(self, request: Request) -> CallResult:
        """Read an answer of any size beside the event loop: 5 MiB take some 0.2 s."""
        answer = await self._transport.send(request)
        return await asyncio.to_thread(CallResult.from_answer, answer)


def _read[T](answer: Answer, from_json: Callable[[object], T]) -> T:
    """Read an answer as what was asked for; anything else cannot be read."""
    try:
        return from_json(json_object(answer))
    except ValueError as err:
        raise answer.unreadable() from err


def _is_pin_gone(error: PlexTvResponseError) -> bool:
    """Tell whether plex.tv knows no such code: 404 with code 1020."""
    return error.status == HTTPStatus.NOT_FOUND and error.code == PIN_GONE_CODE
