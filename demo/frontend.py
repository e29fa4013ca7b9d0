"""A client of Home Assistant's HTTP and WebSocket API, as its frontend uses it."""

from collections import deque
from contextlib import asynccontextmanager
import secrets
from typing import TYPE_CHECKING, Any, Final

from aiohttp import ClientSession, ClientTimeout, WSMsgType
from aiohttp.hdrs import AUTHORIZATION

from .errors import DemoError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import ClientWebSocketResponse
    from yarl import URL

TIMEOUT: Final = ClientTimeout(total=60)
DOMAIN: Final = "plex_account"
FLOWS: Final = "api/config/config_entries/flow"
ENTRIES: Final = "api/config/config_entries/entry"
OPTIONS: Final = "api/config/config_entries/options/flow"


class Frontend:
    """A signed-in client of one running Home Assistant."""

    def __init__(self, session: ClientSession, url: URL) -> None:
        """Use a session that is not shared, because it gets the access token."""
        self._session = session
        self._url = url
        self._access_token = ""

    @classmethod
    @asynccontextmanager
    async def signed_in(cls, url: URL) -> AsyncIterator[Frontend]:
        """Sign in as the only user, who is created first if necessary."""
        async with ClientSession(timeout=TIMEOUT) as session:
            frontend = cls(session, url)
            await frontend._sign_in()
            yield frontend

    async def _sign_in(self) -> None:
        """Sign in like a browser on a trusted network."""
        client_id = f"{self._url.origin()}/"
        if await self._is_new():
            user = {
                "name": "You",
                "username": "you",
                "password": secrets.token_urlsafe(),
                "client_id": client_id,
                "language": "en",
            }
            await self.call("POST", "api/onboarding/users", user)
        login = {
            "client_id": client_id,
            "handler": ["trusted_networks", None],
            "redirect_uri": client_id,
        }
        granted = await self.call("POST", "auth/login_flow", login)
        form = {
            "grant_type": "authorization_code",
            "code": granted["result"],
            "client_id": client_id,
        }
        async with self._session.post(self._url / "auth/token", data=form) as response:
            self._access_token = (await response.json())["access_token"]
        self._session.headers[AUTHORIZATION] = f"Bearer {self._access_token}"

    async def _is_new(self) -> bool:
        """Return whether there is no user yet; after onboarding, the route is gone."""
        async with self._session.get(self._url / "api/onboarding") as response:
            return response.ok and not all(
                step["done"] for step in await response.json()
            )

    async def call(self, method: str, path: str, body: object = None) -> Any:
        """Send one request and return the response."""
        async with self._session.request(
            method, self._url / path, json=body
        ) as response:
            if not response.ok:
                text = " ".join((await response.text()).split())[:200]
                raise DemoError(
                    f"Home Assistant answered {response.status} to {method} /{path}:"
                    f" {text}"
                )
            return await response.json()

    async def is_running(self) -> bool:
        """Return whether Home Assistant has completed its start."""
        config = await self.call("GET", "api/config")
        if config["recovery_mode"]:
            raise DemoError("Home Assistant could only start in recovery mode")
        return bool(config["state"] == "RUNNING")

    async def start_flow(self) -> Any:
        """Open the dialogue that links an account."""
        return await self.call("POST", FLOWS, {"handler": DOMAIN})

    async def submit(self, flow_id: str, user_input: object) -> Any:
        """Submit a step of the dialogue."""
        return await self.call("POST", f"{FLOWS}/{flow_id}", user_input)

    async def look(self, flow_id: str) -> Any:
        """Fetch the current step of the dialogue, as its page does after an event."""
        return await self.call("GET", f"{FLOWS}/{flow_id}")

    async def close_flow(self, flow_id: str) -> None:
        """Close a dialogue."""
        await self.call("DELETE", f"{FLOWS}/{flow_id}")

    async def start_options(self, entry_id: str) -> Any:
        """Open the options of an entry."""
        return await self.call("POST", OPTIONS, {"handler": entry_id})

    async def submit_options(self, flow_id: str, user_input: object) -> Any:
        """Submit a step of the options."""
        return await self.call("POST", f"{OPTIONS}/{flow_id}", user_input)

    async def accounts(self) -> list[Any]:
        """List the linked accounts, each by its configuration entry."""
        return await self.entries(DOMAIN)

    async def entries(self, domain: str) -> list[Any]:
        """List the configuration entries of an integration."""
        entries = await self.call("GET", ENTRIES)
        return [entry for entry in entries if entry["domain"] == domain]

    async def remove_accounts(self) -> None:
        """Remove every linked account, which signs it out at plex.tv as well."""
        for account in await self.accounts():
            await self.call("DELETE", f"{ENTRIES}/{account['entry_id']}")

    @asynccontextmanager
    async def socket(self) -> AsyncIterator[Socket]:
        """Open a WebSocket, signed in."""
        async with self._session.ws_connect(self._url / "api/websocket") as connection:
            socket = Socket(connection)
            await socket.sign_in(self._access_token)
            yield socket


class Socket:
    """A WebSocket that sends commands, and queues events that arrive meanwhile."""

    def __init__(self, connection: ClientWebSocketResponse) -> None:
        """Use an open connection."""
        self._connection = connection
        self._last_id = 0
        self._events: deque[Any] = deque()

    async def sign_in(self, access_token: str) -> None:
        """Authenticate, which must be the first message."""
        await self._receive()
        await self._connection.send_json({"type": "auth", "access_token": access_token})
        await self._receive()

    async def command(self, command: str, **arguments: object) -> Any:
        """Send one command and return its result."""
        self._last_id += 1
        await self._connection.send_json(
            {"id": self._last_id, "type": command, **arguments}
        )
        while True:
            message = await self._receive()
            if message["type"] == "event":
                self._events.append(message["event"])
            elif message["id"] == self._last_id:
                break
        if not message["success"]:
            raise DemoError(
                f"Home Assistant refused the command {command}:"
                f" {message['error']['message']}"
            )
        return message["result"]

    async def event(self) -> Any:
        """Wait for the next subscribed event."""
        if self._events:
            return self._events.popleft()
        return (await self._receive())["event"]

    async def _receive(self) -> Any:
        """Return the next message; raise DemoError if the connection is closed."""
        message = await self._connection.receive()
        if message.type is not WSMsgType.TEXT:
            raise DemoError("Home Assistant closed the connection")
        return message.json()
