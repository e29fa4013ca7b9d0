"""One session, one identity, one way to send a request to plex.tv."""

from http import HTTPMethod, HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from aiohttp import ClientError, ClientPayloadError, ClientTimeout
from yarl import URL

from .answer import (
    MAX_ANSWER_BYTES,
    Answer,
    error_from,
    json_array,
    json_object,
    read_body,
)
from .exceptions import PlexTvConnectionError, PlexTvPinGoneError, PlexTvResponseError
from .hosts import PlexTvHosts
from .models import Account, Pin
from .readers import token as read_token
from .servers import Server

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import ClientResponse, ClientSession

    from .device import PlexTvDevice

# For the whole of one request, body included. plex.tv answers within a second or two
# when it is well.
REQUEST_TIMEOUT: Final = ClientTimeout(total=10)
PIN_GONE_CODE: Final = 1020


class PlexTvClient:
    """Speaks with plex.tv as one device of, at most, one account.

    The facts about plex.tv come from its documentation (developer.plex.tv,
    "Authenticating with Plex"), the LukeHagar/plex-api-spec description and, where
    those are silent, from the behaviour that public clients recorded; each method names
    what it relies on.

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
        self._session = session
        self._client_identifier = client_identifier
        self._device = device
        self._token = token
        self._hosts = hosts or PlexTvHosts()

    def with_token(self, token: str) -> PlexTvClient:
        """Return a client that is the same device, signed in."""
        return PlexTvClient(
            self._session,
            client_identifier=self._client_identifier,
            device=self._device,
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
        answer = await self._request(
            HTTPMethod.POST,
            "api/v2/pins",
            doing="making a PIN",
            query={"strong": "true" if strong else "false"},
            signed_in=False,
        )
        try:
            return Pin.from_json(json_object(answer))
        except ValueError as err:
            raise answer.unreadable() from err

    async def get_pin_token(self, pin: Pin) -> str | None:
        """Return the token of the PIN, None while nobody approved it.

        Raises PlexTvPinGoneError on 404 with code 1020: plex.tv no longer knows the
        PIN, or never knew it from this client identifier (LukeHagar/plex-api-spec;
        Ombi#4675).
        """
        try:
            answer = await self._request(
                HTTPMethod.GET,
                f"api/v2/pins/{pin.id}",
                doing="asking about a PIN",
                signed_in=False,
            )
        except PlexTvResponseError as err:
            if err.status == HTTPStatus.NOT_FOUND and err.code == PIN_GONE_CODE:
                raise PlexTvPinGoneError("plex.tv no longer knows the PIN") from err
            raise
        return read_token(json_object(answer).get("authToken"))

    async def get_account(self) -> Account:
        """Return whose token it is; 401 says that it is nobody's any more."""
        answer = await self._request(
            HTTPMethod.GET, "api/v2/user", doing="reading the account"
        )
        try:
            return Account.from_json(json_object(answer))
        except ValueError as err:
            raise answer.unreadable() from err

    async def get_servers(self) -> tuple[Server, ...]:
        """Return the media servers that the account owns or may use.

        plex.tv answers a bare array (LukeHagar/plex-api-spec) with players among it,
        whose access token is null (Kha-kis/arr-dashboard#631), and leaves addresses out
        unless they are asked for (python-plexapi, `MyPlexResource.key`).
        """
        answer = await self._request(
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
        await self._request(HTTPMethod.GET, "api/v2/ping", doing="renewing the token")

    async def sign_out(self) -> None:
        """Make plex.tv forget the token (python-plexapi, `MyPlexAccount.signout`)."""
        await self._request(
            HTTPMethod.DELETE, "api/v2/users/signout", doing="signing out"
        )

    def link_url(self, pin: Pin) -> str:
        """Return the address where a short code is approved, the code filled in."""
        return str(self._hosts.link.with_query(pin=pin.code))

    def auth_url(self, pin: Pin) -> str:
        """Return the address where a strong code is approved.

        All of it stands behind the #, so that it never reaches a server's log. There is
        no forwardUrl: nothing has to lead back to us.
        """
        device = self._device
        fragment = {
            "clientID": self._client_identifier,
            "code": pin.code,
            "context[device][product]": device.product,
            "context[device][version]": device.version,
            "context[device][platform]": device.platform,
            "context[device][platformVersion]": device.platform_version,
            "context[device][device]": device.device,
            "context[device][deviceName]": device.device_name,
            "context[device][model]": device.model,
        }
        encoded = urlencode(fragment, quote_via=quote, errors="replace")
        return f"{self._hosts.auth}#?{encoded}"

    def hosted_qr_url(self, pin: Pin) -> str | None:
        """Return the address of the QR code that plex.tv draws, if it is plex.tv's own.

        Nothing but plex.tv's own address is ever offered to a person as a link.
        """
        try:
            url = URL(pin.qr or "")
            theirs = url.origin() == self._hosts.api.origin()
        except ValueError:
            return None
        return str(url) if theirs and url.user is None else None

    async def _request(
        self,
        method: HTTPMethod,
        path: str,
        *,
        doing: str,
        query: Mapping[str, str] | None = None,
        signed_in: bool = True,
    ) -> Answer:
        """Send one request and return the answer, if it is a success.

        Redirects are not followed: the token would go along to whatever host they name.
        """
        headers = {
            "Accept": "application/json",
            "X-Plex-Client-Identifier": self._client_identifier,
            **self._device.headers,
        }
        if signed_in and self._token:
            headers["X-Plex-Token"] = self._token
        try:
            async with self._session.request(
                method,
                self._hosts.api / path,
                params=query,
                headers=headers,
                allow_redirects=False,
                timeout=REQUEST_TIMEOUT,
            ) as response:
                answer = Answer(
                    doing=doing,
                    status=response.status,
                    headers=response.headers,
                    body=await _read(response, doing),
                )
        except (ClientError, OSError) as err:
            # A time-out is an OSError too. Nothing but the kind of the cause goes on:
            # its own text holds the address and, through the request, the token.
            message = f"plex.tv could not be reached for {doing}: {type(err).__name__}"
            raise PlexTvConnectionError(message) from None
        if not HTTPStatus(200) <= answer.status < HTTPStatus(300):
            raise error_from(answer)
        return answer


async def _read(response: ClientResponse, doing: str) -> bytes:
    """Read the body of an answer; say what is wrong with one that cannot be read."""
    try:
        body = await read_body(response, limit=MAX_ANSWER_BYTES)
    except ClientPayloadError:
        # Its text can quote the body.
        message = f"plex.tv's answer to {doing} broke off"
        raise PlexTvResponseError(message, status=response.status) from None
    if body is None:
        message = f"plex.tv's answer to {doing} is larger than {MAX_ANSWER_BYTES} bytes"
        raise PlexTvResponseError(message, status=response.status)
    return body
