"""The sign-ins of a run, which are all removed at the end, even after errors."""

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from custom_components.plex_account.plextv import (
    AuthorizedDevices,
    PlexTvAuthenticationError,
    PlexTvError,
    PlexTvPinGoneError,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from custom_components.plex_account.plextv import Pin, PlexTvClient


class SignIn:
    """A client with a code that a person may approve."""

    def __init__(self, client: PlexTvClient, pin: Pin) -> None:
        """Begin the sign-in of a client with a PIN."""
        self.client = client
        self.pin = pin
        self.token: str | None = None
        self.gone = False
        """Whether it is certain that the account has no row of this client."""

    @property
    def client_identifier(self) -> str:
        """The identifier of this client's row."""
        return self.client.transport.identity.client_identifier

    def redeemed(self, token: str | None) -> bool:
        """Let the client use a token; return whether there is one."""
        if token:
            self.token = token
            self.client = self.client.with_token(token)
        return token is not None

    async def removes(self, other: SignIn) -> bool:
        """Remove the row of a client; return whether there is certainly none left."""
        if not self.token and not self.redeemed(await self._late_token()):
            # Without a token, it has no row and cannot list others.
            return self is other
        devices = AuthorizedDevices(self.client.transport)
        for row in await devices.get_devices():
            if row.client_identifier == other.client_identifier:
                if row.id is None:
                    return False
                await devices.remove(row.id)
        return True

    async def _late_token(self) -> str | None:
        """Return the token if the code has been approved by now."""
        try:
            return await self.client.get_pin_token(self.pin)
        except PlexTvPinGoneError:
            return None


class SignIns:
    """All sign-ins of a run."""

    def __init__(self, pauses: Sequence[float]) -> None:
        """Retry after each of these pauses, in seconds."""
        self._pauses = pauses
        self._all: list[SignIn] = []

    @property
    def are_gone(self) -> bool:
        """Whether it is certain that none is left."""
        return all(sign_in.gone for sign_in in self._all)

    def begin(self, client: PlexTvClient, pin: Pin) -> SignIn:
        """Register a sign-in for the cleanup, before its code can be approved."""
        self._all.append(SignIn(client, pin))
        return self._all[-1]

    async def take_all_back(self) -> None:
        """Remove all sign-ins, the first one last, because it can list the others."""
        for sign_in in reversed(self._all):
            await self.take_back(sign_in)

    async def take_back(self, sign_in: SignIn) -> None:
        """Remove the row of a client.

        A row without a number cannot be removed. In this case the client signs out, and
        the list is checked again.
        """
        remove = partial(self._remove, sign_in)
        if not sign_in.gone:
            await self.insist(remove)
        if (
            not sign_in.gone
            and sign_in.token
            and await self.insist(sign_in.client.sign_out)
        ):
            await self.insist(remove)

    async def insist(self, attempt: Callable[[], Awaitable[object]]) -> bool:
        """Repeat an attempt until it succeeds, at most once after each pause."""
        for pause in (0.0, *self._pauses):
            await asyncio.sleep(pause)
            try:
                await attempt()
            except PlexTvAuthenticationError:
                return False
            except PlexTvError:
                continue
            return True
        return False

    async def _remove(self, sign_in: SignIn) -> None:
        """Try to remove a row with each client, its own one last."""
        failure: PlexTvError | None = None
        others = [other for other in self._all if other is not sign_in]
        for client in (*others, sign_in):
            try:
                sign_in.gone = await client.removes(sign_in)
            except PlexTvAuthenticationError:
                # This client is signed out, and cannot list rows any more.
                continue
            except PlexTvError as err:
                failure = err
            if sign_in.gone:
                return
        if failure:
            raise failure
