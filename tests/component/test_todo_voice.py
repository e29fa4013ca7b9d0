"""The watchlist by voice, with Home Assistant's own sentences."""

import re
from typing import TYPE_CHECKING

from homeassistant.components import conversation
from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import intent
from homeassistant.setup import async_setup_component
import pytest

from tests.helpers.watchlist import LISTED, WATCHLIST_ENTITY, on_the_list

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.helpers.instance import Instance
    from tests.helpers.watchlist import ShownWatchlist

ADD_ITEM = "HassListAddItem"


@pytest.fixture
async def say(
    hass: HomeAssistant, instance: Instance, shown: ShownWatchlist
) -> Callable[[str], Awaitable[str]]:
    """Provide a function that sends a sentence and returns the reply."""
    for component in ("homeassistant", "conversation", "todo"):
        assert await async_setup_component(hass, component, {})
    # Home Assistant loads the intents of an integration some time later.
    await instance.pass_time_until(
        lambda: ADD_ITEM in [each.intent_type for each in intent.async_get(hass)]
    )

    async def say(sentence: str) -> str:
        """Send a sentence, and return the spoken reply."""
        result = await instance.in_time(
            conversation.async_converse(hass, sentence, None, Context(), "en")
        )
        speech: str = result.response.speech["plain"]["speech"]
        return speech

    return say


async def test_exposed(
    hass: HomeAssistant, say: Callable[[str], Awaitable[str]]
) -> None:
    """Home Assistant exposes to-do lists by itself, as SECURITY.md and README say."""
    assert async_should_expose(hass, "conversation", WATCHLIST_ENTITY)


async def test_add_and_complete(
    plex_tv: Simulator, say: Callable[[str], Awaitable[str]]
) -> None:
    """A title is added and completed by its name alone."""
    name = "alice_attic watchlist"
    assert await say(f"add marsh country to my {name} list")
    assert on_the_list(plex_tv) == ["Marsh Country", *LISTED]
    assert await say(f"complete basement on my {name} list")
    assert on_the_list(plex_tv) == ["Marsh Country", *LISTED[:2], LISTED[3]]


# Home Assistant 2026.8 has no specific reply for an unknown title.
@pytest.mark.parametrize(
    ("title", "answers"),
    [
        ("dune", "there are multiple devices called dune"),
        (
            "qwertyuiop",
            "not aware of any device called qwertyuiop|I couldn't understand that",
        ),
    ],
)
async def test_refusals(
    plex_tv: Simulator,
    say: Callable[[str], Awaitable[str]],
    caplog: pytest.LogCaptureFixture,
    title: str,
    answers: str,
) -> None:
    """An ambiguous or unknown name gets a reply, and logs no exception."""
    answer = await say(f"add {title} to my alice_attic watchlist list")
    assert re.fullmatch(f"Sorry, (I am )?({answers})", answer, re.IGNORECASE)
    assert not [record for record in caplog.records if record.exc_info]
    assert on_the_list(plex_tv) == LISTED


async def test_the_text_of_a_refusal(
    hass: HomeAssistant, instance: Instance, say: Callable[[str], Awaitable[str]]
) -> None:
    """An assistant that is a language model gets the same text as a person."""
    slots = {"item": {"value": "Dune"}, "name": {"value": "alice_attic watchlist"}}
    work = intent.async_handle(hass, "test", ADD_ITEM, slots)
    with pytest.raises(ServiceValidationError, match=r"Dune \(1984\), Dune \(2021\)"):
        await instance.in_time(work)
