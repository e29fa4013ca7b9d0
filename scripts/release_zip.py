"""Pack the component as HACS and the Marketplace install it from a release."""

import json
from pathlib import Path
import re
import sys
from typing import TYPE_CHECKING, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from awesomeversion import AwesomeVersion, AwesomeVersionStrategy
from awesomeversion.exceptions import AwesomeVersionException

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY: Final = Path(__file__).resolve().parent.parent
COMPONENT: Final = REPOSITORY / "custom_components" / "plex_account"
# Home Assistant loads no component whose version is of another kind.
VERSIONS: Final = [
    AwesomeVersionStrategy.CALVER,
    AwesomeVersionStrategy.SEMVER,
    AwesomeVersionStrategy.SIMPLEVER,
    AwesomeVersionStrategy.BUILDVER,
    AwesomeVersionStrategy.PEP440,
]


def main() -> None:
    """Pack the version that is named, unless something speaks against it."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program itself and the version
        sys.exit("package: name the version, and nothing else.")
    version = sys.argv[1]
    if complaint := _complaint(version):
        sys.exit(f"package: {complaint}.")
    hacs = json.loads((REPOSITORY / "hacs.json").read_text(encoding="utf-8"))
    target = REPOSITORY / ".dev" / hacs["filename"]
    target.parent.mkdir(exist_ok=True)
    _pack(target, version)
    print(target.relative_to(REPOSITORY))  # noqa: T201 - whoever calls wants to know


def _complaint(version: str) -> str | None:
    """Say what speaks against a release of this version."""
    try:
        understood = AwesomeVersion(version, ensure_strategy=VERSIONS)
    except AwesomeVersionException:
        return f"Home Assistant does not accept {version!r} as a version"
    # Blanks and a leading v are read over, but would stand in the manifest.
    if understood.string != version:
        return f"write {understood.string} instead of {version!r}"
    changes = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    dated = rf"^## {re.escape(version)} - \d{{4}}-\d\d-\d\d$"
    if not re.search(dated, changes, re.MULTILINE):
        return f"CHANGELOG.md has no heading with {version} and a date"
    return None


def _pack(target: Path, version: str) -> None:
    """Write the zip, in which the manifest says the version.

    Files keep their dates: Python takes one of the same date and length for unchanged.
    """
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for path in sorted(_files()):
            info = ZipInfo.from_file(path, path.relative_to(COMPONENT))
            content = path.read_bytes()
            if info.filename == "manifest.json":
                manifest = json.loads(content) | {"version": version}
                content = f"{json.dumps(manifest, indent=2)}\n".encode()
            archive.writestr(info, content, ZIP_DEFLATED)


def _files() -> Iterator[Path]:
    """Yield what belongs to the component: nothing hidden, and no cache."""
    for path in COMPONENT.rglob("*"):
        names = path.relative_to(COMPONENT).parts
        passing = "__pycache__" in names or any(name.startswith(".") for name in names)
        if path.is_file() and not passing:
            yield path


if __name__ == "__main__":
    main()
