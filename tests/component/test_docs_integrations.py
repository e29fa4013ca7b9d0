"""The example of docs/integrations.md works as it is written."""

import ast
from typing import TYPE_CHECKING, Any

import pytest

from simulator import Stream
from tests.repository.documents import DOCUMENTS

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance


@pytest.mark.parametrize("streams", [0, 2])
async def test_another_integration(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    link: Link,
    streams: int,
) -> None:
    """The example counts the streams of each owned server."""
    await link("alice")
    plex_tv.servers["Attic"].data.streams += [
        Stream(id="1", person=plex_tv.people["casey"], title="Basement")
    ] * streams
    [example] = DOCUMENTS["docs/integrations.md"].blocks("python")
    known: dict[str, Any] = {}
    exec(compile(ast.parse(example), "integrations.md", "exec"), known)  # noqa: S102 - as it stands
    counted = await instance.in_time(known["async_count_streams"](hass))
    assert counted == {"Attic": streams, "Cabin": 0}
