"""Arbitrary lists of servers and identities (Hypothesis)."""

import json
import math
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from hypothesis import example, given, strategies as st
from yarl import URL

from custom_components.plex_account.plextv import (
    Claim,
    Connection,
    PlexTvResponseError,
    Server,
    readers,
)
from custom_components.plex_account.plextv.reach import machine_identifier
from tests.helpers.responses import answered
from tests.helpers.strategies import (
    BODIES,
    CONNECTIONS,
    FIELDS,
    JSON,
    ROWS,
    TEXTS,
    many,
    objects,
)

from .test_any_value import assert_flag, assert_line, assert_moment

if TYPE_CHECKING:
    from custom_components.plex_account.plextv.servers import Whose

IDENTITIES = (
    BODIES
    | st.fixed_dictionaries(
        {"MediaContainer": objects("machineIdentifier") | JSON}
    ).map(lambda value: json.dumps(value).encode())
    | TEXTS.map(
        lambda text: f'<MediaContainer machineIdentifier="{text}"/>'.encode(
            errors="replace"
        )
    )
)


def assert_connection(connection: Connection) -> None:
    """Check that a connection has one host and a known scheme."""
    assert isinstance(connection.local, bool)
    assert isinstance(connection.relay, bool)
    assert connection.route in {"local", "remote", "relay"}
    url = URL(connection.uri)
    assert connection.uri.isprintable()
    assert url.scheme == ("https" if connection.secure else "http")
    assert url.scheme in {"http", "https"}
    assert url.host
    assert url.user is None
    assert url.password is None
    assert not connection.uri.endswith("/")
    assert not url.query_string
    assert not url.fragment


@many
@given(CONNECTIONS | JSON, st.sampled_from(["own", "shared", "shared nearby"]))
@example({"uri": "http://127.0.0.1:32400@plex.example/"}, "own")
@example({"uri": "http://\uff11\uff12\uff17.0.0.1:32400"}, "own")
@example({"uri": "http://plex.example:٣٢٤"}, "own")
@example({"uri": "http://a\u202eb"}, "own")
@example({"uri": "http://" + "a." * 50_000}, "own")
def test_any_connection(value: object, whose: Whose) -> None:
    """A connection has one valid address, or is left out."""
    if connection := Connection.from_json(value, whose):
        assert_connection(connection)


@many
@given(ROWS | JSON)
def test_any_server(value: object) -> None:
    """A server has all required fields, or is left out."""
    server = Server.from_json(value)
    if server is None:
        return
    assert server.client_identifier
    for text in (
        server.client_identifier,
        server.name,
        server.owner_name,
        server.version,
        server.platform,
    ):
        assert_line(text)
    assert isinstance(server.owned, bool)
    assert server.presence in {True, False, None}
    assert_moment(server.last_seen_at)
    if server.token is not None:
        assert re.fullmatch("[!-~]{1,4096}", server.token)
    assert len({connection.uri for connection in server.connections}) == len(
        server.connections
    )
    for connection in server.connections:
        assert_connection(connection)


@many
@given(objects("token") | JSON)
def test_any_claim(value: object) -> None:
    """A claim code is printable, or unreadable."""
    try:
        claim = Claim.from_json(value)
    except ValueError:
        return
    assert re.fullmatch("[!-~]{1,4096}", claim.code)


@many
@given(BODIES)
def test_any_list(body: bytes) -> None:
    """A body is a list or unreadable."""
    try:
        value = answered(body).json_array()
    except PlexTvResponseError:
        return
    assert isinstance(value, list)


@many
@given(IDENTITIES)
@example(b"[" * 200_000)
@example(b"<a>" * 20_000)
def test_any_identity(body: bytes) -> None:
    """An identity in JSON or XML has a machine identifier or None."""
    assert_line(machine_identifier(body))
    root = readers.xml_root(body)
    assert root is None or isinstance(root, ET.Element)


@many
@given(FIELDS)
@example(2**63)
@example(str(2**63))
def test_any_field(value: object) -> None:
    """Each reader returns its type or None."""
    assert isinstance(readers.fields(value), dict)
    assert isinstance(readers.items(value), list)
    assert_line(readers.text(value))
    assert_flag(readers.flag(value))
    assert_moment(readers.moment(value))
    for found, pattern in (
        (readers.token(value), "[!-~]{1,4096}"),
        (readers.code(value), "[0-9A-Za-z]{1,128}"),
    ):
        assert found is None or re.fullmatch(pattern, found)
    number = readers.number(value)
    assert number is None or math.isfinite(number)
    whole = readers.whole(value)
    assert whole is None or 0 <= whole < 2**63
    if isinstance(value, str) and whole is not None:
        assert value.isascii()
