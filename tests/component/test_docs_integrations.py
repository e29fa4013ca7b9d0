"""The example of docs/integrations.md works as it is written."""

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
    """The example counts the streams of each owned server."""
    await link("alice")
    plex_tv.servers["Attic"].streams += [
        Stream(person=plex_tv.people["casey"], title="Basement")
    ] * streams
    [example] = DOCUMENTS["docs/integrations.md"].blocks("python")
    known: dict[str, Any] = {}
    exec(compile(ast.parse(example), "integrations.md", "exec"), known)  # noqa: S102 - as it stands
    counted = await in_time(hass, freezer, known["async_count_streams"](hass))
    assert counted == {"Attic": streams, "Cabin": 0}
