"""The people who have an account at the simulated plex.tv."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .servers import SimulatedServer


@dataclass(frozen=True, kw_only=True)
class PlexPass:
    """A paid subscription."""

    plan: str
    since: datetime


@dataclass(frozen=True, kw_only=True, eq=False)
class Person:
    """One account, with what plex.tv tells about it."""

    key: str
    """How the simulator and its tests call the person."""
    id: int
    uuid: str
    username: str
    title: str
    email: str
    friendly_name: str
    plex_pass: PlexPass | None = None
    managed: bool = False
    home: tuple[str, ...] = ()
    """Keys of everybody in the person's Plex Home, the administrator first."""
    joined_at: datetime
    home_pin_hash: str | None = None
    servers: list[SimulatedServer] = field(default_factory=list, repr=False)
    """The servers the person sees, their own and the shared ones."""
    webhooks: list[str] = field(default_factory=list, repr=False)
    """Where the person's servers tell what is played."""
    service_token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def secrets(self) -> frozenset[str]:
        """Tell what must never be shown of the account."""
        held = {self.email, self.service_token, self.home_pin_hash or ""}
        return frozenset(held - {""})

    @property
    def names(self) -> frozenset[str]:
        """Tell what identifies the person without being a secret."""
        named = {self.username, self.title, self.friendly_name, self.uuid, str(self.id)}
        return frozenset(named - {""})


def somebody(key: str) -> Person:
    """Make one more person, with a free account and nothing else."""
    return Person(
        key=key,
        id=700_000_000 + secrets.randbelow(10**8),
        uuid=secrets.token_hex(8),
        username=key,
        title=key,
        email=f"{key}@mail.example",
        friendly_name="",
        joined_at=datetime(2023, 4, 9, 10, 11, 12, tzinfo=UTC),
    )


def everybody() -> dict[str, Person]:
    """Make the three people: a Plex Pass, a free and a managed account."""
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
            home=("alice", "casey"),
            joined_at=datetime(2014, 6, 8, 3, 5, 59, tzinfo=UTC),
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
            home=("alice", "casey"),
            joined_at=datetime(2022, 1, 5, 16, 16, 9, tzinfo=UTC),
        ),
    )
    return {person.key: person for person in people}
