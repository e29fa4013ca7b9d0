"""The tests of this package include every request of the integration."""

import re

from tests.helpers.routes import (
    ADD,
    DEVICES_XML,
    EVENTS,
    HOME_USERS,
    IDENTITY,
    MATCHES,
    PIN,
    PING,
    PINS,
    REMOVE,
    RESOURCES,
    SEARCH,
    SECTIONS,
    SERVER_TITLES,
    SESSIONS,
    SIGN_OUT,
    SWITCH,
    TITLES,
    USER,
    WATCHLIST,
)
from tests.repository.tree import COMPONENT

from .test_actions import ACTIONS


def test_every_request() -> None:
    """Each path in the client's modules has bad responses in at least one test."""
    tried = {PINS, PIN, USER, RESOURCES, PING, SIGN_OUT, IDENTITY, DEVICES_XML}
    tried |= {HOME_USERS, re.sub(r"\{.*\}", "{id}", SWITCH)}
    tried |= {action.route for action in ACTIONS if not action.of_server}
    named = {
        re.sub(r"\{[^}]*\}", "{id}", f"/{path}")
        for module in ("authorized", "client", "home", "reach")
        for path in re.findall(
            r'"(?:\{[^}]*\})?/?((?:api|devices|identity)[./][^"\s]*?|identity)(?:\.json)?"',
            (COMPONENT / "plextv" / f"{module}.py").read_text(encoding="utf-8"),
        )
    }
    assert named == tried


def test_every_request_to_discover() -> None:
    """Each path of the watchlist has bad responses; tests/plextv tests searches."""
    source = (COMPONENT / "plextv" / "watchlist.py").read_text(encoding="utf-8")
    named = {
        re.sub(r"\{[^}]*\}", "{}", f"/{path}")
        for path in re.findall(r'"((?:library|actions)/[^"\s]*)"', source)
    }
    tried = {WATCHLIST, SEARCH, MATCHES, re.sub(r"\{.*\}", "{}", TITLES)}
    assert named == tried | {"/actions/{}"}
    assert {ADD, REMOVE} == {
        f"/actions/{action}" for action in re.findall(r'"(\w+Watchlist)"', source)
    }


def test_every_question_to_a_server() -> None:
    """Each path of requests to a server has bad responses."""
    source = (COMPONENT / "plextv" / "media_server.py").read_text(encoding="utf-8")
    named = {
        re.sub(r"\{[^\"]*\}$", "{keys}", path)
        for path in re.findall(r'f?"(/[^"\s]+)"', source)
    }
    assert named == {EVENTS, SESSIONS, SECTIONS, SERVER_TITLES, TITLES}
