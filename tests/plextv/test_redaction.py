"""Redaction of responses: which values are redacted, and which are kept."""

from http import HTTPMethod
import json
from typing import TYPE_CHECKING

from hypothesis import given, strategies as st
import pytest

from custom_components.plex_account.plextv import PlexTvClient, RawRequest, redacted
from tests.helpers.strategies import JSON, TEXTS

from .samples import CLIENT

if TYPE_CHECKING:
    from custom_components.plex_account.plextv import Json
    from simulator import Simulator

GONE = "**REDACTED**"


@pytest.mark.parametrize("in_xml", [False, True], ids=["JSON", "XML"])
@pytest.mark.parametrize(
    "call",
    [
        RawRequest(path="/api/v2/user"),
        RawRequest(path="/api/v2/home/users"),
        RawRequest(path="/api/v2/resources", query=(("includeRelay", "1"),)),
        RawRequest(path="/api/v2/devices"),
        RawRequest(path="/devices.xml"),
        RawRequest(path="/api/claim/token.json"),
        RawRequest(path="/api/v2/pins", method=HTTPMethod.POST),
        RawRequest(
            path="/api/v2/pins", method=HTTPMethod.POST, query=(("strong", "true"),)
        ),
    ],
    ids=lambda call: f"{call.method} {call.path}{'?' if call.query else ''}",
)
async def test_what_plex_tv_answers(
    plex_tv: Simulator, alice: PlexTvClient, call: RawRequest, *, in_xml: bool
) -> None:
    """No secret of plex.tv's responses is left after the redaction."""
    plex_tv.quirks.xml_despite_accept = in_xml
    plex_tv.quirks.expires_in_absent = in_xml
    told = json.dumps((await alice.request(call)).data)
    own = [alice.headers()["X-Plex-Token"], CLIENT]
    shown = json.dumps(redacted(json.loads(told), own))
    assert [secret for secret in plex_tv.secrets if secret in told]
    assert [secret for secret in plex_tv.secrets if secret in shown] == []


@pytest.mark.parametrize("path", ["/", "/library/sections", "/accounts", "/identity"])
async def test_what_a_server_answers(
    plex_tv: Simulator, alice: PlexTvClient, path: str
) -> None:
    """A server's responses only lose the e-mail address of the account."""
    attic = next(s for s in await alice.get_servers() if s.name == "Attic")
    where = next(connection for connection in attic.connections if connection.relay)
    data = (await alice.request_server(attic, where, RawRequest(path=path))).data
    shown = json.dumps(redacted(data, [attic.token or "", CLIENT]))
    email = plex_tv.people["alice"].email
    assert shown == json.dumps(data).replace(email, GONE)
    assert (email in json.dumps(data)) == (path == "/")


OF_ANYBODY: dict[str, tuple[Json, Json]] = {
    "authToken": ({"user": {"authToken": "s", "id": 7}}, {"user": {"id": 7}}),
    "old": ({"user": {"authentication_token": "s"}}, {"user": {}}),
    "old XML": ({"user": {"authentication-token": ["s"]}}, {"user": {}}),
    "accessToken": ([{"accessToken": "s", "name": "A"}], [{"name": "A"}]),
    "token of a device": ({"Device": [{"token": "s"}]}, {"Device": [{}]}),
    "inviteToken": ({"sharedServers": [{"inviteToken": "s"}]}, {"sharedServers": [{}]}),
    "services": (
        {"services": [{"identifier": "i", "token": "s", "secret": "s"}]},
        {"services": [{"identifier": "i"}]},
    ),
    "header": ({"X-Plex-Token": "s"}, {}),
    "pin of a user": ({"pin": "$2a$10$s", "hasPassword": True}, {"hasPassword": True}),
    "auth_token": ({"auth_token": "s"}, {}),
    "JWT": ({"jwt": "s", "deviceJWT": "s"}, {}),
    "key": ({"kty": "OKP", "d": "s", "x": "p"}, {"kty": "OKP", "x": "p"}),
    "claim": ({"token": "claim-s"}, {}),
    "code": (
        {"id": 7, "code": "AB12", "qr": "https://plex.tv/AB12", "expiresIn": 900},
        {"expiresIn": 900},
    ),
    "code without seconds": (
        {"id": "7", "code": "AB12", "expiresAt": "2026"},
        {"expiresAt": "2026"},
    ),
    "code in old XML": ({"pin": {"code": ["AB12"], "id": [{"#text": "7"}]}}, {}),
    "email": ({"users": [{"email": "a@b.example"}]}, {"users": [{}]}),
    "public address": (
        {"publicAddress": "203.0.113.7", "remotePublicAddress": "203.0.113.7"},
        {},
    ),
    "location": ({"id": 1, "location": {"city": "Nether Wallop"}}, {"id": 1}),
    "location on its own": ({"location": {"coordinates": "51, -1"}}, {}),
    "location by code": ({"location": {"postal_code": 4814}}, {}),
    "connections": (
        {"connections": [{"uri": "s", "address": "s", "port": 1, "local": True}]},
        {"connections": [{"port": 1, "local": True}]},
    ),
    "connections in XML": ({"Connection": [{"uri": "s"}]}, {"Connection": [{}]}),
    "connections in old XML": (
        {"connections": [{"connection": [{"uri": "s", "address": "s"}]}]},
        {"connections": [{"connection": [{}]}]},
    ),
    "player": (
        {"Player": {"address": "s", "remotePublicAddress": "s", "title": "TV"}},
        {"Player": {"title": "TV"}},
    ),
    "player in XML": (
        {"Video": [{"Player": [{"address": "s"}]}]},
        {"Video": [{"Player": [{}]}]},
    ),
    "setting": (
        {"Setting": [{"id": "PlexOnlineToken", "value": "s"}]},
        {"Setting": [{"id": "PlexOnlineToken"}]},
    ),
    "names in a list": (
        [{"name": "X-Plex-Token", "value": "s"}, {"key": "apiKey", "value": "s"}],
        [{"name": "X-Plex-Token"}, {"key": "apiKey"}],
    ),
    "hidden setting": (
        {"id": "a", "hidden": True, "value": "s", "default": "s"},
        {"id": "a", "hidden": True},
    ),
    "secure setting in XML": (
        {"Setting": [{"id": "a", "secure": "1", "value": "s"}]},
        {"Setting": [{"id": "a", "secure": "1"}]},
    ),
    "several": (
        {"tokens": ["s", "s"], "emails": "s", "passwords": {"alice": "s"}, "jwts": []},
        {"jwts": []},
    ),
    "words": (
        {"api_key": "s", "userPassword": "s", "homePin": 1234, "Set-Cookie": ["s"]},
        {},
    ),
    "place without a city": ({"location": {"country": "GB", "code": "GB"}}, {}),
    "picture": ({"latitude": 51.1, "longitude": "-1.6", "title": "A"}, {"title": "A"}),
    "setting of a key": (
        {"id": "customCertificateKey", "value": "s"},
        {"id": "customCertificateKey"},
    ),
}


def without_gone(value: Json) -> Json:
    """Remove the redacted fields."""
    match value:
        case dict():
            return {k: without_gone(v) for k, v in value.items() if v != GONE}
        case list():
            return [without_gone(item) for item in value]
    return value


@pytest.mark.parametrize(("told", "left"), OF_ANYBODY.values(), ids=OF_ANYBODY)
def test_anybodys_secrets(told: Json, left: Json) -> None:
    """Secrets with unknown values are redacted by their names, and nothing else."""
    shown = redacted(told, [])
    assert without_gone(shown) == left
    assert GONE in json.dumps(shown)


LEFT: dict[str, Json] = {
    "versions": {
        "version": "1.43.0.104-121068a07",
        "productVersion": "1.2.3.4",
        "versions": ["1.2.3.4"],
        "title": "Plex Media Server 1.43.0.104-121068a07",
        "agent": "Chrome/120.0.0.0, version 1.2.3.4, Version: 1.2.3.4 and v1.2.3.4",
        "build": "1.43.0.10492, 1.2.3.4.5 and 300.1.1.1",
    },
    "files with signs": [
        {"file": "/media/@eaDir/poster@2x.png"},
        {"file": "/media/film@1080p.mkv"},
        {"title": "@home, me@home and a@b@c"},
        {"url": "https://h.example/@alice"},
    ],
    "pages": {
        "nextPageToken": "s",
        "pageToken": "s",
        "continuation_token": "s",
        "url": "?nextPageToken=s&page-token=s",
    },
    "keys": {
        "key": "/library/metadata/1",
        "ratingKey": "1",
        "sessionKey": "1",
        "primaryExtraKey": "/library/metadata/2",
        "url": "?key=/library/1&key=%2Flibrary%2F1&ratingKey=a&key=7&sortKey=a&keys=a",
    },
    "city": {"id": 1, "title": "A venue", "city": "London"},
    "times": ["12:30:00", "2026-11-23T12:00:00Z", "1:2:3:4", "A::B", "Set::1", "::"],
    "switches in XML": {"hasPassword": "1", "pin": "0", "hidden": "true"},
    "shown setting": {"id": "a", "hidden": False, "secure": "0", "value": "s"},
    "hidden library": {"key": "1", "hidden": 1, "title": "Films"},
    "guids": [
        "com.plexapp.agents.imdb://tt0000001?lang=en",
        "plex://movie/5d77",
        "a.b.c",
    ],
    "odd escapes": [
        "100%",
        "%zz",
        "&nothing;",
        "&#0;",
        "\\u00e9",
        "%C3%A9 %20 &amp; \\/",
    ],
    "short names": ["eyJ", "eyJhbG.c", "claim-1", "plex.direct.example/a plex direct"],
    "folders": {"Directory": [{"Location": [{"id": 1, "path": "/media/Films"}]}]},
    "way of a player": {"Session": {"location": "lan", "bandwidth": 20}},
    "machine identifier": {"machineIdentifier": "f" * 40, "clientIdentifier": "f" * 40},
    "titles": [{"title": "The Token", "summary": "A secret pin, an email, a JWT."}],
    "titles with signs": [{"title": "@home"}, {"title": "a@b.c, a love story"}],
    "trial": {"id": 7, "expiresAt": "2026", "expiresIn": 900},
    "names like secrets": {"tokens": 2, "secretAgent": "Bond", "pins": 1, "emails": 0},
    "nothing": {"authToken": None, "token": "", "pin": 0, "email": False, "jwt": []},
    "switches": {"token": True, "customCertificateKey": True},
    "error": {"errors": [{"code": 1020, "message": "Not found", "status": 404}]},
    "film": {"id": 7, "code": "en", "address": "Main Street", "uri": "plex://movie/1"},
    "a letter": {"d": "s", "qr": "s"},
    "setting": {"Setting": [{"id": "FriendlyName", "value": "Attic"}, {"value": 1}]},
    "country": {"country": "GB", "timezone": "Europe/London"},
    "scalars": [None, True, False, 0, 1.5, ""],
}


@pytest.mark.parametrize("told", LEFT.values(), ids=LEFT)
def test_what_is_no_secret(told: Json) -> None:
    """Values that only look like secrets are kept."""
    assert redacted(told, ["oWn-secret"]) == told


HOOK = "http://192.168.1.20:8123/api/webhook/plex?a=1.2.3.4"


@pytest.mark.parametrize(
    ("told", "within"),
    [
        ([{"url": HOOK}], "webhooks"),
        ({"webhooks": {"webhook": [{"url": HOOK}]}}, ""),
        ({"webhooks": [HOOK]}, "user"),
    ],
    ids=["list", "XML", "texts"],
)
def test_webhooks_stay_what_they_are(told: Json, within: str) -> None:
    """Webhooks keep their URLs, to be written back; other addresses are redacted."""
    hosts = ["hook.example"]
    assert redacted(told, [], hosts=hosts, within=within) == told
    named = json.loads(json.dumps(told).replace("192.168.1.20", "hook.example"))
    assert redacted(named, [], hosts=hosts, within=within) == named
    assert GONE in json.dumps(redacted([{"url": HOOK}], [], within="user"))
    for secret in ("token=s3cret", "password=s3cret"):
        opens = json.loads(json.dumps(told).replace("a=1.2.3.4", secret))
        shown = json.dumps(redacted(opens, [], within=within))
        assert "s3cret" not in shown
        assert "192.168.1.20" in shown


def test_the_names_of_servers() -> None:
    """The host names of the account's own servers are redacted."""
    told: Json = {"customConnections": "https://media.example:443,https://a.example"}
    assert redacted(told, [], hosts=["media.example", "a.b"]) == {
        "customConnections": f"https://{GONE}:443,https://a.example"
    }


def test_known_values_in_a_large_answer() -> None:
    """Known values are redacted in large responses, too."""
    films = [f"The title of film {number}, and more of it" for number in range(5000)]
    told: Json = [*films, "the f1rst-secret", *films, "a sec0nd-secret", "x" * 70_000]
    shown = redacted(told, ["f1rst-secret", "sec0nd-secret", "th1rd-secret"])
    assert shown == [*films, f"the {GONE}", *films, f"a {GONE}", GONE]


def test_short_values_are_no_secrets() -> None:
    """Short values are not redacted, because they could be part of any word."""
    assert redacted(["title"], ["e", "", "title"]) == ["title"]


OURS, OTHERS = "oUr-0wn_SeCrEt", "sOmEbOdY-eLsEs"
NAMES = st.sampled_from(
    ["authToken", "token", "X-Plex-Token", "deviceJWT", "secret", "email", "pin"]
)
PLAIN_NAMES = TEXTS | st.sampled_from(
    ["connections", "code", "id", "expiresIn", "kty", "d", "value", "Location", "uri"]
)
ANSWERS = st.recursive(
    JSON
    | st.just(OURS)
    | TEXTS.map(lambda text: f"{text}{OURS}{text}")
    | TEXTS.map(lambda text: f"{text}X-Plex-Token={OTHERS}")
    | NAMES.map(lambda name: {name: OTHERS})
    | NAMES.map(lambda name: {name: [OTHERS, {"a": OTHERS}], "b": OURS})
    | st.just({OURS: 1}),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(PLAIN_NAMES, inner, max_size=4)
    ),
    max_leaves=8,
)


def same_shape(before: Json, after: Json) -> bool:
    """Return whether only texts were changed, and values redacted as a whole."""
    match before, after:
        case _, "**REDACTED**":
            return True
        case dict(), dict():
            return same_shape([*before.values()], [*after.values()])
        case list(), list():
            return len(before) == len(after) and all(
                map(same_shape, before, after, strict=True)
            )
        case str(), str():
            return True
    return before is after


@given(ANSWERS)
def test_any_answer(told: Json) -> None:
    """Any response keeps its shape and loses every secret."""
    before = json.dumps(told)
    shown = redacted(told, [OURS])
    assert json.dumps(told) == before
    assert same_shape(told, shown)
    for secret in (OURS, OTHERS):
        assert secret not in json.dumps(shown)
