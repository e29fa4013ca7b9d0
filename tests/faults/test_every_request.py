"""No request of the integration is left out of these tests."""

import re

from tests.helpers.routes import (
    DEVICES_XML,
    IDENTITY,
    PIN,
    PING,
    PINS,
    RESOURCES,
    SIGN_OUT,
    USER,
)
from tests.repository.tree import COMPONENT

from .test_actions import ACTIONS


def test_every_request() -> None:
    """Each path that the component names is answered badly, in some phase at least."""
    tried = {PINS, PIN, USER, RESOURCES, PING, SIGN_OUT, IDENTITY, DEVICES_XML}
    tried |= {action.route for action in ACTIONS if not action.of_server}
    named = {
        re.sub(r"\{[^}]*\}", "{id}", f"/{path}")
        for module in ("authorized", "client", "reach")
        for path in re.findall(
            r'"(?:\{[^}]*\})?/?((?:api|devices|identity)[./][^"\s]*?|identity)(?:\.json)?"',
            (COMPONENT / "plextv" / f"{module}.py").read_text(encoding="utf-8"),
        )
    }
    assert named == tried
