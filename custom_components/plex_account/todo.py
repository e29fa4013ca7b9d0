"""The watchlists of an account and of its Home users as to-do lists."""

from typing import TYPE_CHECKING, Final, override

from homeassistant.components.todo import (
    TodoItem,
    TodoItemStatus,
    TodoListEntity,
    TodoListEntityFeature,
)
from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import intent
from homeassistant.helpers.entity import EntityDescription

from .const import DOMAIN
from .entity import PlexWatchlistEntity, async_add_watchlist_entities
from .errors import translated_errors
from .runtime import async_get_account, async_get_home_user
from .title_texts import TitleTexts

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .plextv import Title
    from .runtime import LinkedAccount, LinkedHomeUser, PlexAccountConfigEntry

PARALLEL_UPDATES = 0

WATCHLIST = EntityDescription(key="watchlist")
# Titles that an error message lists.
MAX_CHOICES: Final = 5
# Characters of a person's input that an error message repeats.
MAX_REPEATED: Final = 100


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexAccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add each watchlist as soon as it was read."""
    async_add_watchlist_entities(
        hass,
        entry,
        async_add_entities,
        lambda owner: [WatchlistTodoList(entry, owner, WATCHLIST)],
    )


class WatchlistTodoList(PlexWatchlistEntity, TodoListEntity):
    """A watchlist; completing an item removes it, and marks nothing as watched."""

    _attr_supported_features = (
        TodoListEntityFeature.CREATE_TODO_ITEM
        | TodoListEntityFeature.UPDATE_TODO_ITEM
        | TodoListEntityFeature.DELETE_TODO_ITEM
    )

    @override
    async def async_added_to_hass(self) -> None:
        """Show the watchlist that was read before, and the servers of its titles."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.availability.async_add_listener(self._handle_coordinator_update)
        )
        self._update_items()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Show the current watchlist."""
        self._update_items()
        super()._handle_coordinator_update()

    @property
    def _texts(self) -> TitleTexts:
        """The texts in the current language of Home Assistant."""
        return TitleTexts(self.platform_data.platform_translations, "todo.watchlist")

    @property
    def _linked(self) -> LinkedAccount | LinkedHomeUser:
        """The account whose list it is, or the Home user."""
        if self.subentry_id is None:
            return async_get_account(self.hass, self.entry_id)
        return async_get_home_user(self.hass, self.entry_id, self.subentry_id)

    def _update_items(self) -> None:
        """Create an item for each title; voice commands need its plain name."""
        texts = self._texts
        # Only for the account: Home users may not have access to every server.
        servers = {} if self.subentry_id else self.availability.servers()
        self._attr_todo_items = [
            TodoItem(
                uid=title.key,
                summary=title.name,
                status=TodoItemStatus.NEEDS_ACTION,
                description=texts.describe(title, servers.get(title.key, ())),
            )
            for title in self.titles
        ]

    @override
    async def async_create_todo_item(self, item: TodoItem) -> None:
        """Add the title that a person means to the list, if exactly one matches."""
        typed = item.summary or ""
        async with translated_errors(self._linked):
            titles = await self.coordinator.async_search(typed)
            if len(titles) == 1:
                await self.coordinator.async_add(titles[0])
                return
        repeated = typed[:MAX_REPEATED]
        if not titles:
            raise TitleNotClearError("watchlist_unknown", {"title": repeated})
        choices = ", ".join(self._texts.labels(titles[:MAX_CHOICES]))
        raise TitleNotClearError(
            "watchlist_ambiguous", {"title": repeated, "choices": choices}
        )

    @override
    async def async_update_todo_item(self, item: TodoItem) -> None:
        """Remove a title from the list when it is completed.

        Only changed fields count: a voice command sends nothing else, and the card also
        sends the unchanged name.
        """
        title = self._title(item.uid)
        if title and item.summary not in {None, title.name}:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="watchlist_rename"
            )
        if title and item.status == TodoItemStatus.COMPLETED:
            await self._async_remove(title)

    @override
    async def async_delete_todo_items(self, uids: list[str]) -> None:
        """Remove titles from the list."""
        for uid in uids:
            if title := self._title(uid):
                await self._async_remove(title)

    async def _async_remove(self, title: Title) -> None:
        """Remove a title from the list."""
        async with translated_errors(self._linked):
            await self.coordinator.async_remove(title)

    def _title(self, uid: str | None) -> Title | None:
        """Return the title of an item; None if it was removed in the meantime."""
        return next((title for title in self.titles if title.key == uid), None)


class TitleNotClearError(ServiceValidationError, intent.MatchFailedError):
    """A person's input matches no title, or several.

    Because it is a MatchFailedError, a voice assistant responds that there is none or
    more than one of this name. Any other error would be logged with a traceback.
    """

    def __init__(self, key: str, placeholders: dict[str, str]) -> None:
        """Use a translated message."""
        HomeAssistantError.__init__(
            self,
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders=placeholders,
        )
        name = placeholders["title"]
        several = "choices" in placeholders
        self.result = intent.MatchTargetsResult(
            is_match=False,
            no_match_reason=(
                intent.MatchFailedReason.DUPLICATE_NAME
                if several
                else intent.MatchFailedReason.NAME
            ),
            no_match_name=name,
        )
        self.constraints = intent.MatchTargetsConstraints(name=name)
        self.preferences = None

    @override
    def __str__(self) -> str:
        """Return the message, and not that of MatchFailedError about entities."""
        return HomeAssistantError.__str__(self)
