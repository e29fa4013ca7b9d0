"""Routes about the account that is signed in."""

from typing import TYPE_CHECKING

from aiohttp import web

from simulator.http.parameters import TOKEN, parameters
from simulator.world.tokens import url_safe_text

from .account_bodies import account_body
from .caller import caller
from .routes import Routes

if TYPE_CHECKING:
    from simulator.http.wire import Json
    from simulator.world.people import Person


class AccountRoutes(Routes):
    """The account and its webhooks, keep-alive, sign-out and claims."""

    def routes(self) -> list[web.RouteDef]:
        """List the routes."""
        return [
            web.get("/api/v2/user", self._user),
            web.get("/api/v2/ping", self._ping),
            web.delete("/api/v2/users/signout", self._sign_out),
            web.get("/api/v2/user/webhooks", self._webhooks),
            web.post("/api/v2/user/webhooks", self._set_webhooks),
            web.get("/api/claim/token", self._claim),
        ]

    async def _user(self, request: web.Request) -> web.Response:
        """Describe the account of the token, and return the token as well."""
        person, device = await caller(request, self._world)
        body = account_body(
            person,
            device.token,
            self._world.quirks,
            protected=self._world.homes.is_protected(person),
        )
        return self._wire.answer(request, "user", body)

    async def _ping(self, request: web.Request) -> web.Response:
        """Keep a token alive."""
        await caller(request, self._world)
        return self._wire.answer(request, "pong", {"pong": True}, in_xml=True)

    async def _sign_out(self, request: web.Request) -> web.Response:
        """Revoke the token and remove its device."""
        _, device = await caller(request, self._world)
        self._world.devices.remove(device)
        return web.Response(status=204)

    async def _webhooks(self, request: web.Request) -> web.Response:
        """List the webhooks."""
        person, _ = await caller(request, self._world)
        return self._listed_webhooks(request, person)

    async def _set_webhooks(self, request: web.Request) -> web.Response:
        """Replace all webhooks with those in the form."""
        person, _ = await caller(request, self._world)
        form = await request.post()
        person.webhooks[:] = map(str, form.getall("urls[]", []))
        return self._listed_webhooks(request, person, status=201)

    def _listed_webhooks(
        self, request: web.Request, person: Person, status: int = 200
    ) -> web.Response:
        """Return the response with a person's webhooks."""
        body: list[Json] = [{"url": url} for url in person.webhooks]
        return self._wire.answer(request, "webhooks", body, status=status)

    async def _claim(self, request: web.Request) -> web.Response:
        """Create a claim token; this old route always responds with JSON."""
        given = await parameters(request)
        if self._world.devices.by_token(given.get(TOKEN, "")) is None:
            return web.json_response({"error": "Unauthorized"}, status=401)
        claim = f"claim-{url_safe_text(self._world.chance, 20)}"
        self._world.issued.add(claim)
        return web.json_response({"token": claim})
