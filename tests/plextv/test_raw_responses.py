"""Responses to raw requests: JSON, XML as JSON, or empty."""

import math
from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import (
    PlexTvConnectionError,
    PlexTvResponseError,
    RawRequest,
    RawResponse,
)
from simulator import Fault
from tests.helpers.custom_faults import http, raw

if TYPE_CHECKING:
    from custom_components.plex_account.plextv import Json

    from .raw_targets import RawTarget

ANYTHING = RawRequest(path="/anything")


async def answered(target: RawTarget, body: bytes | str) -> RawResponse:
    """Send a raw request that gets a response with this body."""
    target.simulator.misbehave("*", "*", Fault.body(body))
    return await target.send(ANYTHING)


def lists(depth: int) -> str:
    """Return nested lists."""
    return "[" * depth + "]" * depth


def elements(depth: int) -> str:
    """Return nested elements."""
    return "<a>" * depth + "</a>" * depth


READ = {
    "object": ('{"a": [1, 2.5, true, null, "ü"]}', {"a": [1, 2.5, True, None, "ü"]}),
    "list": ("[]", []),
    "text": ('"pong"', "pong"),
    "number": ("7", 7),
    "null": ("null", None),
    "empty": ("", None),
    "blank": (" \r\n\t", None),
    "mark of UTF-8": (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
    "64 bits": (f"[{2**63 - 1}, {-(2**63) + 1}]", [2**63 - 1, -(2**63) + 1]),
    "more bits": (f"[{2**63}, {-(2**63)}]", [str(2**63), str(-(2**63))]),
    "many digits": (f"[{'7' * 4000}]", ["7" * 4000]),
    "half characters": (r'{"\ud83d": "a\udc00b"}', {"?": "a?b"}),
    "whole character": (r'"\ud83d\ude00"', "😀"),
    "zero": (r'"a\u0000b"', "a\0b"),
    "same name": ('{"a": 1, "a": 2}', {"a": 2}),
    "page in JSON": ('{"a": "<!DOCTYPE html>"}', {"a": "<!DOCTYPE html>"}),
    "attributes": (
        '<?xml version="1.0"?><MediaContainer size="0" title="Käse &amp; Brot"/>',
        {"MediaContainer": {"size": "0", "title": "Käse & Brot"}},
    ),
    "children": (
        '<M size="2"><Video id="1"/><Video id="2"><Genre tag="a"/></Video><Hub/></M>',
        {
            "M": {
                "size": "2",
                "Video": [{"id": "1"}, {"id": "2", "Genre": [{"tag": "a"}]}],
                "Hub": [""],
            }
        },
    ),
    "child as an attribute": ('<M a="1"><a>2</a></M>', {"M": {"a": ["2"]}}),
    "text only": ("<pong> true\n</pong>", {"pong": "true"}),
    "text beside attributes": (
        '<user><id type="integer">7</id></user>',
        {"user": {"id": [{"type": "integer", "#text": "7"}]}},
    ),
    "text beside children": (
        "<errors>\n Oh <error>no</error>\n</errors>",
        {"errors": {"error": ["no"], "#text": "Oh"}},
    ),
    "empty element": ("<Response/>", {"Response": ""}),
    "comments": ("<!-- a --><M><!-- b --><e/></M>", {"M": {"e": [""]}}),
    "unread section": ("<M><![CDATA[<b>]]></M>", {"M": "<b>"}),
    "other encoding": (
        '<?xml version="1.0" encoding="ISO-8859-1"?><M a="ü"/>'.encode("latin-1"),
        {"M": {"a": "ü"}},
    ),
}


@pytest.mark.parametrize(("body", "data"), READ.values(), ids=READ)
async def test_an_answer(target: RawTarget, body: bytes | str, data: Json) -> None:
    """JSON is parsed, XML is parsed into the same shape, an empty body is None."""
    assert await answered(target, body) == RawResponse(status=200, data=data)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
async def test_odd_numbers(target: RawTarget, number: str) -> None:
    """NaN and infinity, which Python's parser accepts, are kept."""
    data = (await answered(target, number)).data
    assert isinstance(data, float)
    assert not math.isfinite(data)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_every_success(target: RawTarget, status: int) -> None:
    """The status of a success is returned."""
    target.simulator.misbehave("*", "*", Fault.status(status, body=""))
    assert await target.send(ANYTHING) == RawResponse(status=status, data=None)


async def test_how_deep_an_answer_may_be(target: RawTarget) -> None:
    """A hundred levels of nesting are accepted."""
    assert (await answered(target, lists(100))).data is not None
    assert (await answered(target, elements(100))).data is not None
    for body in (lists(101), elements(101), '{"a":' * 101 + "1" + "}" * 101):
        with pytest.raises(PlexTvResponseError):
            await answered(target, body)


UNREADABLE = {
    "plain text": "203.0.113.7",
    "picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "bytes": b"\xff\xfe\xfd\0",
    "truncated": '{"a": "b',
    "two": "{}{}",
    "half a letter": b'{"a": "\xe2\x82"}',
    "very many digits": "7" * 5000,
    "deep": "[" * 200_000,
    "deep and whole": lists(200_000),
    "deep objects": '{"a":' * 200_000,
    "deep XML": elements(140_000),
    "truncated XML": '<MediaContainer size="1"><Video',
    "two elements": "<a/><b/>",
    "page": "<!DOCTYPE html><html><body>Welcome</body></html>",
    "page without a type": "<html><body/></html>",
    "page in capitals": "<HTML><BODY/></HTML>",
    "page of XHTML": '<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>',
    "type": '<!DOCTYPE M [<!ENTITY a "b">]><M a="&a;"/>',
    "type after a comment": "<!-- a -->\n<!DOCTYPE M><M/>",
    "type in wide letters": '<?xml version="1.0"?><!DOCTYPE M><M/>'.encode("utf-16"),
    "unknown encoding": '<?xml version="1.0" encoding="klingon"?><M/>',
    "namespace": '<M xmlns="urn:p"/>',
    "prefixes": '<p:M xmlns:p="urn:p" p:a="1"><p:b/></p:M>',
    "prefix of nothing": "<M><p:b/></M>",
    "instruction": "<M><?c d?></M>",
    "instruction before": '<?xml version="1.0"?><?c d?><M/>',
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
async def test_no_answer(target: RawTarget, body: bytes | str) -> None:
    """Any other body is refused, and the error contains none of it."""
    with pytest.raises(PlexTvResponseError) as failure:
        await answered(target, body)
    assert type(failure.value) is PlexTvResponseError
    assert str(failure.value) == f"{target.whom}'s answer to a request cannot be read"
    assert failure.value.status == 200
    assert failure.value.__suppress_context__


async def test_half_an_answer(target: RawTarget) -> None:
    """An incomplete response is an error."""
    target.simulator.misbehave("*", "*", Fault.truncated())
    with pytest.raises(PlexTvResponseError, match=r"broke off$"):
        await target.send(ANYTHING)


@pytest.mark.parametrize(
    "fault",
    [Fault.reset(), raw("no HTTP", b"SSH-2.0\r\n\r\n"), http("head", b"", {"A b": ""})],
    ids=str,
)
async def test_no_http(target: RawTarget, fault: Fault) -> None:
    """A response that is not HTTP raises a connection error."""
    target.simulator.misbehave("*", "*", fault, times=None)
    with pytest.raises(PlexTvConnectionError, match=f"^{target.whom} could not be"):
        await target.send(ANYTHING)


def test_texts_tell_no_secret() -> None:
    """The texts of requests and responses contain no secret."""
    call = RawRequest(path="/a", form=(("code", "Q7ZX"),), body='{"jwt": "Q7ZX"}')
    result = RawResponse(status=200, data={"token": "Q7ZX"})
    assert "Q7ZX" not in f"{call}{call!r}{result}{result!r}"
