"""Shapes of values: names, types, null and lists, without the values."""

from dataclasses import fields, is_dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

type Path = tuple[str, ...]
"""Names of fields from the outside in; ITEMS stands for what is in a list."""
type Shape = dict[Path, frozenset[str]]
"""The types at each path."""

ITEMS: Final = "[]"
ABSENT: Final = "absent"
# plex.tv nests half as deep. Deeper levels are ignored.
MAX_DEPTH: Final = 16
# Fields of all objects at one path. plex.tv has some 60.
MAX_NAMES: Final = 300


def shape_of(values: Sequence[object]) -> Shape:
    """Return the combined shape of these values."""
    return dict(_walk(values, (), missing=False))


def _walk(
    values: Sequence[object], path: Path, *, missing: bool
) -> Iterator[tuple[Path, frozenset[str]]]:
    """Yield the types at a path and below it."""
    yield path, frozenset({*map(kind, values), *([ABSENT] if missing else [])})
    if len(path) >= MAX_DEPTH:
        return
    objects = [value for value in values if isinstance(value, dict)]
    names = dict.fromkeys(name for one in objects for name in one)
    for name in [*names][:MAX_NAMES]:
        having = [one[name] for one in objects if name in one]
        yield from _walk(having, (*path, name), missing=len(having) < len(objects))
    items = [item for value in values if isinstance(value, list) for item in value]
    if items:
        yield from _walk(items, (*path, ITEMS), missing=False)


def kind(value: object) -> str:
    """Name the type of a value."""
    named = {
        bool: "yes or no",
        dict: "object",
        float: "number",
        int: "whole number",
        list: "list",
        str: "text",
    }
    return "null" if value is None else named.get(type(value), "moment")


def plain(value: object) -> object:
    """Return the client's result as a JSON value, in which dates stay as they are."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, frozenset | set):
        return [*map(plain, sorted(value, key=repr))]
    if isinstance(value, list | tuple):
        return [*map(plain, value)]
    if value is None or isinstance(value, bool | int | float | str | date):
        return value
    return str(value)


def filled(value: object) -> object:
    """Return a JSON value with null instead of empty values.

    A whole number of 0 is a value, while 0.0 is an empty duration.
    """
    if isinstance(value, dict):
        return {name: filled(one) for name, one in value.items()}
    if isinstance(value, list):
        return [*map(filled, value)]
    return None if value == "" or (isinstance(value, float) and not value) else value


def at(value: object, path: Path) -> Iterator[object]:
    """Yield every value at a path."""
    if not path:
        yield value
        return
    first, *rest = path
    inner: Iterable[object] = ()
    if first == ITEMS and isinstance(value, list):
        inner = value
    elif isinstance(value, dict) and first in value:
        inner = (value[first],)
    for one in inner:
        yield from at(one, tuple(rest))


def without(value: object, path: Path) -> object:
    """Return a value without the field at a path, in every object of a list."""
    return _changed(value, path, None)


def replaced(value: object, path: Path, new: object) -> object:
    """Return a value with `new` at a path, wherever the path exists."""
    return _changed(value, path, (new,))


def _changed(value: object, path: Path, new: tuple[object] | None) -> object:
    """Return a changed value; `new` contains the value to set, None removes it."""
    if not path:
        return new[0] if new else value
    first, *rest = path
    if first == ITEMS and isinstance(value, list):
        return [_changed(item, tuple(rest), new) for item in value]
    if not isinstance(value, dict) or first not in value:
        return value
    if not rest and new is None:
        return {name: one for name, one in value.items() if name != first}
    return {**value, first: _changed(value[first], tuple(rest), new)}
