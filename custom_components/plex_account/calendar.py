"""A calendar of the release dates of watchlist titles."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, override

from homeassistant.components.calendar import (
    CalendarEntity,
    CalendarEntityDescription,
    CalendarEvent,
)
from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from .entity import PlexWatchlistEntity, async_add_watchlist_entities
from .title_texts import TitleTexts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .plextv import Title
    from .runtime import PlexAccountConfigEntry
    from .title_texts import Occasion

PARALLEL_UPDATES = 0

RELEASES = CalendarEntityDescription(key="releases")
# Older releases are left out; a list may contain films of a hundred years.
PAST: Final = timedelta(days=365)
DAY: Final = timedelta(days=1)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexAccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the calendar of each watchlist as soon as the watchlist was read."""
    async_add_watchlist_entities(
        hass,
        entry,
        async_add_entities,
        lambda owner: [ReleasesCalendar(entry, owner, RELEASES)],
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Release:
    """A release date of a title or of an episode."""

    day: date
    title: Title
    occasion: Occasion


class ReleasesCalendar(PlexWatchlistEntity, CalendarEntity):
    """The release dates of watchlist titles, as all-day events."""

    entity_description: CalendarEntityDescription
    # Private: the recorder needs no history of what a person wants to watch.
    _unrecorded_attributes = frozenset({"message"})
    _releases: tuple[_Release, ...] = ()

    @override
    async def async_added_to_hass(self) -> None:
        """Show the watchlist that was read before this entity was added."""
        await super().async_added_to_hass()
        self._releases = _releases(self.titles)

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Show the current watchlist."""
        self._releases = _releases(self.titles)
        super()._handle_coordinator_update()

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return the release of today, or the next one."""
        today = dt_util.now().date()
        coming = (one for one in self._releases if one.day >= today)
        found = next(coming, None)
        return self._event(found) if found else None

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return the releases between two times, none more than a year old."""
        oldest = dt_util.now().date() - PAST
        begin = max(dt_util.as_local(start_date).date(), oldest)
        end = dt_util.as_local(end_date)
        return [
            self._event(one)
            for one in self._releases
            if begin <= one.day and dt_util.start_of_local_day(one.day) < end
        ]

    def _event(self, release: _Release) -> CalendarEvent:
        """Return the calendar event of a release."""
        texts = TitleTexts(
            self.platform_data.platform_translations, "calendar.releases"
        )
        return CalendarEvent(
            start=release.day,
            end=release.day + DAY,
            summary=release.title.name,
            description=texts.announce(release.title, release.occasion),
            uid=f"{release.title.key}_{release.occasion}",
        )


def _releases(titles: Iterable[Title]) -> tuple[_Release, ...]:
    """Return all known releases, in the order of their dates."""
    days = [
        _Release(day=day, title=title, occasion=occasion)
        for title in titles
        for day, occasion in _days(title)
    ]
    return tuple(sorted(days, key=lambda one: (one.day, one.title.name)))


def _days(title: Title) -> Iterable[tuple[date, Occasion]]:
    """Yield the release dates of a title."""
    if title.released:
        yield title.released, "release"
    if title.next_episode:
        yield title.next_episode, "episode"
