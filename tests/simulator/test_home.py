"""The simulated Plex Home."""

from typing import TYPE_CHECKING

import pytest

from simulator import SimulatorError
from tests.helpers.routes import HOME_USERS, RESOURCES
from tests.simulator import CLIENT, HEADERS, error, get, with_token

if TYPE_CHECKING:
    from aiohttp import ClientSession

    from simulator import Simulator


async def test_a_new_user(plex_tv: Simulator, http: ClientSession, token: str) -> None:
    """A user joins the Home, and leaves it; the token is revoked or not."""
    dana = plex_tv.add_home_user("dana", pin="4711", managed=False)
    assert dana.username.startswith("dana_")
    assert not dana.managed
    token_of_dana = plex_tv.sign_in("dana", client_identifier=CLIENT)
    assert [row["name"] for row in await get(http, RESOURCES, token_of_dana)] == [
        "Attic"
    ]
    home = await get(http, HOME_USERS, token_of_dana)
    assert [(u["title"], u["protected"], u["admin"]) for u in home["users"]] == [
        ("alice_attic", True, True),
        ("Casey", False, False),
        ("Dana", True, False),
    ]
    with pytest.raises(SimulatorError):
        plex_tv.add_home_user("dana")
    plex_tv.remove_home_user("dana", keeps_tokens=True)
    assert plex_tv.token_is_valid(token_of_dana)
    assert len((await get(http, HOME_USERS, token))["users"]) == 2


async def test_a_new_home(plex_tv: Simulator, http: ClientSession) -> None:
    """A person's first user creates a Home; a managed user gets an empty list."""
    plex_tv.add_home_user("kid", admin="bob", servers=(), discover=False)
    token = plex_tv.sign_in("bob", client_identifier=CLIENT)
    assert [u["title"] for u in (await get(http, HOME_USERS, token))["users"]] == [
        "bob_basement",
        "Kid",
    ]
    token = plex_tv.sign_in("kid", client_identifier=CLIENT)
    assert (await get(http, HOME_USERS, token))["users"] == []
    assert "kid" in plex_tv.discover.refused


async def test_tokens_of_servers_come_late(
    plex_tv: Simulator, http: ClientSession, token: str
) -> None:
    """If switched on, the first list of servers after a sign-in has no tokens."""
    plex_tv.home.tokens_of_servers_late = True
    uuid = plex_tv.people["casey"].uuid
    switch = f"/api/v2/home/users/{uuid}/switch"
    async with http.post(switch, headers=with_token(token)) as response:
        assert response.status == 201
        switched = (await response.json())["authToken"]
    assert [row["accessToken"] for row in await get(http, RESOURCES, switched)] == [
        None
    ]
    assert [row["accessToken"] for row in await get(http, RESOURCES, switched)] != [
        None
    ]


async def test_refusals(plex_tv: Simulator, http: ClientSession, token: str) -> None:
    """Unknown users get 404, and a missing PIN has plex.tv's error."""
    dana = plex_tv.add_home_user("dana", pin="4711")
    for who, status, expected in (
        (dana.uuid, 403, "A valid PIN is required to perform this action"),
        (str(dana.id), 404, "User not found"),
    ):
        switch = f"/api/v2/home/users/{who}/switch"
        async with http.post(switch, headers=with_token(token)) as response:
            assert response.status == status
            code = 1041 if status == 403 else 1002
            assert await response.json() == error(code, expected, status)
    async with http.post("/api/home/users/7/switch", headers=HEADERS) as response:
        assert response.status == 401
