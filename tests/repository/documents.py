"""The Markdown documents of the repository, split into prose, code and links."""

from dataclasses import dataclass
import re
from typing import Final

from .tree import texts

FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE: Final = re.compile(r"`([^`\n]+)`")
HEADING: Final = re.compile(r"^#+ (.+)$", re.MULTILINE)
TARGETS: Final = re.compile(
    # [text](target), [name]: target, and the pictures that HTML shows.
    r"\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)$|(?:src|srcset|href)=\"([^\"]+)\"",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Document:
    """One document."""

    name: str
    text: str

    def blocks(self, *languages: str) -> list[str]:
        """Return the blocks of code in one of these languages."""
        return [body for found, body in FENCE.findall(self.text) if found in languages]

    @property
    def languages(self) -> set[str]:
        """The languages in which there are blocks."""
        return {language for language, _ in FENCE.findall(self.text)}

    @property
    def prose(self) -> str:
        """The text without the blocks of code."""
        return FENCE.sub("", self.text)

    @property
    def code(self) -> list[str]:
        """The code within the prose."""
        return CODE.findall(self.prose)

    @property
    def targets(self) -> list[str]:
        """The targets of links and pictures."""
        return [next(filter(None, found)) for found in TARGETS.findall(self.prose)]

    @property
    def anchors(self) -> set[str]:
        """The anchors of the headings, as GitHub makes them."""
        return {
            re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
            for heading in HEADING.findall(self.prose)
        }


DOCUMENTS: Final = {
    name: Document(name, text) for name, text in texts().items() if name.endswith(".md")
}
README: Final = DOCUMENTS["README.md"]
