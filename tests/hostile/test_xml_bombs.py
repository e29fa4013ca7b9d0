"""XML and JSON that expand in memory: by entities, namespaces or number."""

from collections.abc import Callable
import json
import tracemalloc
from typing import Final

import pytest

from custom_components.plex_account.plextv import (
    PlexTvResponseError,
    RawResponse,
    readers,
)
from custom_components.plex_account.plextv.errors import error_from_response
from custom_components.plex_account.plextv.reach import (
    MAX_IDENTITY_BYTES,
    machine_identifier,
)
from tests.helpers.responses import answered

MIB: Final = 1024 * 1024
# The size limit of an action's response.
LARGEST: Final = 5 * MIB

type Bomb = Callable[[int], bytes]


def _filled(start: str, piece: str, end: str, size: int) -> bytes:
    """Return a document of about this size, full of numbered pieces."""
    pieces: list[str] = []
    left = size - len(start) - len(end)
    while left > 0:
        pieces.append(piece.format(len(pieces)))
        left -= len(pieces[-1])
    return "".join((start, *pieces, end)).encode()


def _long_namespace(size: int) -> bytes:
    """Return elements with a long namespace; their memory once grew quadratically."""
    start = f'<M xmlns:p="{"u" * (size // 2)}">'
    return _filled(start, "<p:b{0}/>", "</M>", size)


BOMBS: Final[dict[str, Bomb]] = {
    "long namespace": _long_namespace,
    "default namespace": lambda size: _filled(
        f'<M xmlns="{"u" * (size // 2)}">', "<b{0}/>", "</M>", size
    ),
    "prefixed attributes": lambda size: _filled(
        f'<M xmlns:p="{"u" * (size // 2)}" ', 'p:b{0}="" ', "/>", size
    ),
    "many namespaces": lambda size: _filled("<M>", '<a xmlns="{0}"/>', "</M>", size),
    "entities": lambda size: _filled(
        '<!DOCTYPE M [<!ENTITY a "aaaaaaaaaaaaaaaa">]><M>', "&a;", "</M>", size
    ),
    "nested entities": lambda _: (
        "<!DOCTYPE M ["
        '<!ENTITY a0 "ha">'
        + "".join(
            f'<!ENTITY a{level + 1} "{f"&a{level};" * 10}">' for level in range(12)
        )
        + "]><M>&a12;</M>"
    ).encode(),
    "instructions": lambda size: _filled("<M>", "<?a b{0}?>", "</M>", size),
    "depth": lambda size: b"<a>" * (size // 7) + b"</a>" * (size // 7),
    "elements": lambda size: _filled("<M>", "<a/>", "</M>", size),
    "elements with an attribute": lambda size: _filled(
        "<M>", '<a b=""/>', "</M>", size
    ),
    "attributes": lambda size: _filled("<M ", 'a{0}="" ', "/>", size),
    "attributes and elements": lambda size: _filled(
        "<M>", f"<a {' '.join(f'b{n}=""' for n in range(50))}/>", "</M>", size
    ),
    "one name": lambda size: b"<" + b"a" * size + b"/>",
    "one text": lambda size: b"<M>" + b"a" * size + b"</M>",
    "lists": lambda size: b"[" + b"[]," * (size // 3) + b"[]]",
    "objects": lambda size: b"[" + b'{"a":1},' * (size // 8) + b"1]",
    "numbers": lambda size: b"[" + b"1," * (size // 2) + b"1]",
    # Just below the limits, and so the most expensive documents that are parsed.
    "elements as allowed": lambda size: _filled(
        "<M>", f'<a b="{"c" * 30}">{"d" * 12}</a>', "</M>", size
    ),
    "attributes as allowed": lambda size: _filled(
        "<M>", f"<a {' '.join(f'b{n}="xxxxx"' for n in range(50))}/>", "</M>", size
    ),
    "objects as allowed": lambda size: (
        b"[" + b'{"a":1 %s},' % (b" " * 15) * (size // 24) + b"1]"
    ),
    "names": lambda size: _filled("{", '"{0}":1,', '"a":1}', size),
}
# A document with names as Plex uses them, which must be parsed.
HARMLESS: Final = _filled(
    '<?xml version="1.0" encoding="UTF-8"?><MediaContainer size="1">',
    '<Video key="/library/metadata/{0}" title="&lt;&#x41;&amp;">'
    'a<Genre tag="b"/></Video>',
    "<!-- end --></MediaContainer>",
    MIB,
)


def peak(work: Callable[[], object]) -> int:
    """Return the most memory that work takes, in bytes."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def read(body: bytes) -> RawResponse | None:
    """Parse a body as the response to an action."""
    try:
        return RawResponse.from_response(answered(body))
    except PlexTvResponseError:
        return None


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_an_answer_takes_little_memory(bomb: Bomb) -> None:
    """The largest response takes less than 100 MiB of memory."""
    body = bomb(LARGEST)
    assert peak(lambda: read(body)) < 100 * MIB


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_smaller_answer_takes_less(bomb: Bomb) -> None:
    """Memory grows with the size of the response: 64 KiB once took 213 MiB."""
    body = bomb(64 * 1024)
    assert peak(lambda: read(body)) < 4 * MIB


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_an_identity_takes_next_to_nothing(bomb: Bomb) -> None:
    """A response to `/identity` takes little memory, because many servers send it."""
    body = bomb(MAX_IDENTITY_BYTES)
    assert peak(lambda: machine_identifier(body)) < MIB


@pytest.mark.parametrize(
    "name",
    [
        "long namespace",
        "default namespace",
        "prefixed attributes",
        "many namespaces",
        "entities",
        "nested entities",
        "instructions",
        "depth",
    ],
)
def test_what_grows_is_refused(name: str) -> None:
    """XML that can expand is refused at any size; Plex does not use it."""
    assert readers.xml_root(BOMBS[name](4096)) is None


def test_what_plex_sends_is_read() -> None:
    """XML with thousands of elements, character references and comments is parsed."""
    root = readers.xml_root(HARMLESS)
    assert root is not None
    assert len(root) > 10_000
    assert root[0].attrib == {"key": "/library/metadata/0", "title": "<A&"}


@pytest.mark.parametrize("encoding", ["cp037", "cp500", "utf-16", "utf-7"])
def test_no_encoding_hides_a_document_type(encoding: str) -> None:
    """A document type is found in encodings in which its bytes are different."""
    declaration = f'<?xml version="1.0" encoding="{encoding}"?>'
    rest = '<!DOCTYPE M [<!ENTITY a "ha">]><M>&a;</M>'
    for body in (
        declaration.encode() + rest.encode(encoding),
        (declaration + rest).encode(encoding),
    ):
        assert readers.xml_root(body) is None


@pytest.mark.parametrize(
    "shape", ['{{"error": "{0}"}}', "<errors><error>{0}</error></errors>"]
)
def test_the_body_of_an_error_is_small(shape: str) -> None:
    """The body of an error with more than 16 KiB is not parsed."""

    def error(length: int) -> str:
        """Return the text of the error for a response of this length."""
        body = shape.format("No. " * (length // 4)).encode()
        return str(
            error_from_response(
                "plex.tv answered 400",
                status=400,
                headers={},
                body=body,
                of_account=False,
                quoted=True,
                secrets=(),
            )
        )

    assert error(1000).startswith("plex.tv answered 400: No. No.")
    assert error(16 * 1024) == "plex.tv answered 400"
    assert json.dumps(error(1000))
