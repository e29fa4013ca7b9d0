"""The base of all sections, and the elements of which they consist."""

from abc import ABC, abstractmethod
from html import escape
from typing import TYPE_CHECKING, ClassVar, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PATH: Final = "/"

_SECTION: Final = """<section id="{name}" aria-labelledby="{name}-title">
<h2 id="{name}-title">{title}</h2>
{content}
<p class="note">{note}</p>
</section>
"""
_FORM: Final = """<form method="post" action="/">
<input type="hidden" name="section" value="{section}">
{content}</form>
"""
_BUTTON: Final = (
    '<button name="do" value="{do}" aria-label="{described}">{label}</button>\n'
)


class Section(ABC):
    """A section that shows the state of some objects, and changes it."""

    name: ClassVar[str]
    title: ClassVar[str]
    note: ClassVar[str]
    """When Home Assistant notices a change."""

    @abstractmethod
    def content(self) -> str:
        """Return the elements that show the present state."""

    @abstractmethod
    async def act(self, asked: Mapping[str, str]) -> bool:
        """Perform the action of a button; return whether its object exists."""

    def shown(self) -> str:
        """Return the whole section."""
        return _SECTION.format(
            name=self.name,
            title=escape(self.title),
            content=self.content(),
            note=escape(self.note),
        )

    def form(self, content: str) -> str:
        """Return a form of this section."""
        return _FORM.format(section=self.name, content=content)

    def button(self, do: str, label: str, of: str, **fields: str) -> str:
        """Return a form with one button; `of` distinguishes buttons with one label."""
        hidden = "".join(
            f'<input type="hidden" name="{name}" value="{escape(value)}">'
            for name, value in fields.items()
        )
        return self.form(
            hidden
            + _BUTTON.format(
                do=do, label=escape(label), described=escape(f"{label}: {of}")
            )
        )


def row(text: str, state: str, *controls: str) -> str:
    """Return a row of a list: a text, a state, and controls."""
    return (
        f"<li><span>{escape(text)}: <strong>{escape(state)}</strong></span>"
        f'<div class="controls">{"".join(controls)}</div></li>'
    )


def rows(items: Iterable[str], otherwise: str) -> str:
    """Return a list, or a sentence if it would be empty."""
    found = "".join(items)
    return f'<ul class="rows">{found}</ul>' if found else f"<p>{escape(otherwise)}</p>"


def choice(name: str, label: str, options: str) -> str:
    """Return a labelled choice."""
    return (
        f'<label for="{name}">{escape(label)}</label>'
        f'<select id="{name}" name="{name}">{options}</select>'
    )


def option(value: str, text: str) -> str:
    """Return an option of a choice."""
    return f'<option value="{escape(value)}">{escape(text)}</option>'
