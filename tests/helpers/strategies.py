"""Hypothesis strategies for anything that plex.tv might send."""

import json
from typing import Final
from xml.etree.ElementTree import Element, tostring

from hypothesis import settings, strategies as st

from .thorough import THOROUGH

# For tests of parsers, which need no request.
many: Final = settings(max_examples=10_000 if THOROUGH else 100)

# Lone surrogates are legal in JSON, and not in UTF-8.
TEXTS = st.text(st.characters(exclude_categories=()))
ODD_TEXTS = st.sampled_from(
    [
        "",
        "null",
        "true",
        "0",
        "-1",
        "900",
        "1e999",
        "NaN",
        "٣",
        "A1B2",
        "9" * 25,
        "x" * 5000,
        "y" * 100_000,
        "\0\a\b\x1b[31m\x7f\x85",
        "one\r\ntwo\u2028three",
        "\u202egnp.\u2066exe",
        "שלום עולם",
        "\ufeff",
        "Ⅷ²½",
        "\uff11\uff12\uff13\uff14",
        "१२३४",
        "2026-11-23T12:00:00Z",
        "2026-11-23 12:00:00 UTC",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ]
)
NUMBERS = st.integers() | st.floats() | st.sampled_from([0, 1, 2**63, 10**400, -1e300])
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS | ODD_TEXTS
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5)
    ),
    max_leaves=10,
)
# Values of a field; no parser reads deeper levels.
FIELDS = (
    SCALARS
    | st.lists(SCALARS, max_size=2)
    | st.dictionaries(TEXTS, SCALARS, max_size=2)
)


def objects(*names: str) -> st.SearchStrategy[dict[str, object]]:
    """Make objects that have any of these fields, with anything in them."""
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, FIELDS))


def element(name: str, text: str, children: list[Element]) -> Element:
    """Make an XML element with children."""
    made = Element(name)
    made.text = text
    made.extend(children)
    return made


LOCATIONS = objects(
    "code",
    "continent_code",
    "country",
    "city",
    "time_zone",
    "postal_code",
    "subdivisions",
    "coordinates",
    "european_union_member",
    "in_privacy_restricted_country",
    "in_privacy_restricted_region",
)
PINS = st.fixed_dictionaries(
    {
        "id": st.integers(0, 10**20) | FIELDS,
        "code": st.from_regex(r"[0-9A-Z]{4}", fullmatch=True) | FIELDS,
        "expiresIn": st.floats(0, 1e6) | FIELDS,
    },
    optional={
        "location": LOCATIONS | FIELDS,
        **dict.fromkeys(
            (
                "product",
                "trusted",
                "qr",
                "clientIdentifier",
                "createdAt",
                "expiresAt",
                "authToken",
                "newRegistration",
            ),
            FIELDS,
        ),
    },
)
ACCOUNTS = st.fixed_dictionaries(
    {"uuid": st.uuids().map(str) | FIELDS},
    optional={
        "username": FIELDS,
        "title": FIELDS,
        "subscription": objects("active", "plan", "subscribedAt", "features") | FIELDS,
    },
)
CONNECTIONS = st.fixed_dictionaries(
    {
        "uri": st.sampled_from(["http://a", "https://[::1]:1/x/", "HTTP://A:80"])
        | FIELDS
    },
    optional={"local": FIELDS, "relay": FIELDS},
)
ROWS = st.builds(
    lambda row, more: {**more, **row},
    st.fixed_dictionaries(
        {
            "provides": st.just("server"),
            "clientIdentifier": st.sampled_from(["a1b2c3", "d4e5f6"]) | FIELDS,
            "connections": st.lists(CONNECTIONS | FIELDS, max_size=5) | FIELDS,
        }
    ),
    objects("name", "owned", "sourceTitle", "accessToken", "lastSeenAt", "presence"),
)
DEVICES = objects(
    "id",
    "clientIdentifier",
    "name",
    "product",
    "platform",
    "productVersion",
    "version",
    "createdAt",
    "lastSeenAt",
    "token",
    "publicAddress",
    "connections",
    "devices",
)
ERRORS = st.fixed_dictionaries(
    {}, optional={"errors": st.lists(objects("code", "message")) | JSON, "error": JSON}
)
STATUSES = st.integers(200, 599)
BODIES = (
    st.binary()
    | TEXTS.map(lambda text: text.encode(errors="surrogatepass"))
    | (JSON | PINS | ACCOUNTS | ERRORS).map(lambda value: json.dumps(value).encode())
    | TEXTS.map(
        lambda text: f"<errors><error>{text}</error></errors>".encode(errors="replace")
    )
)
# Characters that are valid in XML names.
WORDS = st.text("aZ_", min_size=1, max_size=3)
ELEMENTS = st.recursive(
    st.builds(Element, WORDS, st.dictionaries(WORDS, st.text("ü<&\"' \n"), max_size=3)),
    lambda inner: st.builds(element, WORDS, st.text("ü<&> ]"), st.lists(inner)),
    max_leaves=8,
)
CALL_BODIES = BODIES | ELEMENTS.map(lambda root: tostring(root, "utf-8"))
PATHS = (
    st.text(st.sampled_from("/.\\?#%:@a2eF \n\u00a0\ud83dü"), max_size=12)
    | TEXTS
    | st.sampled_from(["/", "//", "/../", "/./", "/%2e%2e/", "/:"])
).map(lambda text: text if text[:1] == "/" else f"/{text}")
