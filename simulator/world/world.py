"""Everything that the simulated plex.tv knows, shared by all its routes."""

from typing import TYPE_CHECKING

from multidict import CIMultiDict

from simulator.http.wire import Wire

from .devices import Device, DeviceBook
from .errors import Problem, Refused, SimulatorError
from .people import Person, everybody, somebody
from .pins import LOCATION_SECRETS, PinBook, SimulatedPin
from .quirks import Quirks
from .server_book import ServerBook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from ssl import SSLContext

    from aiohttp import web

CLIENT_IDENTIFIER = "X-Plex-Client-Identifier"
TOKEN = "X-Plex-Token"


class State:
    """People, devices, PINs and servers, and who a request comes from."""

    def __init__(
        self, now: Callable[[], datetime], tls: SSLContext | None = None
    ) -> None:
        """Start with the three people and nobody signed in."""
        self.now = now
        self.tls = tls
        self.base_url = ""
        self.quirks = Quirks()
        self.wire = Wire(self.quirks)
        self.people: dict[str, Person] = everybody()
        self.devices = DeviceBook(now)
        self.pins = PinBook(now)
        self.servers = ServerBook(self.people)
        self.issued: set[str] = set()
        """Claim codes and passing tokens, which belong to no device."""
        self.client_identifiers: set[str] = set()
        for person in self.people.values():
            if not person.managed:
                self._sign_in_browser(person)

    def person(self, key: str) -> Person:
        """Find a person."""
        try:
            return self.people[key]
        except KeyError:
            message = f"There is no person {key}"
            raise SimulatorError(message) from None

    def add_person(self, key: str) -> Person:
        """Take up one more person."""
        if key in self.people:
            message = f"There is a person {key} already"
            raise SimulatorError(message)
        person = self.people[key] = somebody(key)
        self._sign_in_browser(person)
        return person

    async def client_identifier(self, request: web.Request) -> str:
        """Tell which client asks; every call must say so."""
        given = (await parameters(request)).get(CLIENT_IDENTIFIER)
        if not given:
            raise Refused(Problem.NO_CLIENT_IDENTIFIER)
        self.client_identifiers.add(given)
        return given

    async def caller(self, request: web.Request) -> tuple[Person, Device]:
        """Tell who asks, or refuse; the device's row follows what the call says."""
        await self.client_identifier(request)
        given = await parameters(request)
        device = self.devices.by_token(given.get(TOKEN, ""))
        if device is None:
            raise Refused(Problem.NOT_AUTHENTICATED)
        if given[CLIENT_IDENTIFIER] == device.client_identifier:
            device.learn(given, self.now())
        return self.people[device.person], device

    def approve(self, pin: SimulatedPin, person: Person) -> None:
        """Sign the device that asked for a PIN in to a person's account."""
        device = self.devices.sign_in(person.key, pin.client_identifier, pin.parameters)
        pin.token = device.token

    def secrets(self) -> frozenset[str]:
        """Collect every secret that was handed out or is held."""
        found = self.devices.all_tokens | self.issued | self.client_identifiers
        found |= {str(pin.id) for pin in self.pins.all}
        found |= {pin.code for pin in self.pins.all}
        found |= LOCATION_SECRETS if self.pins.all else set()
        for person in self.people.values():
            found |= person.secrets
        for server in self.servers.ever:
            found |= server.secrets
        return frozenset(found)

    def names(self) -> frozenset[str]:
        """Collect what identifies people and servers without being a secret."""
        found = {player.client_identifier for player in self.servers.players}
        for person in self.people.values():
            found |= person.names
        for server in self.servers.ever:
            found |= {server.name, server.machine_identifier}
        return frozenset(found)

    def _sign_in_browser(self, person: Person) -> None:
        """Give a person the device they had before ours: a browser."""
        facts = {
            "X-Plex-Device-Name": "Firefox",
            "X-Plex-Product": "Plex Web",
            "X-Plex-Version": "4.150.0",
            "X-Plex-Platform": "Firefox",
            "X-Plex-Platform-Version": "145.0",
            "X-Plex-Device": "Linux",
            "X-Plex-Model": "hosted",
        }
        self.devices.sign_in(person.key, f"web-{person.uuid}", facts)


async def parameters(request: web.Request) -> Mapping[str, str]:
    """Read what a request says of itself, wherever plex.tv accepts it.

    Headers win over the query, the query over a form.
    """
    given: CIMultiDict[str] = CIMultiDict()
    if request.content_type == "application/x-www-form-urlencoded":
        form = await request.post()
        given.update({k: v for k, v in form.items() if isinstance(v, str)})
    given.update(request.query)
    for name, value in request.headers.items():
        if name.lower().startswith("x-plex-"):
            given[name] = value
    return given
