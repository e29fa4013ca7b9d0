"""The users of a Plex Home, and signing one of them in."""

from dataclasses import dataclass, field
from http import HTTPMethod, HTTPStatus
from typing import TYPE_CHECKING, Final, Self

from . import readers
from .errors import PlexTvHomePinError, PlexTvResponseError

if TYPE_CHECKING:
    from .transport import Transport

# A Plex Home has 15 users at most.
MAX_USERS: Final = 100
# plex.tv's number of the error for a PIN that is missing or wrong.
PIN_CODE: Final = 1041


@dataclass(frozen=True, kw_only=True, slots=True)
class HomeUser:
    """A user of a Plex Home; e-mail addresses are not read."""

    uuid: str = field(repr=False)
    name: str
    protected: bool
    """Whether plex.tv says that there is a PIN; it may ask for one nevertheless."""

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Read a user; raise ValueError if it has no uuid.

        Managed users have neither username nor e-mail address (plezy).
        """
        user = readers.fields(value)
        if (uuid := readers.identifier(user.get("uuid"))) is None:
            raise ValueError("a Home user without uuid")
        names = (user.get(name) for name in ("friendlyName", "title", "username"))
        return cls(
            uuid=uuid,
            name=next(filter(None, map(readers.text, names)), "Plex"),
            protected=readers.flag(user.get("protected")) or False,
        )


class Home:
    """Lists the users of the account's Plex Home, and signs one of them in.

    Every method raises as those of `PlexTvClient` do, but never
    PlexTvAuthenticationError: plex.tv also answers 401 to users who may not see their
    Home, which says nothing about the token of the account.
    """

    def __init__(self, transport: Transport) -> None:
        """Ask for the Home of the account of `transport`."""
        self._transport = transport

    async def get_users(self) -> tuple[HomeUser, ...]:
        """Return every user, the account itself as well; none without a Home.

        plex.tv answers an object with a list of users (plezy). A row that cannot be
        read makes the list unreadable: who is missing must not be taken for gone. An
        account without a Home is answered 404, or a Home with one user.
        """
        try:
            response = await self._transport.ask(
                HTTPMethod.GET,
                "api/v2/home/users",
                purpose="listing the users of the Home",
                of_account=False,
            )
        except PlexTvResponseError as err:
            if err.status != HTTPStatus.NOT_FOUND:
                raise
            return ()
        rows = response.json_object().get("users")
        if not isinstance(rows, list) or len(rows) > MAX_USERS:
            raise response.unreadable()
        try:
            return tuple(map(HomeUser.from_json, rows))
        except ValueError as err:
            raise response.unreadable() from err

    async def switch(self, uuid: str, pin: str | None = None) -> str:
        """Return a new token of a user, for the client identifier of this transport.

        plex.tv answers 201 with the token, 404 for a user who is not in the Home
        (plezy, watchstate). Raises PlexTvHomePinError when the `pin` is missing or
        wrong, which plex.tv does not tell apart (403 with code 1041). An answer without
        a token, for another user, or with the account's own token is unreadable, so
        that nobody is taken for somebody else.
        """
        try:
            response = await self._transport.ask(
                HTTPMethod.POST,
                f"api/v2/home/users/{uuid}/switch",
                purpose="signing a Home user in",
                query={"pin": pin} if pin else None,
                of_account=False,
                holds_code=True,
            )
        except PlexTvResponseError as err:
            if err.status == HTTPStatus.FORBIDDEN and err.code == PIN_CODE:
                raise PlexTvHomePinError(
                    str(err), status=err.status, code=err.code
                ) from err
            raise
        answer = response.json_object()
        token = readers.token(answer.get("authToken"))
        is_another = readers.identifier(answer.get("uuid")) not in {None, uuid}
        if token is None or is_another or token == self._transport.token:
            raise response.unreadable()
        return token
