"""Texts about titles, in the language of Home Assistant."""

from typing import TYPE_CHECKING, Final, Literal

from .const import DOMAIN
from .markdown import link_target, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .plextv import Title

type Occasion = Literal["release", "episode"]

SEPARATOR: Final = " · "


class TitleTexts:
    """The texts of one entity about titles."""

    def __init__(self, translations: Mapping[str, str], entity: str) -> None:
        """Use the texts of an entity, for example `todo.watchlist`."""
        self.entity = entity
        self._translations = translations

    def kind(self, title: Title) -> str:
        """Return whether it is a film or a series."""
        return self.text(f"kind.state.{title.kind}")

    def describe(self, title: Title, servers: Iterable[str]) -> str:
        """Return kind, year, servers and page in one line of Markdown."""
        parts = [self.kind(title)]
        if title.year:
            parts.append(str(title.year))
        if names := ", ".join(map(plain, servers)):
            parts.append(f"{self.text('servers.name')}: {names}")
        if page := title.page:
            parts.append(f"[{self.text('page.name')}]({link_target(page)})")
        return SEPARATOR.join(parts)

    def announce(self, title: Title, occasion: Occasion) -> str:
        """Return the text of a release, in one line."""
        return SEPARATOR.join(
            [self.kind(title), self.text(f"occasion.state.{occasion}")]
        )

    def labels(self, titles: tuple[Title, ...]) -> list[str]:
        """Return names with years, and with the kind where that is not enough."""
        labels = [title.label for title in titles]
        return [
            label
            if labels.count(label) == 1
            else f"{label}{SEPARATOR}{self.kind(title)}"
            for label, title in zip(labels, titles, strict=True)
        ]

    def text(self, key: str) -> str:
        """Return a text, or its key if Home Assistant could not load the texts."""
        path = f"component.{DOMAIN}.entity.{self.entity}.state_attributes.{key}"
        return self._translations.get(path, key)
