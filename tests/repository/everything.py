"""All the texts that the code asks for, read once for all guards."""

from functools import cache

from .dialogue_texts import want_dialogue_texts
from .other_texts import want_other_texts
from .wanted import Wanted


@cache
def wanted() -> Wanted:
    """Read the whole component."""
    everything = Wanted()
    want_dialogue_texts(everything)
    want_other_texts(everything)
    return everything
