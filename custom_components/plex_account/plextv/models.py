"""What plex.tv tells, as typed objects; the only place that reads its JSON."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from . import readers

if TYPE_CHECKING:
    from datetime import datetime

# plex.tv gives 900 s to a short code and 1800 s to a strong one; a code must end some
# day even if an answer says otherwise.
MAX_PIN_LIFETIME: Final = 3600.0
# Four minutes, as plex-api.rs has it; plex.tv does not say.
CLAIM_LIFETIME: Final = 240.0


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class PinLocation:
    """Where plex.tv believes that the machine which asked for the PIN is."""

    code: str | None
    continent_code: str | None
    country: str | None
    city: str | None
    time_zone: str | None
    postal_code: str | None
    subdivisions: str | None
    coordinates: str | None
    european_union_member: bool | None
    in_privacy_restricted_country: bool | None
    in_privacy_restricted_region: bool | None

    @classmethod
    def from_json(cls, value: object) -> Self | None:
        """Read a location; nothing needs it, so every part of it may be missing."""
        if not (location := readers.fields(value)):
            return None
        postal_code = location.get("postal_code")
        return cls(
            code=readers.text(location.get("code")),
            continent_code=readers.text(location.get("continent_code")),
            country=readers.text(location.get("country")),
            city=readers.text(location.get("city")),
            time_zone=readers.text(location.get("time_zone")),
            postal_code=readers.text(
                str(postal_code) if readers.whole(postal_code) else postal_code
            ),
            subdivisions=readers.text(location.get("subdivisions")),
            coordinates=readers.text(location.get("coordinates")),
            european_union_member=readers.flag(location.get("european_union_member")),
            in_privacy_restricted_country=readers.flag(
                location.get("in_privacy_restricted_country")
            ),
            in_privacy_restricted_region=readers.flag(
                location.get("in_privacy_restricted_region")
            ),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Pin:
    """A code that a person approves at plex.tv, and what redeems the token afterwards.

    With the client identifier, the id redeems the token: neither it nor the code, the
    location or the token shows in the object's text.
    """

    id: int = field(repr=False)
    code: str = field(repr=False)
    lifetime: float
    """Seconds for which the code works, counted from the answer."""
    product: str | None = None
    trusted: bool | None = None
    qr: str | None = field(default=None, repr=False)
    """Address of the QR code that plex.tv draws, as plex.tv sent it."""
    client_identifier: str | None = field(default=None, repr=False)
    location: PinLocation | None = field(default=None, repr=False)
    created_at: datetime | None = None
    expires_at: datetime | None = None
    token: str | None = field(default=None, repr=False)
    """The account's token, once a person approved the code."""
    new_registration: bool | None = None

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Read a PIN; raise ValueError if it has no id, no code or no lifetime."""
        pin = readers.fields(value)
        pin_id = readers.whole(pin.get("id"))
        code = readers.code(pin.get("code"))
        created_at = readers.moment(pin.get("createdAt"))
        expires_at = readers.moment(pin.get("expiresAt"))
        lifetime = readers.number(pin.get("expiresIn"))
        if lifetime is None and created_at and expires_at:
            lifetime = (expires_at - created_at).total_seconds()
        if pin_id is None or code is None or lifetime is None:
            raise ValueError("a PIN without id, code or lifetime")
        return cls(
            id=pin_id,
            code=code,
            lifetime=min(max(lifetime, 0.0), MAX_PIN_LIFETIME),
            product=readers.text(pin.get("product")),
            trusted=readers.flag(pin.get("trusted")),
            qr=readers.text(pin.get("qr")),
            client_identifier=readers.text(pin.get("clientIdentifier")),
            location=PinLocation.from_json(pin.get("location")),
            created_at=created_at,
            expires_at=expires_at,
            token=readers.token(pin.get("authToken")),
            new_registration=readers.flag(pin.get("newRegistration")),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A code with which a new server joins the account."""

    code: str = field(repr=False)
    lifetime: float = CLAIM_LIFETIME
    """Seconds for which the code works, counted from the answer."""

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Read a claim; raise ValueError if it has no code."""
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
        """Read a subscription; a missing one is an account without Plex Pass."""
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
    """Whose token it is; e-mail address, PIN and tokens are not even read."""

    uuid: str = field(repr=False)
    username: str | None
    title: str | None
    subscription: Subscription

    @property
    def name(self) -> str:
        """What to call the account; managed users have a title and no username."""
        return self.username or self.title or "Plex"

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Read an account; raise ValueError if it has no uuid."""
        account = readers.fields(value)
        if (uuid := readers.text(account.get("uuid"))) is None:
            raise ValueError("an account without uuid")
        return cls(
            uuid=uuid,
            username=readers.text(account.get("username")),
            title=readers.text(account.get("title")),
            subscription=Subscription.from_json(account.get("subscription")),
        )
