"""Asks a plex.tv everything, one question after the other."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from custom_components.plex_account.plextv import (
    REACH_SLOTS,
    AuthorizedDevices,
    ClientIdentity,
    Networks,
    Pin,
    PlexTvClient,
    PlexTvError,
    PlexTvHosts,
    ServerSessions,
    TitleList,
    find_connection,
)

from . import questions
from .recording import Recorder, RecordingServerSessions, replaying

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp import ClientSession

    from custom_components.plex_account.plextv import Server

    from .answers import Answer
    from .questions import Question

    type Approve = Callable[[PlexTvClient, Pin], Awaitable[bool]]
    """Waits until a person approved the code of a PIN; tells whether one did."""


PRODUCT: Final = "Plex Account contract"
# Servers that are asked who they are.
MAX_SERVERS: Final = 5
ROW_IS_GONE: Final = "After signing out, the row of the client is gone."
ROW_STAYS: Final = "After signing out, the row of the client is still there."
NOT_SIGNED_IN: Final = "Nobody approved the code: nothing of an account was asked."
NO_SERVER: Final = "No own server answers: its stream and sessions were not asked for."
NOTHING_TO_ADD: Final = "Each title that was found is on the watchlist already."


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """Which plex.tv is asked, and how gently."""

    hosts: PlexTvHosts = field(default_factory=PlexTvHosts)
    networks: Networks = field(default_factory=Networks)
    pause: float = 1.0
    """Seconds between the beginnings of two requests."""
    listening: float = 25.0
    """Seconds for which a server's stream is read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A question that was asked: the answers, and what the client made of them."""

    question: Question
    client: PlexTvClient = field(repr=False)
    answers: tuple[Answer, ...]
    outcome: object
    """What the client's method returned, or the error that it raised."""

    @property
    def error(self) -> str | None:
        """The name of the error."""
        return type(self.outcome).__name__ if self.failed else None

    @property
    def failed(self) -> bool:
        """Whether the client got an error."""
        return isinstance(self.outcome, PlexTvError)

    async def again(self, answers: tuple[Answer, ...]) -> object:
        """Return what the client makes of other answers to the same question."""
        return await outcome(self.question, replaying(self.client, answers))


async def outcome(question: Question, client: PlexTvClient) -> object:
    """Ask a question; return what the client made of the answer."""
    try:
        return await question.call(client)
    except PlexTvError as err:
        return err


class Course:
    """Asks one plex.tv. Everything that was asked is in `asked`."""

    def __init__(self, service: Service, session: ClientSession) -> None:
        """Ask through a session."""
        self._service = service
        self._session = session
        self._recorder = Recorder(session, pause=service.pause)
        self._servers = RecordingServerSessions(
            self._recorder, networks=service.networks
        )
        self._searching = ServerSessions(networks=service.networks)
        self.asked: list[Asked] = []
        self.notes: list[str] = []
        """What was observed beside, in fixed words."""
        self._short: Pin | None = None
        self._client = self._as_client(str(uuid4()))

    async def close(self) -> None:
        """Close what is open to media servers."""
        await self._servers.close()
        await self._searching.close()

    async def without_account(self) -> None:
        """Ask what everybody may ask: a dozen questions, none with a secret."""
        client, other = self._client, self._as_client(str(uuid4()))
        anonymous = self._as_client("")
        for kind in ("strong", "short"):
            pin = await self._ask(client, questions.make_pin(kind))
            if isinstance(pin, Pin):
                await self._ask(client, questions.ask_about(pin, f"a {kind} PIN"))
                self._short = pin
        if pin := self._short:
            for who, about, which in (
                (client, questions.nobodys(pin), "a PIN that nobody made"),
                (other, pin, "a PIN as another client"),
                (anonymous, pin, "a PIN without a client identifier"),
            ):
                await self._ask(who, questions.ask_about(about, which))
            await self._ask(client, questions.picture(pin))
        await self._ask(anonymous, questions.MAKE_NAMELESS_PIN)
        for question in questions.REJECTED:
            await self._ask(client.with_token(f"nobodys-{uuid4().hex}"), question)

    async def with_account(self, approve: Approve, *, write: bool) -> None:
        """Sign in, ask what the integration asks, and sign out.

        A second client is signed in as well: only another one can see what signing out
        leaves behind. It takes its row away when it goes.
        """
        token: object = None
        if (pin := self._short) and await approve(self._polling(), pin):
            token = await self._ask(
                self._client, questions.ask_about(pin, "a PIN that was approved")
            )
        if not isinstance(token, str):
            self.notes.append(NOT_SIGNED_IN)
            return
        client = self._client.with_token(token)
        watcher: PlexTvClient | None = None
        try:
            found = {
                question.name: await self._ask(client, question)
                for question in questions.OF_ACCOUNT
            }
            await self._ask_servers(client, found["list the servers"])
            if write:
                await self._write(client, found)
            watcher = await self._watcher(client)
        finally:
            await self._sign_out(client, watcher)

    async def _ask(self, client: PlexTvClient, question: Question) -> object:
        """Ask a question, and keep what came of it."""
        self._recorder.answers = []
        result = await outcome(question, client)
        self.asked.append(
            Asked(
                question=question,
                client=client,
                answers=tuple(self._recorder.answers),
                outcome=result,
            )
        )
        return result

    async def _ask_servers(self, client: PlexTvClient, servers: object) -> None:
        """Ask servers who they are, and the first own one for what happens there."""
        own: list[Server] = []
        for server in servers[:MAX_SERVERS] if isinstance(servers, tuple) else ():
            connection = await find_connection(
                self._searching,
                server,
                last=None,
                slots=asyncio.Semaphore(REACH_SLOTS),
            )
            if connection is None:
                continue
            await self._ask(client, questions.identity(server, connection))
            if server.owned and not own:
                own.append(server)
                seconds = self._service.listening
                row = server.row_of(connection)
                for question in (
                    questions.sessions(row, connection),
                    questions.stream(row, connection, seconds),
                ):
                    await self._ask(client, question)
        if not own:
            self.notes.append(NO_SERVER)

    async def _write(self, client: PlexTvClient, found: dict[str, object]) -> None:
        """Add a title that is not on the watchlist, and remove it again."""
        listed, titles = found["read the watchlist"], found["search for a title"]
        if not isinstance(listed, TitleList) or not isinstance(titles, tuple):
            return
        known = {title.key for title in listed.titles}
        title = next((title for title in titles if title.key not in known), None)
        if title is None:
            self.notes.append(NOTHING_TO_ADD)
            return
        await self._ask(client, questions.add(title))
        await self._ask(client, questions.remove(title))

    async def _watcher(self, client: PlexTvClient) -> PlexTvClient | None:
        """Sign a second client in with the first one's token."""
        watcher = self._as_client(str(uuid4()))
        pin = await self._ask(watcher, questions.make_pin("short"))
        if not isinstance(pin, Pin):
            return None
        await self._ask(client, questions.approve(pin.code))
        token = await self._ask(
            watcher, questions.ask_about(pin, "a PIN that was approved")
        )
        return watcher.with_token(token) if isinstance(token, str) else None

    async def _sign_out(
        self, client: PlexTvClient, watcher: PlexTvClient | None
    ) -> None:
        """Sign both clients out, and see what becomes of the first one's row."""
        await self._ask(client, questions.SIGN_OUT)
        await self._ask(client, questions.AFTER_SIGN_OUT)
        if watcher is None:
            return
        rows = await self._ask(watcher, questions.DEVICES_AFTER_SIGN_OUT)
        if isinstance(rows, tuple):
            own = client.transport.identity.client_identifier
            left = [row for row in rows if row.client_identifier == own]
            self.notes.append(ROW_STAYS if left else ROW_IS_GONE)
            for row in left:
                with suppress(PlexTvError):
                    await AuthorizedDevices(watcher.transport).remove(row.id or 0)
        await self._ask(watcher, questions.REMOVE_ROW)

    def _as_client(self, client_identifier: str) -> PlexTvClient:
        """Return a client whose answers are kept."""
        return PlexTvClient(
            self._recorder.session,
            ClientIdentity(
                client_identifier=client_identifier,
                product=PRODUCT,
                version="1",
                platform="Python",
                platform_version="",
                device="Terminal",
                device_name=PRODUCT,
                model="Plex Account",
            ),
            hosts=self._service.hosts,
            server_sessions=self._servers,
        )

    def _polling(self) -> PlexTvClient:
        """Return the same client, whose answers are not kept."""
        return PlexTvClient(
            self._session, self._client.transport.identity, hosts=self._service.hosts
        )
