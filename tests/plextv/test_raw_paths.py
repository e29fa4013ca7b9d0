"""Paths of raw requests: none leads to another host."""

from typing import TYPE_CHECKING

from hypothesis import given
import pytest
from yarl import URL

from custom_components.plex_account.plextv import RawRequest
from simulator import Fault
from tests.helpers.strategies import PATHS

if TYPE_CHECKING:
    from .raw_targets import RawTarget

GOOD = [
    "/",
    "/:/prefs",
    "/:80/",
    "/library/sections/1/all",
    "/library/metadata/1,2,3/",
    "/a//b",
    "/@host.example/",
    "/a:b@c",
    "/a;b=c&d=e",
    "/.well-known/...",
    "/a.b/..c/d../.e",
    "/ü/家/🏠",
    "/100%",
    "/%2e%2e/%2F%2Fhost.example%3Fa%23b",
    "/[]{}|^`<>\"'",
    "/" + "a" * 2047,
]
BAD = {
    "empty": "",
    "no slash": "library",
    "address": "https://host.example/",
    "address without scheme": "//host.example/",
    "address after a slash": "///host.example/",
    "user": "user@host.example/",
    "backslash": "/\\host.example/",
    "backslash inside": "/a\\..\\b",
    "query": "/a?b=c",
    "fragment": "/a#b",
    "blank": "/a b",
    "blank before": " /a",
    "end of line": "/a\n",
    "header": "/a HTTP/1.1\r\nX-Plex-Token: stolen",
    "tab": "/a\tb",
    "zero": "/a\0",
    "delete": "/a\x7f",
    "no-break blank": "/a\u00a0b",
    "line separator": "/a\u2028b",
    "half a character": "/a\ud83d",
    "way out": "/../other",
    "way out at the end": "/a/..",
    "way out inside": "/a/../../other",
    "same folder": "/./a",
    "same folder at the end": "/a/.",
    "hidden address": "/.//host.example/",
    "long": "/" + "a" * 2048,
    "100 kB": "/a" * 50_000,
    "100 kB of ways out": "/.." * 33_000,
    "100 kB of dots": "/" + "." * 100_000,
}


@pytest.mark.parametrize("path", GOOD)
async def test_a_path_arrives_as_it_reads(target: RawTarget, path: str) -> None:
    """A path is sent unchanged; the client encodes it."""
    target.simulator.misbehave("*", "*", Fault.body("{}"))
    await target.send(RawRequest(path=path))
    assert target.seen.path == path
    assert not target.seen.query


@pytest.mark.parametrize("path", BAD.values(), ids=BAD)
def test_no_path(path: str) -> None:
    """A path that could lead to another host is refused."""
    with pytest.raises(ValueError, match=r"^not an absolute path$"):
        RawRequest(path=path)


@pytest.mark.parametrize(
    "base", ["https://plex.tv", "http://192.0.2.7:32400/plex", "http://[2001:db8::7]:1"]
)
@given(path=PATHS)
def test_any_path(base: str, path: str) -> None:
    """A path is refused or stays below the base URL."""
    try:
        call = RawRequest(path=path)
    except ValueError:
        return
    url, below = call.to_plex_tv(URL(base), token=None).url, URL(base)
    assert url.origin() == below.origin()
    assert url.path == f"{below.path.rstrip('/')}{path}"
    assert not url.raw_query_string
    assert not url.raw_fragment
    assert url.user is None
    assert url == URL(str(url), encoded=True)
