"""The report contains no value, whatever the responses contain."""

import re
from typing import TYPE_CHECKING

from tests.helpers.routes import DEVICES, PINS, USER

from .changing_proxy import renamed

if TYPE_CHECKING:
    from typing import Any

    from simulator import Simulator

    from .changing_proxy import ChangingProxy
    from .conftest import Compare


def shown(text: str, plex_tv: Simulator) -> set[str]:
    """Return every secret and every name that a text contains."""
    titles = {title.title for title in plex_tv.discover.watchlist("alice")}
    hidden = plex_tv.secrets | plex_tv.names | titles
    found = {one for one in hidden if re.search(rf"\b{re.escape(one)}\b", text)}
    return found | set(re.findall(r"\d+\.\d+\.\d+\.\d+|https?:\S+|\S+@\S+", text))


async def test_no_secret(
    plex_tv: Simulator, api: ChangingProxy, compare: Compare
) -> None:
    """A report hides names of fields that are values."""
    alice = plex_tv.people["alice"]

    def by_identifier(value: list[Any]) -> list[Any]:
        """Use values as names of fields."""
        return [
            {
                **row,
                "named": {
                    row["name"]: row["id"],
                    row["token"]: 1,
                    row["publicAddress"]: None,
                    alice.username: True,
                    alice.email: 1,
                    "plainName": "text",
                },
                alice.username: alice.username,
            }
            for row in value
        ]

    api.change("GET", DEVICES, by_identifier)
    api.change("GET", USER, renamed("username", "userName"))
    report = await compare("alice", write=True)
    assert shown(report.text, plex_tv) == set()
    assert "`[].named` is new: object" in report.text
    assert "[].named.plainName: text" in report.text
    assert "(a name)" in report.text


async def test_same(plex_tv: Simulator, compare: Compare) -> None:
    """A report without differences has a summary and all shapes."""
    report = await compare("alice")
    assert shown(report.text, plex_tv) == set()
    first, *_, last = report.text.splitlines()
    assert first == "# plex.tv and the simulator"
    assert report.summary in report.text
    assert "  MediaContainer.machineIdentifier: text" in report.text
    assert last == "```"


async def test_differences(api: ChangingProxy, compare: Compare) -> None:
    """Differences that break the integration come first."""
    api.change("POST", PINS, renamed("trusted", "isTrusted"))
    api.answer_with("POST", PINS, 202)
    text = (await compare()).text
    about = text.partition("## make a short PIN\n\n")[2].partition("\n\n")[0]
    assert about.splitlines() == [
        "- **breaks us**: `trusted` is missing; known: text, yes or no",
        "- unknown to the stand-in: status: 202; known: 200, 201",
        "- unknown to the stand-in: `isTrusted` is new: yes or no",
    ]
