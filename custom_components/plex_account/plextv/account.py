"""The account, its Plex Pass, and claim codes for new servers."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from . import readers

if TYPE_CHECKING:
    from datetime import datetime

# Seconds. Four minutes according to plex-api.rs; plex.tv sends no lifetime.
CLAIM_LIFETIME: Final = 240.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A code with which a new server joins the account."""

    code: str = field(repr=False)
    lifetime: float = CLAIM_LIFETIME
    """Seconds until the code expires, counted from the response."""

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Parse a claim; raise ValueError if it has no code."""
        if (code := readers.token(readers.fields(value).get("token"))) is None:
            raise ValueError("a claim without code")
        return cls(code=code)


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """The account's Plex Pass."""

    active: bool
    plan: str | None = None
    subscribed_at: datetime | None = None
    features: frozenset[str] = frozenset()

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Parse a subscription; None means an account without Plex Pass."""
        subscription = readers.fields(value)
        return cls(
            active=readers.flag(subscription.get("active")) or False,
            plan=readers.text(subscription.get("plan")),
            subscribed_at=readers.moment(subscription.get("subscribedAt")),
            features=frozenset(
                feature
                for item in readers.items(subscription.get("features"))
                if (feature := readers.text(item))
            ),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """The account of a token; e-mail address, PIN and tokens are not read."""

    uuid: str = field(repr=False)
    username: str | None
    title: str | None
    subscription: Subscription

    @property
    def name(self) -> str:
        """The username, or the title of managed users, who have no username."""
        return self.username or self.title or "Plex"

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Parse an account; raise ValueError if it has no uuid."""
        account = readers.fields(value)
        if (uuid := readers.identifier(account.get("uuid"))) is None:
            raise ValueError("an account without uuid")
        return cls(
            uuid=uuid,
            username=readers.person(account.get("username")),
            title=readers.person(account.get("title")),
            subscription=Subscription.from_json(account.get("subscription")),
        )
