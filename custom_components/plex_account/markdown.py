"""Texts of others in descriptions of dialogues and to-do items: Markdown."""

import re
from typing import Final

# What Markdown interprets is among these; "\" before any of them makes it a character.
PUNCTUATION: Final = re.compile(r"[!-/:-@\[-`{-~]")
# These can end a link, or begin something else within one.
ENDS_LINK: Final = re.compile(r"[\s\"'()<>\[\]\\`]")


def plain(text: str) -> str:
    """Return a text that Markdown shows as it is: no link, no picture, no HTML."""
    return PUNCTUATION.sub(r"\\\g<0>", text)


def link_target(url: str) -> str:
    """Return an address that is one link to its end."""
    return ENDS_LINK.sub(lambda char: f"%{ord(char[0]):02X}", url)
