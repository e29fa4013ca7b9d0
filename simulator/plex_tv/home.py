"""Routes about a Plex Home: the list of its users and their sign-in."""

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from aiohttp import web

from simulator.http.parameters import CLIENT_IDENTIFIER, parameters
from simulator.http.wire import xml_response

from .account_bodies import account_body
from .caller import caller
from .routes import Routes

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.http.wire import Json
    from simulator.world.devices import Device
    from simulator.world.people import Person

_PIN_REFUSED = (403, 1041, "A valid PIN is required to perform this action")
_NO_SUCH_USER = (404, 1002, "User not found")


class HomeRoutes(Routes):
    """The list of users and their sign-in, on the current and on the old routes."""

    def routes(self) -> list[web.RouteDef]:
        """List the routes; the old ones are XML only and identify users by number."""
        return [
            web.get("/api/v2/home/users", self._users),
            web.post("/api/v2/home/users/{uuid}/switch", self._switch),
            web.get("/api/home/users", self._users_xml),
            web.post("/api/home/users/{id}/switch", self._switch_xml),
        ]

    async def _users(self, request: web.Request) -> web.Response:
        """List the users; for a managed user the list is empty."""
        person, _ = await caller(request, self._world)
        members = self._members(person)
        body: dict[str, Json] = {
            "id": members[0].id,
            "name": f"{members[0].title}'s Home",
            "guestUserID": None,
            "guestUserUUID": "",
            "guestEnabled": False,
            "subscription": any(member.plex_pass for member in members),
            "users": [] if person.managed else [*map(self._user, members)],
        }
        return self._wire.answer(request, "home", body)

    async def _users_xml(self, request: web.Request) -> web.Response:
        """List the users in the old format."""
        person, _ = await caller(request, self._world)
        root = ET.Element("MediaContainer", friendlyName="myPlex", guestUserID="0")
        for member in self._members(person):
            facts = {
                "id": str(member.id),
                "uuid": member.uuid,
                "admin": "1" if member.key == person.home[0] else "0",
                "guest": "0",
                "restricted": "1" if member.managed else "0",
                "protected": "1" if self._world.homes.is_protected(member) else "0",
                "title": member.title,
                "username": member.username,
                "email": member.email,
            }
            ET.SubElement(root, "User", facts)
        return xml_response(root)

    async def _switch(self, request: web.Request) -> web.Response:
        """Sign a user in by uuid, for the client that sent the request."""
        wanted = request.match_info["uuid"]
        switched = await self._switched(request, lambda member: member.uuid == wanted)
        if isinstance(switched, web.Response):
            return switched
        person, device = switched
        homes = self._world.homes
        body = account_body(
            person,
            device.token,
            self._world.quirks,
            protected=homes.is_protected(person),
        )
        if homes.without_token:
            del body["authToken"]
        return self._wire.answer(request, "user", body, status=201)

    async def _switch_xml(self, request: web.Request) -> web.Response:
        """Sign a user in by number."""
        wanted = request.match_info["id"]
        switched = await self._switched(request, lambda one: str(one.id) == wanted)
        if isinstance(switched, web.Response):
            return switched
        person, device = switched
        facts = {"id": str(person.id), "authenticationToken": device.token}
        return xml_response(ET.Element("user", facts), status=201)

    async def _switched(
        self, request: web.Request, is_wanted: Callable[[Person], bool]
    ) -> tuple[Person, Device] | web.Response:
        """Return the user who was signed in, or an error response."""
        person, _ = await caller(request, self._world)
        found = [*filter(is_wanted, self._members(person))]
        if not found:
            return self._wire.error(request, *_NO_SUCH_USER)
        [member] = found
        if not self._world.homes.accepts(member, request.query.get("pin")):
            return self._wire.error(request, *_PIN_REFUSED)
        given = await parameters(request)
        device = self._world.devices.sign_in(
            member.key, given[CLIENT_IDENTIFIER], given
        )
        self._world.homes.switched(device)
        return member, device

    def _members(self, person: Person) -> list[Person]:
        """Return the users of a person's Home, the administrator first."""
        return [self._world.people[key] for key in person.home or [person.key]]

    def _user(self, person: Person) -> dict[str, Json]:
        """Describe a user."""
        return {
            "id": person.id,
            "uuid": person.uuid,
            "title": person.title,
            "username": person.username or None,
            "email": person.email or None,
            "friendlyName": person.friendly_name or None,
            "thumb": f"https://plex.tv/users/{person.uuid}/avatar?c=1630875354",
            "hasPassword": not person.managed,
            "restricted": person.managed,
            "updatedAt": 1_641_399_379,
            "admin": person.home[:1] in ([], [person.key]),
            "guest": False,
            "protected": self._world.homes.is_protected(person),
        }
