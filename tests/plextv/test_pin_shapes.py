"""New PINs of plex.tv, in every shape in which it has sent them."""

from typing import TYPE_CHECKING, Any

import pytest

from .samples import CLIENT, IDENTITY

if TYPE_CHECKING:
    from custom_components.plex_account.plextv import PlexTvClient
    from simulator import Simulator


@pytest.mark.parametrize(("strong", "lifetime"), [(False, 900), (True, 1800)])
async def test_a_new_pin(
    plex_tv: Simulator, client: PlexTvClient, *, strong: bool, lifetime: int
) -> None:
    """A new PIN, strong or not, has plex.tv's values and no token."""
    pin = await client.create_pin(strong=strong)
    [made] = plex_tv.pins
    assert (pin.id, pin.code) == (made.id, made.code)
    assert pin.lifetime == lifetime
    assert pin.created_at == made.created_at
    assert pin.expires_at == made.expires_at
    assert pin.client_identifier == CLIENT
    assert pin.product == IDENTITY.product
    assert pin.qr == str(plex_tv.url / "api/v2/pins/qr" / made.code)
    assert pin.location is not None
    assert pin.trusted is False
    assert pin.token is None
    assert pin.new_registration is None


@pytest.mark.parametrize("status", [200, 201, 203])
async def test_any_success_is_one(
    plex_tv: Simulator, client: PlexTvClient, status: int
) -> None:
    """Any success status is accepted: the documents and plex.tv differ."""
    plex_tv.quirks.created_status = status
    assert (await client.create_pin()).code == plex_tv.pins[-1].code


@pytest.mark.parametrize(
    ("quirks", "expected"),
    [
        ({"string_id": True}, {}),
        ({"qr_absent": True}, {"qr": None}),
        ({"location": "absent"}, {"location": None}),
        ({"location": "null"}, {"location": None}),
        ({"expires_in_absent": True}, {"lifetime": 900.0}),
        ({"fractional_seconds": True}, {}),
        ({"string_booleans": True}, {"trusted": False}),
        ({"null_text_token": True}, {"token": None}),
        ({"unknown_fields": True}, {}),
    ],
    ids=str,
)
async def test_odd_shapes(
    plex_tv: Simulator,
    client: PlexTvClient,
    quirks: dict[str, Any],
    expected: dict[str, Any],
) -> None:
    """All shapes of a PIN that plex.tv has used are parsed."""
    for name, value in quirks.items():
        setattr(plex_tv.quirks, name, value)
    pin = await client.create_pin()
    [made] = plex_tv.pins
    assert (pin.id, pin.code, pin.lifetime) == (made.id, made.code, 900.0)
    assert (pin.created_at, pin.expires_at) == (made.created_at, made.expires_at)
    for name, value in expected.items():
        assert getattr(pin, name) == value
    assert await client.get_pin_token(pin) is None
    plex_tv.approve(pin.code, "bob")
    assert await client.get_pin_token(pin) == plex_tv.pins[-1].token


async def test_odd_locations(plex_tv: Simulator, client: PlexTvClient) -> None:
    """An invalid location does not make the PIN unreadable."""
    plex_tv.quirks.numeric_postal_code = True
    plex_tv.quirks.unknown_location_flags = True
    location = (await client.create_pin()).location
    assert location is not None
    assert location.european_union_member is None
    assert location.in_privacy_restricted_country is None
    assert location.in_privacy_restricted_region is False
