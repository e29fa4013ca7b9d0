"""The paths and files of the repository."""

from functools import cache
import json
from pathlib import Path
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parent.parent.parent
COMPONENT: Final = ROOT / "custom_components" / "plex_account"

# All other names that begin with a dot belong to tools.
OWN_DOT_FOLDERS: Final = frozenset({".ci", ".devcontainer", ".github"})
# In a second work tree of git, .git is a file.
IGNORED: Final = frozenset({".git", "__pycache__"})
PICTURES: Final = frozenset({".png", ".webp"})
PLACEHOLDER: Final = re.compile(r"{(\w+)}")


def files(folder: Path = ROOT) -> Iterator[Path]:
    """Yield every file that belongs to the repository, folder by folder."""
    for path in sorted(folder.iterdir()):
        if path.name in IGNORED:
            continue
        if not path.is_dir():
            yield path
        elif path.name in OWN_DOT_FOLDERS or not path.name.startswith("."):
            yield from files(path)


@cache
def texts() -> dict[str, str]:
    """Return the text of every file except pictures, by its path."""
    return {
        relative(path): path.read_text(encoding="utf-8")
        for path in files()
        if path.suffix not in PICTURES
    }


def known_options(script: str) -> set[str]:
    """Return the options that a script or the program that it starts names."""
    program = f"{script.removeprefix('scripts/')}/__main__.py"
    return set(re.findall(r"--[\w-]+", texts()[script] + texts().get(program, "")))


def relative(path: Path) -> str:
    """Return a path relative to the root of the repository."""
    return path.relative_to(ROOT).as_posix()


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON file; fail if a key occurs twice in an object."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """Refuse a key that occurs twice."""
        keys = [key for key, _ in pairs]
        assert len(keys) == len(set(keys)), f"{relative(path)} has a key twice: {keys}"
        return dict(pairs)

    tree = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=unique)
    assert isinstance(tree, dict)
    return tree


def leaves(tree: dict[str, Any]) -> dict[str, str]:
    """Return every text of a JSON tree by its dotted path."""
    found: dict[str, str] = {}
    for key, branch in tree.items():
        if isinstance(branch, dict):
            found |= {f"{key}.{leaf}": text for leaf, text in leaves(branch).items()}
        else:
            found[key] = branch
    return found
