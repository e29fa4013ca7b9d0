"""URLs that a person opens."""

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from aiohttp import ClientSession
import pytest
from yarl import URL

from custom_components.plex_account.plextv import PlexTvClient, PlexTvHosts

from .samples import CLIENT, IDENTITY, SOME_PIN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from custom_components.plex_account.plextv import ClientIdentity

STRONG = replace(SOME_PIN, code="abc123def456ghi789jkl012m", lifetime=1800.0)


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[ClientSession]:
    """Provide a session that sends nothing."""
    async with ClientSession() as session:
        yield session


def client_of(
    session: ClientSession,
    identity: ClientIdentity = IDENTITY,
    hosts: PlexTvHosts | None = None,
) -> PlexTvClient:
    """Return a client, of the real plex.tv by default."""
    return PlexTvClient(session, identity, hosts=hosts)


async def test_the_link_page(session: ClientSession) -> None:
    """The URL fills a short code in at the link page."""
    address = client_of(session).link_url(SOME_PIN)
    assert address == "https://plex.tv/link/?pin=Q7ZX"


async def test_the_sign_in_page(session: ClientSession) -> None:
    """A strong code is in the URL's fragment, with the client and nothing else."""
    url = urlsplit(client_of(session).auth_url(STRONG))
    assert (url.scheme, url.netloc, url.path) == ("https", "app.plex.tv", "/auth")
    assert not url.query
    assert url.fragment.startswith("?")
    assert parse_qs(url.fragment[1:], strict_parsing=True) == {
        "clientID": [CLIENT],
        "code": [STRONG.code],
        "context[device][product]": [IDENTITY.product],
        "context[device][version]": [IDENTITY.version],
        "context[device][platform]": [IDENTITY.platform],
        "context[device][platformVersion]": [IDENTITY.platform_version],
        "context[device][device]": [IDENTITY.device],
        "context[device][deviceName]": [IDENTITY.device_name],
        "context[device][model]": [IDENTITY.model],
    }


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("für Gäste & Kinder?#=%+", "für Gäste & Kinder?#=%+"),
        ("家 🏠", "家 🏠"),
        ("half \ud83d of a smile", "half ? of a smile"),
    ],
    ids=["signs", "scripts", "half"],
)
async def test_whatever_a_person_typed_fits_the_address(
    session: ClientSession, typed: str, read: str
) -> None:
    """Any device name gives a valid ASCII URL."""
    device = replace(IDENTITY, device_name=typed)
    address = client_of(session, device).auth_url(STRONG)
    assert address.isascii()
    assert " " not in address
    query = parse_qs(urlsplit(address).fragment[1:], strict_parsing=True)
    assert query["context[device][deviceName]"] == [read]
    assert len(query) == 9


async def test_the_pages_can_stand_elsewhere(session: ClientSession) -> None:
    """The hosts of the pages can be configured."""
    hosts = PlexTvHosts(
        api=URL("http://127.0.0.1:1"),
        link=URL("http://127.0.0.1:1/link"),
        auth=URL("http://127.0.0.1:1/auth"),
    )
    client = client_of(session, hosts=hosts).with_token("token")
    assert client.link_url(SOME_PIN) == "http://127.0.0.1:1/link?pin=Q7ZX"
    assert client.auth_url(STRONG).startswith("http://127.0.0.1:1/auth#?clientID=")


@pytest.mark.parametrize(
    ("qr", "offered"),
    [
        ("https://plex.tv/api/v2/pins/qr/Q7ZX", "https://plex.tv/api/v2/pins/qr/Q7ZX"),
        ("HTTPS://PLEX.TV/qr?a=b#c", "https://plex.tv/qr?a=b#c"),
        (None, None),
        ("", None),
        ("qr/Q7ZX", None),
        ("/api/v2/pins/qr/Q7ZX", None),
        ("//plex.tv/qr", None),
        ("plex.tv/qr", None),
        ("http://plex.tv/qr", None),
        ("https://plex.tv:8443/qr", None),
        ("https://plex.tv.example.com/qr", None),
        ("https://example.com/plex.tv", None),
        ("https://plex.tv@example.com/qr", None),
        ("https://example.com\\@plex.tv/qr", None),
        ("https://somebody@plex.tv/qr", None),
        ("https://somebody:else@plex.tv/qr", None),
        ("https://app.plex.tv/qr", None),
        ("javascript:alert(1)//plex.tv", None),
        ("data:image/png;base64,AAAA", None),
        ("file:///etc/passwd", None),
        ("https://", None),
        ("https://plex.tv:port/", None),
        ("https://plex.tv:99999/", None),
        ("https://[::1", None),
        ("not an address", None),
        ("https://pl\ud83dex.tv/", None),
    ],
)
async def test_only_plex_tv_draws(
    session: ClientSession, qr: str | None, offered: str | None
) -> None:
    """Plex's QR code is offered only from plex.tv's own host."""
    pin = replace(SOME_PIN, qr=qr)
    assert client_of(session).hosted_qr_url(pin) == offered
