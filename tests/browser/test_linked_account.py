"""A person manages a linked account: its devices, and signing in again."""

from typing import TYPE_CHECKING, Final

from playwright.async_api import expect
import pytest

if TYPE_CHECKING:
    from demo.home import Home
    from simulator import Simulator

    from .conftest import OpenBrowser
    from .person import Person

pytestmark = pytest.mark.asyncio(loop_scope="session")

ACCOUNT: Final = "alice_attic"
OTHER_ACCOUNT: Final = "bob_basement"
# The text at the end of every reauthentication and reconfiguration.
LINKED_AGAIN: Final = "Your Plex account is linked again."
ACCOUNT_PAGE: Final = {
    "Plex Pass": "Active",
    "Servers reachable": "3",
    "Watchlist": "4",
    "Watchlist availability": "Unknown",
    "Releases": "Off",
    "Plex Pass plan": "Lifetime",
    "Plex Pass since": r"\d+ years ago",
    "Signed in": "Yes",
}
ATTIC_PAGE: Final = {
    "Reachable": "Reachable",
    "Route": "Local",
    "Library": "Unknown",
    # The last event of an earlier test is restored.
    "Playback": "Unknown|.+ (?:Started|Stopped)",
    "Streams": "0",
}
NOW: Final = r"(?:\d+ seconds? ago|now)"


async def test_devices(
    open_browser: OpenBrowser, home: Home, plex_tv: Simulator
) -> None:
    """The pages of account and server link to each other and show changes."""
    person = await open_browser()
    await link_account(person)
    pages = person.account
    await pages.open_device(ACCOUNT)
    await pages.see_entities(ACCOUNT_PAGE)

    await pages.open_connected_device("Attic")
    await expect(pages.about_device).to_contain_text(f"Connected via {ACCOUNT}")
    await expect(pages.about_device).to_contain_text(
        plex_tv.servers["Attic"].data.version
    )
    await pages.see_entities(ATTIC_PAGE)

    await plex_tv.servers["Attic"].stop()
    try:
        await update(home, "binary_sensor.attic_reachable")
        await pages.see_entities(
            {
                **ATTIC_PAGE,
                "Reachable": "Unreachable",
                "Route": "Unreachable",
                "Streams": "Unavailable",
            }
        )
        await pages.about_device.get_by_role("link", name=ACCOUNT).click()
        await pages.see_device(ACCOUNT)
        await pages.see_entities({**ACCOUNT_PAGE, "Servers reachable": "2"})
    finally:
        await plex_tv.servers["Attic"].start()


async def test_a_film(open_browser: OpenBrowser, plex_tv: Simulator) -> None:
    """A film that is started on the simulator's page is shown on the server's page."""
    person = await open_browser()
    await link_account(person)
    pages = person.account
    await pages.open_device(ACCOUNT)
    await pages.open_connected_device("Attic")
    await pages.see_entities(ATTIC_PAGE)
    player = await person.context.new_page()
    await player.goto(str(plex_tv.url))
    films = player.get_by_role("region", name="Films")
    viewer = films.get_by_label("Who plays it, and where")
    await viewer.select_option(label="Casey at Attic")
    await films.get_by_role("button", name="Start").click()
    started = f"{NOW} Started"
    await pages.see_entities({**ATTIC_PAGE, "Playback": started, "Streams": "1"})
    await films.get_by_role("button", name="Stop").click()
    await expect(films).to_contain_text("Nothing is played.")
    await pages.see_entities({**ATTIC_PAGE, "Playback": f"{NOW} Stopped"})
    await player.close()


async def test_sign_in_again(
    open_browser: OpenBrowser, home: Home, plex_tv: Simulator
) -> None:
    """After a rejected sign-in, linking again with a code restores everything."""
    person = await open_browser()
    await link_account(person)
    client_identifier = plex_tv.pins[-1].client_identifier
    entities = await names_of_entities(home)
    await lose_sign_in(person, plex_tv)

    pages = person.account
    await pages.answer_request(ACCOUNT)
    await expect(person.text).to_contain_text(
        f"no longer accepts the sign-in of {ACCOUNT}"
    )
    await person.choose()
    await person.approve_code(await person.read_code())
    await expect(pages.outcome).to_contain_text(LINKED_AGAIN)
    await pages.close_outcome()

    assert plex_tv.pins[-1].client_identifier == client_identifier
    assert await person.accounts() == [ACCOUNT]
    assert await names_of_entities(home) == entities
    assert await person.dialogues() == 0
    await pages.open_device(ACCOUNT)
    await pages.see_entities(ACCOUNT_PAGE)


async def test_sign_in_as_another(
    open_browser: OpenBrowser, plex_tv: Simulator
) -> None:
    """A sign-in with another account shows an error, and can be tried again."""
    person = await open_browser()
    await link_account(person)
    await lose_sign_in(person, plex_tv)

    pages = person.account
    await pages.answer_request(ACCOUNT)
    await person.choose()
    await person.approve_code(await person.read_code(), "bob")
    await expect(person.text).to_contain_text(
        f"You signed in to Plex as {OTHER_ACCOUNT}, but this entry belongs to {ACCOUNT}"
    )
    assert await person.accounts() == [ACCOUNT]
    # After the dialogue is closed, the reauthentication starts again.
    await person.close_dialogue()
    await pages.answer_request(ACCOUNT)

    await person.page.get_by_role("button", name="Try again").click()
    await expect(person.text).to_contain_text(
        f"no longer accepts the sign-in of {ACCOUNT}"
    )
    await person.choose()
    await person.approve_code(await person.read_code())
    await expect(pages.outcome).to_contain_text(LINKED_AGAIN)


async def link_account(person: Person) -> None:
    """Link the account and return to the list of integrations."""
    await person.add_account()
    await person.approve_code(await person.read_code())
    await expect(person.success).to_be_visible()
    await person.finish()


async def lose_sign_in(person: Person, plex_tv: Simulator) -> None:
    """Revoke the token at plex.tv, and reload the account."""
    token = plex_tv.pins[-1].token
    assert token
    plex_tv.revoke(token)
    await person.account.reload()


async def update(home: Home, entity_id: str) -> None:
    """Request an update of an entity, as automations do."""
    async with home.frontend() as frontend, frontend.socket() as socket:
        await socket.command(
            "call_service",
            domain="homeassistant",
            service="update_entity",
            target={"entity_id": entity_id},
        )


async def names_of_entities(home: Home) -> dict[str, str]:
    """Return the entity ids of Plex Account by their ids in the registry."""
    async with home.frontend() as frontend, frontend.socket() as socket:
        entities = await socket.command("config/entity_registry/list")
    return {
        entity["id"]: entity["entity_id"]
        for entity in entities
        if entity["platform"] == "plex_account"
    }
