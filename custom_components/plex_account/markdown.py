"""Escapes texts from plex.tv for places that Home Assistant renders as Markdown."""

import re
from typing import Final

# Includes everything that Markdown interprets. "\" escapes each of them.
PUNCTUATION: Final = re.compile(r"[!-/:-@\[-`{-~]")
# Characters that can end a link or inject other Markdown into it.
ENDS_LINK: Final = re.compile(r"[\s\"'()<>\[\]\\`]")


def plain(text: str) -> str:
    """Escape a text, so that Markdown shows no link, picture or HTML in it."""
    return PUNCTUATION.sub(r"\\\g<0>", text)


def link_target(url: str) -> str:
    """Escape a URL, so that all of it is the target of one link."""
    return ENDS_LINK.sub(lambda char: f"%{ord(char[0]):02X}", url)
