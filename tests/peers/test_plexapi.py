"""The most used client of plex.tv and of media servers, which reads XML."""

from typing import TYPE_CHECKING, Any

import pytest

from simulator import Stream

if TYPE_CHECKING:
    from simulator import ServerControl, Simulator

    from .conftest import InThread

REASON = "PlexAPI is not installed (dependency group peers)"
myplex = pytest.importorskip("plexapi.myplex", reason=REASON)
server = pytest.importorskip("plexapi.server", reason=REASON)
exceptions = pytest.importorskip("plexapi.exceptions", reason=REASON)

HEADERS = {"X-Plex-Client-Identifier": "peer", "X-Plex-Product": "Peer"}


pytestmark = pytest.mark.usefixtures("plexapi_asks_here")


async def test_signs_in_with_a_short_code(
    plex_tv: Simulator, in_thread: InThread
) -> None:
    """PlexAPI gets a short code, waits, and gets the token."""
    login = myplex.MyPlexPinLogin(headers=HEADERS)
    code = await in_thread(lambda: login.pin)
    assert code == plex_tv.pins[-1].code
    assert len(code) == 4
    assert not await in_thread(login.checkLogin)
    assert not login.expired

    plex_tv.approve(code, "alice")

    assert await in_thread(login.checkLogin)
    assert plex_tv.token_is_valid(login.token)
    account = await in_thread(lambda: myplex.MyPlexAccount(token=login.token))
    assert account.uuid == plex_tv.people["alice"].uuid


async def test_signs_in_with_a_strong_code(
    plex_tv: Simulator, in_thread: InThread
) -> None:
    """PlexAPI gets a strong code, and the token."""
    login = myplex.MyPlexPinLogin(headers=HEADERS, oauth=True)
    address = await in_thread(login.oauthUrl)
    pin = plex_tv.pins[-1]
    assert pin.strong
    assert pin.code in address
    plex_tv.approve(pin.code, "bob")
    assert await in_thread(login.checkLogin)


async def test_sees_a_code_expire(plex_tv: Simulator, in_thread: InThread) -> None:
    """PlexAPI gives up on a code that has expired."""
    login = myplex.MyPlexPinLogin(headers=HEADERS)
    plex_tv.expire(await in_thread(lambda: login.pin))
    assert not await in_thread(login.checkLogin)
    assert login.expired


@pytest.mark.parametrize("person", ["alice", "bob", "casey"])
async def test_reads_every_account(
    plex_tv: Simulator, in_thread: InThread, person: str
) -> None:
    """PlexAPI reads a Plex Pass, a free and a managed account."""
    token = plex_tv.sign_in(person, client_identifier="peer")
    account = await in_thread(lambda: myplex.MyPlexAccount(token=token))
    expected = plex_tv.people[person]
    assert account.id == expected.id
    assert account.username == expected.username
    assert account.authToken == token
    assert account.subscriptionActive is (expected.plex_pass is not None)
    assert ("pass" in account.subscriptionFeatures) is account.subscriptionActive
    assert account.roles == (["plexpass"] if expected.plex_pass else [])
    if expected.plex_pass:
        assert account.subscriptionSubscribedAt.year == expected.plex_pass.since.year


async def test_refuses_a_dead_token(plex_tv: Simulator, in_thread: InThread) -> None:
    """PlexAPI distinguishes an invalid token from every other failure."""
    token = plex_tv.sign_in("alice", client_identifier="peer")
    plex_tv.revoke(token)
    with pytest.raises(exceptions.Unauthorized):
        await in_thread(lambda: myplex.MyPlexAccount(token=token))


async def test_lists_resources(
    plex_tv: Simulator,
    alice: Any,  # noqa: ANN401 - PlexAPI has no types
    in_thread: InThread,
) -> None:
    """PlexAPI lists owned and shared servers and the player without a token."""
    resources = {r.name: r for r in await in_thread(alice.resources)}
    assert set(resources) == {"Attic", "Cabin", "Bob's Basement", "Living Room TV"}
    attic, basement = resources["Attic"], resources["Bob's Basement"]
    assert attic.owned
    assert attic.accessToken == alice.authToken
    assert len(attic.clientIdentifier) == 40
    assert {connection.relay for connection in attic.connections} == {True, False}
    assert not basement.owned
    assert basement.sourceTitle == plex_tv.people["bob"].title
    assert basement.accessToken not in {"", attic.accessToken}
    assert resources["Cabin"].presence is False
    assert not resources["Living Room TV"].accessToken
    assert "server" not in resources["Living Room TV"].provides


async def test_ping_devices_friends_and_sign_out(
    plex_tv: Simulator,
    alice: Any,  # noqa: ANN401 - PlexAPI has no types
    in_thread: InThread,
) -> None:
    """PlexAPI pings, lists devices and friends, approves a code and signs out."""
    assert await in_thread(alice.ping)
    devices = await in_thread(alice.devices)
    assert {"Firefox", "Attic"} <= {device.name for device in devices}
    friends = await in_thread(alice.users)
    assert [friend.title for friend in friends] == ["Casey"]
    assert [share.name for share in friends[0].servers] == ["Attic"]

    login = myplex.MyPlexPinLogin(headers=HEADERS | {"X-Plex-Client-Identifier": "tv"})
    await in_thread(alice.link, await in_thread(lambda: login.pin))
    assert await in_thread(login.checkLogin)

    await in_thread(alice.signout)
    assert not plex_tv.token_is_valid(alice.authToken)
    assert plex_tv.token_is_valid(login.token)


async def test_signs_a_device_out(
    plex_tv: Simulator,
    alice: Any,  # noqa: ANN401 - PlexAPI has no types
    in_thread: InThread,
) -> None:
    """PlexAPI reads a row under Authorized Devices, and removes it."""
    device = plex_tv.sign_in_device("alice", name="Shield")
    [shield] = [d for d in await in_thread(alice.devices) if d.name == "Shield"]
    assert int(shield.id) == device.id
    assert shield.clientIdentifier == device.client_identifier
    assert (shield.product, shield.platform) == ("Plex for Android (TV)", "Android")
    assert shield.createdAt is not None
    await in_thread(shield.delete)
    assert not plex_tv.token_is_valid(device.token)
    assert "Shield" not in {d.name for d in await in_thread(alice.devices)}
    assert plex_tv.token_is_valid(alice.authToken)


@pytest.fixture
def attic(attic: ServerControl) -> ServerControl:
    """Provide a server without silent addresses: PlexAPI would wait for each."""
    attic.places = tuple(place for place in attic.places if place.answers)
    return attic


# PlexAPI logs this for every address that does not respond.
@pytest.mark.allowed_logs("Connection refused")
async def test_connects_to_a_media_server(
    attic: ServerControl,
    alice: Any,  # noqa: ANN401 - PlexAPI has no types
    in_thread: InThread,
) -> None:
    """PlexAPI finds the addresses that respond beside a dead one, and the libraries."""
    await attic.stop("local")
    resource = await in_thread(alice.resource, "Attic")
    connected = await in_thread(resource.connect)
    assert connected.friendlyName == "Attic"
    assert connected.machineIdentifier == attic.machine_identifier
    library = await in_thread(lambda: connected.library)
    sections = await in_thread(library.sections)
    assert [section.title for section in sections] == ["Films", "Series"]
    assert await in_thread(sections[0].totalViewSize) == 3
    films = await in_thread(sections[0].all)
    assert "The Attic Window" in {film.title for film in films}
    assert await in_thread(connected.sessions) == []


async def test_sees_who_watches(
    plex_tv: Simulator,
    attic: ServerControl,
    alice: Any,  # noqa: ANN401 - PlexAPI has no types
    in_thread: InThread,
) -> None:
    """PlexAPI reads what is played, by whom, and on what."""
    casey = plex_tv.people["casey"]
    attic.data.streams += [
        Stream(id="1", person=plex_tv.people["alice"], title="Basement"),
        Stream(id="2", person=casey, title="The Attic Window", local=False),
    ]
    resource = await in_thread(alice.resource, "Attic")
    connected = await in_thread(resource.connect)
    own, other = await in_thread(connected.sessions)
    assert (own.title, own.usernames) == ("Basement", ["alice_attic"])
    assert await in_thread(lambda: own.user) is not None
    assert (other.title, other.usernames) == ("The Attic Window", ["Casey"])
    assert (await in_thread(lambda: other.user)).id == casey.id
    assert other.player.state == "playing"
    assert other.session.location == "wan"


async def test_sets_webhooks(
    plex_tv: Simulator,
    alice: Any,  # noqa: ANN401 - PlexAPI has no types
    in_thread: InThread,
) -> None:
    """PlexAPI adds webhooks, and removes them, down to the last one."""
    assert await in_thread(alice.webhooks) == []
    for number in (1, 2):
        await in_thread(alice.addWebhook, f"http://192.168.240.1/{number}")
    assert plex_tv.people["alice"].webhooks == [
        "http://192.168.240.1/1",
        "http://192.168.240.1/2",
    ]
    assert await in_thread(alice.webhooks) == plex_tv.people["alice"].webhooks
    for number in (1, 2):
        await in_thread(alice.deleteWebhook, f"http://192.168.240.1/{number}")
    assert await in_thread(alice.webhooks) == []


async def test_is_kept_out_of_a_media_server(
    plex_tv: Simulator, in_thread: InThread
) -> None:
    """PlexAPI reports that another person's token is refused."""
    token = plex_tv.sign_in("bob", client_identifier="peer")
    place = next(p for p in plex_tv.servers["Attic"].data.listed_places if p.answers)
    address = f"http://{place.address}:{place.port}"
    with pytest.raises(exceptions.Unauthorized):
        await in_thread(lambda: server.PlexServer(address, token))


async def test_switches_to_a_home_user(
    plex_tv: Simulator,
    alice: Any,  # noqa: ANN401 - PlexAPI has no types
    in_thread: InThread,
) -> None:
    """PlexAPI signs users of the Plex Home in, with a PIN where there is one."""
    plex_tv.add_home_user("dana", pin="4711")
    friends = {friend.title: friend for friend in await in_thread(alice.users)}
    assert {"Casey", "Dana"} <= set(friends)
    assert friends["Dana"].home
    casey = await in_thread(alice.switchHomeUser, "Casey")
    assert casey.uuid == plex_tv.people["casey"].uuid
    assert casey.authToken != alice.authToken
    dana = await in_thread(alice.switchHomeUser, friends["Dana"], "4711")
    assert dana.uuid == plex_tv.people["dana"].uuid
    [attic] = await in_thread(dana.resources)
    assert attic.accessToken not in {dana.authToken, alice.authToken}
    for pin in (None, "0815"):
        with pytest.raises(exceptions.BadRequest, match="403"):
            await in_thread(alice.switchHomeUser, friends["Dana"], pin)
