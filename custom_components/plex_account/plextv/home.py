"""The users of a Plex Home, and their sign-in."""

from dataclasses import dataclass, field
from http import HTTPMethod, HTTPStatus
from typing import TYPE_CHECKING, Final, Self

from . import readers
from .errors import PlexTvHomePinError, PlexTvResponseError

if TYPE_CHECKING:
    from .transport import Transport

# A Plex Home has 15 users at most.
MAX_USERS: Final = 100
# plex.tv's error number for a PIN that is missing or wrong.
PIN_CODE: Final = 1041


@dataclass(frozen=True, kw_only=True, slots=True)
class HomeUser:
    """A user of a Plex Home; e-mail addresses are not read."""

    uuid: str = field(repr=False)
    name: str
    protected: bool
    """Whether plex.tv lists a PIN; if not, it may require one nevertheless."""

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Parse a user; raise ValueError if it has no uuid.

        Managed users have neither username nor e-mail address (plezy).
        """
        user = readers.fields(value)
        if (uuid := readers.identifier(user.get("uuid"))) is None:
            raise ValueError("a Home user without uuid")
        names = (user.get(name) for name in ("friendlyName", "title", "username"))
        return cls(
            uuid=uuid,
            name=next(filter(None, map(readers.person, names)), "Plex"),
            protected=readers.flag(user.get("protected")) or False,
        )


class Home:
    """Lists the users of the account's Plex Home, and signs one of them in.

    Every method raises the same exceptions as those of `PlexTvClient`, except
    PlexTvAuthenticationError: plex.tv also responds with 401 to users who may not see
    their Home, although the token of the account is valid.
    """

    def __init__(self, transport: Transport) -> None:
        """Use the Home of the account of `transport`."""
        self._transport = transport

    async def get_users(self) -> tuple[HomeUser, ...]:
        """Return every user including the account itself; none without a Home.

        plex.tv sends an object with a list of users (plezy). A row that cannot be
        parsed raises PlexTvResponseError, so that a missing user is not mistaken for
        one who has left. For an account without a Home, plex.tv responds with 404, or
        with a Home of one user.
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

        plex.tv responds with 201 and the token, or with 404 for a user who is not in
        the Home (plezy, watchstate). Raises PlexTvHomePinError when the `pin` is
        missing or wrong, which plex.tv does not distinguish (403 with code 1041), and
        PlexTvResponseError for a response without a token, for another user, or with
        the account's own token, so that no user is mistaken for another.
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
