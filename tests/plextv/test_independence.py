"""The client does not import Home Assistant, and its default hosts are Plex's."""

import ast
from dataclasses import fields
from pathlib import Path
import sys
from typing import TYPE_CHECKING, Final

import pytest
from yarl import URL

from custom_components.plex_account import plextv
from custom_components.plex_account.plextv import PlexTvHosts

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE: Final = Path(plextv.__file__).parent
MODULES: Final = sorted(PACKAGE.rglob("*.py"))
THIRD_PARTIES: Final = {"aiohttp", "yarl"}
# Functions that import without an import statement.
HIDING_PLACES: Final = {"importlib", "imp", "pkgutil", "runpy"}
ALLOWED: Final = (sys.stdlib_module_names | THIRD_PARTIES) - HIDING_PLACES


def foreign_imports(source: str, depth: int = 1) -> Iterator[str]:
    """List the imports of a module that are neither allowed nor in its own package.

    `depth` is the number of levels of the module below the package's parent.
    """
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import():
                names = [alias.name for alias in node.names]
            case ast.ImportFrom(level=0, module=str(module)):
                names = [module]
            case ast.ImportFrom(level=level) if level > depth:
                names = ["." * level]
            case ast.Name(id="__import__" | "exec" | "eval" as name):
                names = [name]
            case _:
                names = []
        yield from (name for name in names if name.split(".")[0] not in ALLOWED)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_plextv_imports_nothing_of_home_assistant(module: Path) -> None:
    """Every import is of the standard library, aiohttp, yarl or its own package."""
    depth = len(module.relative_to(PACKAGE).parts)
    assert not list(foreign_imports(module.read_text(), depth))


def test_every_module_is_looked_at() -> None:
    """The check includes every module of the package."""
    names = {path.stem for path in MODULES}
    assert {"__init__", "account", "client", "errors", "pin", "transport"} <= names


@pytest.mark.parametrize(
    "source",
    [
        "import homeassistant",
        "import homeassistant.core as core",
        "import json, homeassistant",
        "from homeassistant.core import HomeAssistant",
        "from homeassistant import core",
        "from .. import const",
        "from ..const import DOMAIN",
        "from ...plex_account import const",
        "from custom_components.plex_account import const",
        "import importlib",
        "__import__('homeassistant')",
        "exec('import homeassistant')",
        "def f():\n    from homeassistant import core",
        "if TYPE_CHECKING:\n    from homeassistant import core",
    ],
)
def test_a_foreign_import_is_found(source: str) -> None:
    """Every way of importing is found."""
    assert list(foreign_imports(source))


@pytest.mark.parametrize(
    "source",
    [
        "import json",
        "from xml.etree import ElementTree",
        "from aiohttp import ClientError",
        "from yarl import URL",
        "from . import readers",
        "from .models import Pin",
    ],
)
def test_its_own_imports_are_not(source: str) -> None:
    """Allowed imports are not reported."""
    assert not list(foreign_imports(source))


def test_the_client_speaks_with_plex_only() -> None:
    """Each host that the client connects to is one of Plex's, over HTTPS."""
    hosts = PlexTvHosts()
    urls = {field.name: getattr(hosts, field.name) for field in fields(hosts)}
    assert set(urls) >= {"api", "link", "auth"}
    for url in urls.values():
        assert isinstance(url, URL)
        assert url.scheme == "https"
        assert url.host is not None
        assert url.host == "plex.tv" or url.host.endswith(".plex.tv")
        assert url.explicit_port is None
        assert url.user is None
