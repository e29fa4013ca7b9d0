"""Pack the component as HACS and the Marketplace install it from a release.

It uses the standard library alone and runs on Python 3.11, so that a release can be
packed where there is no environment of the project.
"""

import json
from pathlib import Path
import re
import subprocess
import sys
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

REPOSITORY: Final = Path(__file__).resolve().parent.parent
COMPONENT: Final = REPOSITORY / "custom_components" / "plex_account"
LICENCE: Final = REPOSITORY / "LICENSE"
# Narrower than what Home Assistant accepts: no leading v, and a beta at most.
VERSION: Final = re.compile(r"\d+\.\d+\.\d+(b\d+)?")


def main() -> None:
    """Pack the given version, unless a check fails."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program itself and the version
        sys.exit("package: name the version, and nothing else.")
    version = sys.argv[1]
    if complaints := [*_version_complaints(version), *_language_complaints()]:
        sys.exit("\n".join(f"package: {complaint}." for complaint in complaints))
    hacs = _read_json(REPOSITORY / "hacs.json")
    target = REPOSITORY / ".dev" / hacs["filename"]
    target.parent.mkdir(exist_ok=True)
    _pack(target, version)
    print(target.relative_to(REPOSITORY))  # noqa: T201 - the caller reads it


def _version_complaints(version: str) -> list[str]:
    """Return the reasons why this version cannot be released."""
    if not VERSION.fullmatch(version):
        return [f"write a version as 0.2.0 or 0.2.0b1, not {version!r}"]
    changes = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    dated = rf"^## {re.escape(version)} - \d{{4}}-\d\d-\d\d$"
    if not re.search(dated, changes, re.MULTILINE):
        return [f"CHANGELOG.md has no heading with {version} and a date"]
    return []


def _language_complaints() -> list[str]:
    """Return which languages lack texts; a commit may add texts in English only."""
    folder = COMPONENT / "translations"
    english = _keys(_read_json(folder / "en.json"))
    return [
        f"translations/{path.name} lacks {', '.join(sorted(lacking))}"
        for path in sorted(folder.iterdir())
        if (lacking := english - _keys(_read_json(path)))
    ]


def _keys(tree: dict[str, Any]) -> set[str]:
    """Return the dotted key of every text."""
    keys: set[str] = set()
    for key, branch in tree.items():
        inner = _keys(branch) if isinstance(branch, dict) else ()
        keys |= {f"{key}.{one}" for one in inner} or {key}
    return keys


def _read_json(path: Path) -> dict[str, Any]:
    """Read a JSON file."""
    tree: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return tree


def _pack(target: Path, version: str) -> None:
    """Write the zip, with the version in the manifest.

    Files keep their dates: Python reuses the compiled file of a module whose date and
    length are the same.
    """
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for path in (LICENCE, *_tracked(COMPONENT)):
            folder = COMPONENT if COMPONENT in path.parents else REPOSITORY
            info = ZipInfo.from_file(path, path.relative_to(folder))
            content = path.read_bytes()
            if path == COMPONENT / "manifest.json":
                manifest = json.loads(content) | {"version": version}
                content = f"{json.dumps(manifest, indent=2)}\n".encode()
            archive.writestr(info, content, ZIP_DEFLATED)


def _tracked(folder: Path) -> list[Path]:
    """Return the files of a folder that git tracks."""
    command = ["git", "-C", str(folder), "ls-files", "-z"]
    listed = subprocess.run(  # noqa: S603 - a command of our own
        command, check=True, stdout=subprocess.PIPE, text=True
    )
    return [folder / name for name in sorted(listed.stdout.split("\0")) if name]


if __name__ == "__main__":
    main()
