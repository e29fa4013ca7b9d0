"""What the document for other integrations shows does what it says."""

import ast
from typing import TYPE_CHECKING, Any

import pytest

from simulator import Stream
from tests.helpers.clock import in_time
from tests.repository.documents import DOCUMENTS

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.conftest import Link


@pytest.mark.parametrize("streams", [0, 2])
async def test_another_integration(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    freezer: FrozenDateTimeFactory,
    streams: int,
) -> None:
    """The streams of each of the account's own servers are counted."""
    await link("alice")
    plex_tv.servers["Attic"].streams += [
        Stream(person=plex_tv.people["casey"], title="Basement")
    ] * streams
    [example] = DOCUMENTS["docs/integrations.md"].blocks("python")
    known: dict[str, Any] = {}
    exec(compile(ast.parse(example), "integrations.md", "exec"), known)  # noqa: S102 - it is to be tried as it stands there
    counted = await in_time(hass, freezer, known["async_count_streams"](hass))
    assert counted == {"Attic": streams, "Cabin": 0}
