"""Redaction of secrets in texts, in any encoding."""

import html
import json
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

import pytest

from custom_components.plex_account.plextv import redacted

if TYPE_CHECKING:
    from collections.abc import Callable

GONE = "**REDACTED**"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "https://h.example/a?b=c&X-Plex-Token=s3-_cret&d=e",
            "b=c&X-Plex-Token={}&d=e",
        ),
        ("/photo?url=%2Fa%3FX-Plex-Token%3Ds3cret%26w=1", "X-Plex-Token%3D{}%26w=1"),
        ("x-plex-token=s3cret.", "x-plex-token={}"),
        ('<a href="?X-Plex-Token=s3cret">', '"?X-Plex-Token={}">'),
        ("your oWn-secret is here", "your {} is here"),
        ("oWn-secretoWn-secret", "{0}{0}"),
        ("alice@mail.example", "{}"),
        ("Write to alice.a+b@mail.example.", "to {}."),
        ("ünal@bücher.example and <bob@b.example>", "{0} and <{0}>"),
        ("http://alice:s3cret@nas:8080/", "http://{}@nas:8080/"),
        ("at 192.168.1.20, 203.0.113.7:32400", "at {0}, {0}:32400"),
        ("from 10.0.0.1-10.0.0.9.", "from {0}-{0}."),
        ("[2001:db8::1]:32400, fe80::1%eth0, ::1", "[{0}]:32400, {0}%eth0, {0}"),
        ("host:2001:db8:0:0:0:0:0:1: no", "host:{}: no"),
        (
            "https://192-168-1-20.s3s3s3.plex.direct:32400/a",
            "https://{}:32400/a",
        ),
        ("{&quot;authToken&quot;: &quot;s3cret&quot;}", "&quot;: &quot;{}&quot;}}"),
        ('{"authToken":"s3cret","a":1}', '"authToken":"{}","a":1}}'),
        ('<user authenticationToken="s3cret" id="1"/>', 'Token="{}" id="1"/>'),
        ("the claim is claim-s3cret_s3cret-s3", "is {}"),
        ("transient-s3s3s3s3-s3", "{}"),
        ("a eyJhbGciOiJFZERTQSJ9.eyJzMyI6MX0.s3s3s3-s3 b", "a {} b"),
        ("?pin=s3&userPassword=s3&b=1", "?pin={0}&userPassword={0}&b=1"),
        ("?apikey=s3&api_key=s3&key=s3", "?apikey={0}&api_key={0}&key={0}"),
    ],
)
def test_secrets_in_texts(text: str, shown: str) -> None:
    """A token in a text is redacted, and the rest of the text is kept."""
    result = redacted({"a": [text]}, ["oWn-secret"])
    assert isinstance(result, dict)
    [line] = result["a"] if isinstance(result["a"], list) else []
    assert str(line).endswith(shown.format(GONE))
    assert "s3" not in str(line)


ENCODED = {
    "plain": "https://h.example/?a=b&X-Plex-Token={}&c=d",
    "percent": "/photo?url=%2Fa%3FX-Plex-Token%3D{}%26c%3Dd",
    "double percent": "/photo?url=%252Fa%253FX-Plex-Token%253D{}%2526c%253Dd",
    "lower case": "/photo?url=a%3fx-plex-token%3d{}%26c%3dd",
    "name in percent": "?%58-Plex-%54oken={}&c=d",
    "entities": "&lt;a href=&quot;?X-Plex-Token&#61;{}&amp;c=d&quot;&gt;",
    "named entities": "?X-Plex-Token&equals;{}&amp;c&equals;d",
    "hexadecimal entities": "?X-Plex-Token&#x3D;{}&#x26;c&#x3d;d",
    "JSON": r"{{\"url\":\"http:\/\/h\/?X-Plex-Token\u003d{}\u0026c\u003dd\"}}",
    "percent in entities": "?url=a&#37;3FX-Plex-Token&#37;3D{}&#37;26c",
    "percent in JSON": r"?url=a\u00253FX-Plex-Token\u00253D{}\u002526c",
}


@pytest.mark.parametrize("text", ENCODED.values(), ids=ENCODED)
@pytest.mark.parametrize("name", ["X-Plex-Token", "deviceJWT", "pin", "client_secret"])
def test_in_every_encoding(text: str, name: str) -> None:
    """A parameter is redacted however often its URL was encoded."""
    text = text.replace("X-Plex-Token", name).replace("x-plex-token", name)
    assert redacted(text.format("s3cret"), []) == text.format(GONE)


ENCODINGS: dict[str, Callable[[str], str]] = {
    "none": str,
    "percent": quote_plus,
    "double percent": lambda text: quote_plus(quote_plus(text)),
    "entities": html.escape,
    "numbers": lambda text: "".join(f"&#{ord(char)};" for char in text),
    "JSON": lambda text: "".join(f"\\u{ord(char):04x}" for char in text),
    "all in percent": lambda text: "".join(f"%{ord(char):02X}" for char in text),
    "JSON in JSON": lambda text: json.dumps(json.dumps({"a": text})),
}


@pytest.mark.parametrize("known", ["s3cr/t+=&-value", "s3cret-value"])
@pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS)
def test_known_values_in_every_encoding(
    known: str, encode: Callable[[str], str]
) -> None:
    """Known values are redacted in every encoding."""
    text = f"({encode(known)}x)"
    shown = redacted({text: [text]}, [known])
    assert GONE in str(shown)
    for written in (known, encode(known)):
        assert written not in str(shown)
