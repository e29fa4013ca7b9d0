"""The section about an outage of plex.tv."""

from typing import TYPE_CHECKING, ClassVar, Final, override

from simulator.http.faults import Fault

from .section import Section, row, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from simulator.http.record import Record

OUTAGE: Final = Fault.html(503)


class Outage(Section):
    """The section that starts and ends an outage of plex.tv and Discover."""

    name: ClassVar = "outage"
    title: ClassVar = "plex.tv"
    note: ClassVar = (
        "Home Assistant notices within five minutes, and when it starts. It goes on"
        " checking the servers. The page to approve codes is a part of plex.tv."
    )

    def __init__(self, records: Callable[[], Iterable[Record]]) -> None:
        """Act on the hosts with these records."""
        self._records = records

    @override
    def content(self) -> str:
        """Show whether there is an outage."""
        if self._is_away:
            button = self.button("return", "Bring it back", "plex.tv")
            return rows([row("plex.tv", "away, answers 503", button)], "")
        button = self.button("leave", "Take it away", "plex.tv")
        return rows([row("plex.tv", "answers", button)], "")

    @override
    async def act(self, asked: Mapping[str, str]) -> bool:
        """Start or end the outage."""
        doing = asked.get("do", "")
        for record in self._records():
            if doing == "leave" and not self._is_away_at(record):
                record.misbehave("*", "*", OUTAGE, None)
            elif doing == "return":
                record.behave()
        return doing in {"leave", "return"}

    @property
    def _is_away(self) -> bool:
        """Whether all hosts have an outage."""
        return all(map(self._is_away_at, self._records()))

    @staticmethod
    def _is_away_at(record: Record) -> bool:
        """Return whether a host has an outage."""
        return record.faults.is_ordered(OUTAGE)
