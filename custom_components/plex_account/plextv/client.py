"""The client of plex.tv and of an account's media servers."""

import asyncio
from http import HTTPMethod, HTTPStatus
from typing import TYPE_CHECKING, Final

from .account import Account, Claim
from .errors import PlexTvPinGoneError, PlexTvResponseError
from .hosts import PlexTvHosts
from .pin import Pin
from .raw import RawResponse
from .readers import token as read_token
from .server_sessions import ServerSessions
from .servers import MAX_SERVERS, read_servers, without_player
from .transport import MAX_LIST_BYTES, Request, Transport

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp import ClientSession

    from .identity import ClientIdentity
    from .raw import RawRequest
    from .servers import Connection, Server
    from .transport import Response

PIN_GONE_CODE: Final = 1020


class PlexTvClient:
    """Sends requests to plex.tv as one client, signed in to at most one account.

    The facts about plex.tv come from its documentation (developer.plex.tv,
    "Authenticating with Plex"), the LukeHagar/plex-api-spec description and, where
    those do not cover it, from recordings of public clients; each method names its
    source.

    Every method raises PlexTvConnectionError when no response arrived,
    PlexTvRateLimitError when plex.tv is limiting requests, PlexTvAuthenticationError
    when it rejects the account's token and PlexTvResponseError for every other response
    that is not what was requested.
    """

    def __init__(
        self,
        session: ClientSession,
        identity: ClientIdentity,
        *,
        token: str | None = None,
        hosts: PlexTvHosts | None = None,
        server_sessions: ServerSessions | None = None,
    ) -> None:
        """Use `session` for plex.tv and `identity`, signed in if there is a `token`.

        Requests to media servers, which may be hostile, use `server_sessions`.
        `transport` is for the classes with further requests, such as
        `AuthorizedDevices`.
        """
        self.transport = Transport(
            session,
            identity,
            server_sessions=server_sessions or ServerSessions(),
            hosts=hosts or PlexTvHosts(),
            token=token,
        )

    def with_token(self, token: str) -> PlexTvClient:
        """Return the same client, signed in."""
        transport = self.transport
        return PlexTvClient(
            transport.session,
            transport.identity,
            token=token,
            hosts=transport.hosts,
            server_sessions=transport.server_sessions,
        )

    async def create_pin(self, *, strong: bool = False) -> Pin:
        """Return a new PIN.

        A short code (four characters, valid 900 s) is typed at plex.tv/link; a strong
        one (about 25 characters, 1800 s) is opened at app.plex.tv/auth; each works at
        its own page only. plex.tv responds with 201 (plex-api.rs recordings), older
        documents say 200.
        """
        response = await self.transport.send(
            Request(
                purpose="making a PIN",
                method=HTTPMethod.POST,
                url=self.transport.hosts.api / "api/v2/pins",
                query=(("strong", "true" if strong else "false"),),
            )
        )
        return _read(response, Pin.from_json)

    async def get_pin_token(self, pin: Pin) -> str | None:
        """Return the token of the PIN, None until a person approves it.

        Raises PlexTvPinGoneError on 404 with code 1020: the PIN expired, or it does not
        exist for this client identifier (LukeHagar/plex-api-spec; Ombi#4675).
        """
        try:
            response = await self.transport.send(
                Request(
                    purpose="asking about a PIN",
                    url=self.transport.hosts.api / f"api/v2/pins/{pin.id}",
                )
            )
        except PlexTvResponseError as err:
            if _is_pin_gone(err):
                raise PlexTvPinGoneError("plex.tv no longer knows the PIN") from err
            raise
        return read_token(response.json_object().get("authToken"))

    async def get_account(self) -> Account:
        """Return the account of the token (LukeHagar/plex-api-spec)."""
        response = await self.transport.ask(
            HTTPMethod.GET, "api/v2/user", purpose="reading the account"
        )
        return _read(response, Account.from_json)

    async def get_servers(self) -> tuple[Server, ...]:
        """Return the media servers that the account owns or has access to.

        plex.tv sends a bare array (LukeHagar/plex-api-spec) that includes players,
        whose access token is null (Kha-kis/arr-dashboard#631). It omits addresses
        unless they are requested (python-plexapi, `MyPlexResource.key`).
        """
        response = await self.transport.ask(
            HTTPMethod.GET,
            "api/v2/resources",
            purpose="listing the servers",
            query={"includeHttps": "1", "includeRelay": "1", "includeIPv6": "1"},
            max_bytes=MAX_LIST_BYTES,
        )
        return await asyncio.to_thread(_read_servers, response)

    async def ping(self) -> None:
        """Use the token once, which keeps it alive (python-plexapi#1271)."""
        await self.transport.ask(
            HTTPMethod.GET, "api/v2/ping", purpose="keeping the token alive"
        )

    async def sign_out(self) -> None:
        """Invalidate the token (python-plexapi, `MyPlexAccount.signout`)."""
        await self.transport.ask(
            HTTPMethod.DELETE, "api/v2/users/signout", purpose="signing out"
        )

    async def approve_pin(self, code: str) -> None:
        """Sign in another client to this account: the one that shows this short code.

        plex.tv responds with 204 (plex-api.rs, python-plexapi `MyPlexAccount.link`).
        Raises PlexTvPinGoneError when there is no such code (404 with code 1020).
        """
        try:
            await self.transport.ask(
                HTTPMethod.PUT,
                "api/v2/pins/link",
                purpose="approving a code",
                form={"code": code},
                holds_code=True,
            )
        except PlexTvResponseError as err:
            if _is_pin_gone(err):
                raise PlexTvPinGoneError("plex.tv knows no such code") from err
            raise

    async def create_claim(self) -> Claim:
        """Return a code with which a new server joins this account.

        An old route, which responds with JSON whatever format is requested
        (plex-api.rs, which gives the code four minutes).
        """
        response = await self.transport.ask(
            HTTPMethod.GET, "api/claim/token.json", purpose="making a claim code"
        )
        return _read(response, Claim.from_json)

    async def request(self, raw: RawRequest) -> RawResponse:
        """Return the response of plex.tv to a request that the caller composed."""
        transport = self.transport
        return await self._send_raw(
            raw.to_plex_tv(transport.hosts.api, token=transport.token)
        )

    async def request_server(
        self, server: Server, connection: Connection, raw: RawRequest
    ) -> RawResponse:
        """Return the response of a media server to a request that the caller composed.

        Raises ValueError for a connection that plex.tv did not list for the server,
        because its token must not be sent elsewhere. A server that rejects the token
        responds with 401, which raises PlexTvResponseError, because the account's token
        may still be valid.
        """
        if connection not in server.connections:
            raise ValueError("not a connection of this server")
        return await self._send_raw(raw.to_server(server, connection))

    def headers(self, server: Server | None = None) -> dict[str, str]:
        """Return the headers for a caller's own requests to plex.tv, or to a server."""
        transport = self.transport
        token = server.token if server else transport.token
        return transport.headers(token, server)

    def link_url(self, pin: Pin) -> str:
        """Return the URL where a short code is approved, with the code filled in."""
        return str(self.transport.hosts.link.with_query(pin=pin.code))

    def auth_url(self, pin: Pin) -> str:
        """Return the URL where a strong code is approved."""
        return self.transport.hosts.auth_url(pin.code, self.transport.identity)

    def hosted_qr_url(self, pin: Pin) -> str | None:
        """Return the URL of plex.tv's QR code image, None if it is on another host."""
        return self.transport.hosts.own_url(pin.qr)

    async def _send_raw(self, request: Request) -> RawResponse:
        """Send a request; parse the response in a thread: 5 MiB take about 0.2 s."""
        response = await self.transport.send(request)
        return await asyncio.to_thread(RawResponse.from_response, response)


def _read[T](response: Response, from_json: Callable[[object], T]) -> T:
    """Parse a response as what was requested, or raise PlexTvResponseError."""
    try:
        return from_json(response.json_object())
    except ValueError as err:
        raise response.unreadable() from err


def _read_servers(response: Response) -> tuple[Server, ...]:
    """Parse a list of servers; to be called in a thread: 5 MiB take up to a second.

    Players are dropped while the JSON is parsed, which halves the memory.
    """
    rows = [row for row in response.json_array(without_player) if row is not None]
    if len(rows) > MAX_SERVERS:
        raise response.unreadable()
    return read_servers(rows)


def _is_pin_gone(error: PlexTvResponseError) -> bool:
    """Return whether the error means that there is no such code: 404, code 1020."""
    return error.status == HTTPStatus.NOT_FOUND and error.code == PIN_GONE_CODE
