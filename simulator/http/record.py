"""The requests to an HTTP server, and the faults that are ordered for it."""

import re
from typing import TYPE_CHECKING

from simulator.world.errors import SimulatorError

from .faults import Fault, FaultBook

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aiohttp import web

    from .seen import SeenRequest


class Record:
    """The requests to a set of routes, and the faults that are ordered for them."""

    def __init__(
        self, routes: Iterable[web.RouteDef], pages: Iterable[web.RouteDef] = ()
    ) -> None:
        """Start without requests and faults.

        `pages` are the simulator's own. A browser's requests to them are not recorded,
        and get no fault, so that they can be used while all other routes have faults.
        """
        self.routes = [*routes]
        self.pages = [*pages]
        self.requests: list[SeenRequest] = []
        self.faults = FaultBook()

    def seen(self, method: str, template: str) -> list[SeenRequest]:
        """List the requests to a route."""
        self._check(method, template)
        return [seen for seen in self.requests if seen.matches(method, template)]

    def misbehave(
        self, method: str, template: str, fault: Fault, times: int | None = 1
    ) -> None:
        """Order a fault for a route: for `times` requests, or (None) until `behave`.

        "*" stands for every method or every route. Faults for the same route are
        used up in the order in which they were ordered.
        """
        self._check(method, template)
        self.faults.order(method, template, fault, times)

    def behave(self) -> None:
        """Cancel all faults."""
        self.faults.clear()

    def is_own(self, request: web.Request) -> bool:
        """Return whether a browser requests one of the simulator's own pages."""
        is_browser = "text/html" in request.headers.get("Accept", "")
        return is_browser and request.path in {page.path for page in self.pages}

    def _check(self, method: str, template: str) -> None:
        """Refuse a template that no route has, because it would never match."""
        shape = _shape(template.removesuffix(".json"))
        for route in self.routes:
            if method in {"*", route.method} and (
                template == "*" or shape == _shape(route.path)
            ):
                return
        message = f"There is no route {method} {template}"
        raise SimulatorError(message)


def _shape(template: str) -> str:
    """Remove the names and patterns of a template's variable parts."""
    return re.sub(r"\{[^{}]*\}", "{}", template)
