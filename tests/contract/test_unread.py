"""Values of the right type that the client cannot read are found."""

from typing import TYPE_CHECKING

import pytest

from contract.differences import BREAKS
from tests.helpers.routes import DEVICES, PIN, PINS, RESOURCES

from .changing_proxy import with_value
from .found import found

if TYPE_CHECKING:
    from .changing_proxy import Change, ChangingProxy
    from .conftest import Compare


@pytest.mark.parametrize(
    ("path", "change", "expected"),
    [
        pytest.param(
            RESOURCES,
            with_value("provides", "media-server"),
            ("list the servers", BREAKS, "unread", ""),
            id="no row is a server",
        ),
        pytest.param(
            RESOURCES,
            with_value("uri", "127.0.0.1:32400"),
            ("list the servers", BREAKS, "unread", "[].connections"),
            id="no address has a scheme",
        ),
        pytest.param(
            RESOURCES,
            with_value("accessToken", "two words"),
            ("list the servers", BREAKS, "unread", "[].token"),
            id="no token is one",
        ),
        pytest.param(
            DEVICES,
            with_value("id", "row"),
            ("list the signed-in devices", BREAKS, "unread", "[].id"),
            id="no number is one",
        ),
        pytest.param(
            PIN,
            with_value("expiresIn", 0),
            ("make a short PIN", BREAKS, "unread", "lifetime"),
            id="no code lives",
        ),
    ],
)
async def test_unread(
    compare: Compare,
    api: ChangingProxy,
    path: str,
    change: Change,
    expected: tuple[str, str, str, str],
) -> None:
    """A value of the right type that the client cannot read breaks us."""
    api.change("POST" if path == PIN else "GET", PINS if path == PIN else path, change)
    report = await compare("alice")
    assert expected in found(report)
    assert "**breaks us**: the client makes nothing of `" in report.text
