"""All requests to a plex.tv, one after the other."""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from custom_components.plex_account.plextv import (
    REACH_SLOTS,
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
from .sign_ins import SignIns

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp import ClientSession

    from custom_components.plex_account.plextv import Server

    from .answers import Answer
    from .questions import Question
    from .sign_ins import SignIn

    type Approve = Callable[[PlexTvClient, Pin], Awaitable[str | None]]
    """Waits until a person approved the code of a PIN; returns its token."""
    type Tell = Callable[[str], None]
    """Shows a message to the person."""


PRODUCT: Final = "Plex Account contract"
# Servers whose identity is requested.
MAX_SERVERS: Final = 5
ROW_IS_GONE: Final = "After signing out, the row of the client is gone."
ROW_STAYS: Final = "After signing out, the row of the client is still there."
NOT_SIGNED_IN: Final = "Nobody approved the code: nothing of an account was asked."
SIGN_IN_LEFT: Final = (
    f'A sign-in named "{PRODUCT}" may be left. Look under Authorized Devices in the'
    " settings of the Plex account, and remove it there."
)
TITLE_LEFT: Final = "The title that was added may still be on the watchlist."
CLEANING_UP: Final = "Taking back what was made. Ctrl-C once more stops at once."
NO_SERVER: Final = "No own server answers: its stream and sessions were not asked for."
NOTHING_TO_ADD: Final = "Each title that was found is on the watchlist already."


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """The plex.tv that gets the requests, and their rate."""

    hosts: PlexTvHosts = field(default_factory=PlexTvHosts)
    networks: Networks = field(default_factory=Networks)
    pause: float = 1.0
    """Seconds between the beginnings of two requests."""
    listening: float = 25.0
    """Seconds for which a server's stream is read."""
    pauses: tuple[float, ...] = (2.0, 5.0, 15.0)
    """Seconds before each retry of the cleanup."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A request that was sent, its responses, and the client's result."""

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
        """Return the client's result for other responses to the same request."""
        return await outcome(self.question, replaying(self.client, answers))


async def outcome(question: Question, client: PlexTvClient) -> object:
    """Send a request; return the client's result or error."""
    try:
        return await question.call(client)
    except PlexTvError as err:
        return err


class Course:
    """One run of all requests to a plex.tv, which are recorded in `asked`."""

    def __init__(self, service: Service, session: ClientSession) -> None:
        """Send the requests through a session."""
        self._service = service
        self._session = session
        self._recorder = Recorder(session, pause=service.pause)
        self._servers = RecordingServerSessions(
            self._recorder, networks=service.networks
        )
        self._searching = ServerSessions(networks=service.networks)
        self.asked: list[Asked] = []
        self.notes: list[str] = []
        """Other observations, as constant texts."""
        self._short: Pin | None = None
        self._client = self._as_client(str(uuid4()))

    async def close(self) -> None:
        """Close the connections to media servers."""
        await self._servers.close()
        await self._searching.close()

    async def without_account(self) -> None:
        """Send the requests that need no account: a dozen, without secrets."""
        client, other = self._client, self._as_client(str(uuid4()))
        anonymous = self._as_client("")
        for kind in ("strong", "short"):
            pin = await self._ask(client, questions.make_pin(kind))
            if isinstance(pin, Pin):
                await self._ask(client, questions.ask_about(pin, f"a {kind} PIN"))
                # The page where a person types a code does not accept strong ones.
                self._short = pin if kind == "short" else None
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

    async def with_account(self, approve: Approve, tell: Tell, *, write: bool) -> None:
        """Sign in, send the requests that need an account, and sign out.

        A second client is signed in as well, because only another client can list what
        remains after signing out. It removes its own row at the end.
        """
        if (pin := self._short) is None:
            self.notes.append(NOT_SIGNED_IN)
            return
        sign_ins = SignIns(self._service.pauses)
        first = sign_ins.begin(self._client, pin)
        complete = False
        try:
            if await self._redeem(first, approve):
                await self._as_account(first, sign_ins, tell, write=write)
            else:
                self.notes.append(NOT_SIGNED_IN)
            complete = True
        finally:
            if not complete:
                tell(CLEANING_UP)
            try:
                await sign_ins.take_all_back()
            finally:
                if not sign_ins.are_gone:
                    self.notes.append(SIGN_IN_LEFT)
                    tell(SIGN_IN_LEFT)

    async def _redeem(self, sign_in: SignIn, approve: Approve) -> bool:
        """Wait for the token, and keep only the last response, which contains it."""
        self._recorder.answers = []
        token = await approve(sign_in.client, sign_in.pin)
        self._recorder.answers = self._recorder.answers[-1:]
        if token:
            self._keep(sign_in.client, questions.ask_approved(sign_in.pin), token)
        return sign_in.redeemed(token)

    async def _as_account(
        self, first: SignIn, sign_ins: SignIns, tell: Tell, *, write: bool
    ) -> None:
        """Send the requests with the token of an account."""
        client = first.client
        found = {
            question.name: await self._ask(client, question)
            for question in questions.OF_ACCOUNT
        }
        await self._ask_servers(client, found["list the servers"])
        if write:
            await self._write(client, found, sign_ins, tell)
        if watcher := await self._watcher(client, sign_ins):
            await self._sign_out(first, watcher, sign_ins)

    async def _ask(self, client: PlexTvClient, question: Question) -> object:
        """Send a request, and record its result."""
        self._recorder.answers = []
        result = await outcome(question, client)
        self._keep(client, question, result)
        return result

    def _keep(self, client: PlexTvClient, question: Question, result: object) -> None:
        """Record the result of a request, with its responses."""
        self.asked.append(
            Asked(
                question=question,
                client=client,
                answers=tuple(self._recorder.answers),
                outcome=result,
            )
        )

    async def _ask_servers(self, client: PlexTvClient, servers: object) -> None:
        """Request identities of servers; of the first own one, sessions and stream."""
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

    async def _write(
        self,
        client: PlexTvClient,
        found: dict[str, object],
        sign_ins: SignIns,
        tell: Tell,
    ) -> None:
        """Add a title that is not on the watchlist, and remove it again."""
        listed, titles = found["read the watchlist"], found["search for a title"]
        if not isinstance(listed, TitleList) or not isinstance(titles, tuple):
            return
        known = {title.key for title in listed.titles}
        title = next((title for title in titles if title.key not in known), None)
        if title is None:
            self.notes.append(NOTHING_TO_ADD)
            return
        remove = questions.remove(title)
        removed = False
        try:
            await self._ask(client, questions.add(title))
            removed = not isinstance(await self._ask(client, remove), PlexTvError)
        finally:
            try:
                removed = removed or await sign_ins.insist(lambda: remove.call(client))
            finally:
                if not removed:
                    self.notes.append(TITLE_LEFT)
                    tell(f"{TITLE_LEFT} It is {title.label}.")

    async def _watcher(self, client: PlexTvClient, sign_ins: SignIns) -> SignIn | None:
        """Sign a second client in with the first one's token."""
        watcher = self._as_client(str(uuid4()))
        pin = await self._ask(watcher, questions.make_pin("short"))
        if not isinstance(pin, Pin):
            return None
        sign_in = sign_ins.begin(watcher, pin)
        await self._ask(client, questions.approve(pin.code))
        token = await self._ask(watcher, questions.ask_approved(pin))
        return sign_in if isinstance(token, str) and sign_in.redeemed(token) else None

    async def _sign_out(
        self, first: SignIn, watcher: SignIn, sign_ins: SignIns
    ) -> None:
        """Sign both clients out, and check whether the first one's row is removed."""
        signed_out = await self._ask(first.client, questions.SIGN_OUT)
        await self._ask(first.client, questions.AFTER_SIGN_OUT)
        rows = await self._ask(watcher.client, questions.DEVICES_AFTER_SIGN_OUT)
        if isinstance(rows, tuple) and not isinstance(signed_out, PlexTvError):
            left = {row.client_identifier for row in rows}
            first.gone = first.client_identifier not in left
            self.notes.append(ROW_IS_GONE if first.gone else ROW_STAYS)
        # Before the second client signs out: afterwards it cannot remove the other row.
        await sign_ins.take_back(first)
        watcher.gone = await self._ask(watcher.client, questions.REMOVE_ROW) is True

    def _as_client(self, client_identifier: str) -> PlexTvClient:
        """Return a client whose responses are recorded."""
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
