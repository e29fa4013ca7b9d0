"""The people who have an account at plex.tv."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .tokens import hex_digits, url_safe_text

if TYPE_CHECKING:
    from random import Random


@dataclass(frozen=True, kw_only=True)
class PlexPass:
    """A paid subscription."""

    plan: str
    since: datetime


@dataclass(frozen=True, kw_only=True, eq=False)
class Person:
    """One account and its data at plex.tv."""

    key: str
    """The name of the person in the simulator's own interface."""
    id: int
    uuid: str
    username: str
    title: str
    email: str
    friendly_name: str
    plex_pass: PlexPass | None = None
    managed: bool = False
    home: list[str] = field(default_factory=list)
    """Keys of all members of the person's Plex Home, the administrator first."""
    joined_at: datetime
    home_pin_hash: str | None = None
    servers: list[str] = field(default_factory=list, repr=False)
    """Names of the servers that plex.tv lists for the person, own and shared ones."""
    webhooks: list[str] = field(default_factory=list, repr=False)
    """URLs that the person's servers notify of playback."""
    service_token: str

    @property
    def secrets(self) -> frozenset[str]:
        """The account's data that must never be shown."""
        held = {self.email, self.service_token, self.home_pin_hash or ""}
        return frozenset(held - {""})

    @property
    def names(self) -> frozenset[str]:
        """The data that identifies the person but is not secret."""
        named = {self.username, self.title, self.friendly_name, self.uuid, str(self.id)}
        # Without a username, the name is the e-mail address, which is secret.
        return frozenset(named - {"", self.email})


def new_person(
    key: str,
    chance: Random,
    *,
    title: str | None = None,
    username: str | None = None,
    managed: bool = False,
    home: list[str] | None = None,
) -> Person:
    """Make a person with a free account, whose name may be an e-mail address."""
    email = key if "@" in key else f"{key}@mail.example"
    return Person(
        key=key,
        id=700_000_000 + chance.randrange(10**8),
        uuid=hex_digits(chance, 16),
        username=key if username is None else username,
        title=title or key,
        email="" if managed else email,
        friendly_name="",
        managed=managed,
        home=[] if home is None else home,
        joined_at=datetime(2023, 4, 9, 10, 11, 12, tzinfo=UTC),
        service_token=_new_service_token(chance),
    )


def first_people(chance: Random) -> dict[str, Person]:
    """Make alice with a Plex Pass, bob with a free and casey with a managed account."""
    home = ["alice", "casey"]
    people = (
        Person(
            key="alice",
            id=418_203_577,
            uuid="3f9c1d27a86b40e5",
            username="alice_attic",
            title="alice_attic",
            email="alice@mail.example",
            friendly_name="Alice Archer",
            plex_pass=PlexPass(
                plan="lifetime", since=datetime(2021, 10, 1, 1, 2, 3, tzinfo=UTC)
            ),
            home=home,
            joined_at=datetime(2014, 6, 8, 3, 5, 59, tzinfo=UTC),
            service_token=_new_service_token(chance),
            home_pin_hash="$2a$10$simulatedHomePinHashOfAlice",
        ),
        Person(
            key="bob",
            id=520_417_981,
            uuid="b07e52c9d1f4a836",
            username="bob_basement",
            title="bob_basement",
            email="bob@mail.example",
            friendly_name="",
            joined_at=datetime(2019, 2, 11, 18, 30, tzinfo=UTC),
            service_token=_new_service_token(chance),
        ),
        Person(
            key="casey",
            id=634_118_250,
            uuid="88fad7ef5d91c202",
            username="",
            title="Casey",
            email="",
            friendly_name="Casey",
            managed=True,
            home=home,
            joined_at=datetime(2022, 1, 5, 16, 16, 9, tzinfo=UTC),
            service_token=_new_service_token(chance),
        ),
    )
    return {person.key: person for person in people}


def _new_service_token(chance: Random) -> str:
    """Return a random token for the services of Plex."""
    return url_safe_text(chance, 32)
