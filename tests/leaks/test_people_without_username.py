"""The e-mail address of a person without a username, whom Plex names by it."""

from typing import TYPE_CHECKING, Final

import pytest

from simulator import Fault
from tests.helpers.actions import act
from tests.helpers.home_users import HomeUsers
from tests.helpers.servers import NEXT_LIST

if TYPE_CHECKING:
    from .account_lifecycle import AccountLifecycle

ERIN: Final = "erin@mail.example"
COLLECTED: Final = (
    ("devices", '"model_id": "erin"'),
    ("flows", '"erin"'),
    ("log of custom_components.plex_account", "Error fetching Plex account erin"),
    ("response of get_servers", '"owner": "erin"'),
    ("states", "erin Signed in"),
    ("storage", '"title": "erin"'),
)


@pytest.mark.allowed_logs("Error fetching Plex account")
async def test_their_address_is_shown_nowhere(lifecycle: AccountLifecycle) -> None:
    """The address of an account, a Home user or a server's owner is never shown."""
    instance, plex_tv, output = lifecycle.instance, lifecycle.plex_tv, lifecycle.output
    plex_tv.add_person(ERIN)
    loft = plex_tv.add_server(ERIN, name="Loft")
    person = plex_tv.people["alice"]
    loft.data.guests["alice"] = "the token of alice for the loft"
    person.servers.append("Loft")
    person.home.append(ERIN)

    alice = await lifecycle.link("alice", "code")
    users = HomeUsers(instance, plex_tv, alice)
    output.record("flows", users.offered(await users.open()))
    await users.choose(ERIN)
    answer = await instance.in_time(act(lifecycle.hass, "get_servers", {}))
    output.record("response of get_servers", answer)
    await lifecycle.look_around(alice)

    erin = await lifecycle.link(ERIN, "browser")
    plex_tv.misbehave("*", "*", Fault.html(502), times=None)
    await instance.pass_time(NEXT_LIST)
    plex_tv.behave()
    await instance.pass_time(NEXT_LIST)
    await lifecycle.look_around(erin)
    await instance.pass_time(60)
    output.record("storage", lifecycle.storage)

    assert output.find({ERIN}) == {}
    # Proves that the person was shown.
    assert users.device("erin")
    assert erin.title == "erin"
    for where, part in COLLECTED:
        assert output.contains(where, part), where
