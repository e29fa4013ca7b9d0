"""A copy of the repository from which releases are packed."""

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Final
from zipfile import ZipFile

from tests.repository.tree import COMPONENT, ROOT, files, read_json

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT: Final = "scripts/release_zip.py"
CHANGES: Final = """
## 0.3.0 - unreleased

## 0.2.0b1 - 2026-12-24

## 0.1.0 - 2026-12-01
"""


class Repository:
    """A copy of what the script reads, with a translation for every text."""

    def __init__(self, folder: Path, changes: str = CHANGES) -> None:
        """Copy it with another changelog, and add it to git."""
        self.component = folder / COMPONENT.relative_to(ROOT)
        self.zip = folder / ".dev" / read_json(ROOT / "hacs.json")["filename"]
        self.licence = folder / "LICENSE"
        self._folder = folder
        for path in files(COMPONENT):
            copy = folder / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
        translations = self.component / "translations"
        for path in translations.iterdir():
            path.write_bytes((translations / "en.json").read_bytes())
        for name in ("hacs.json", "LICENSE"):
            shutil.copy(ROOT / name, folder)
        (folder / "CHANGELOG.md").write_text(changes, encoding="utf-8")
        (folder / "scripts").mkdir()
        shutil.copy(ROOT / SCRIPT, folder / "scripts")
        for command in ("init", "add"):
            self._run("git", "-C", str(folder), command, ".")

    def pack(self, *versions: str) -> subprocess.CompletedProcess[str]:
        """Run the script with the standard library alone."""
        script = str(self._folder / SCRIPT)
        return self._run(sys.executable, "-I", "-S", "-W", "error", script, *versions)

    def packed(self) -> dict[str, bytes]:
        """Return the files in the zip."""
        with ZipFile(self.zip) as archive:
            assert archive.testzip() is None
            return {name: archive.read(name) for name in archive.namelist()}

    def tracked(self) -> dict[str, bytes]:
        """Return the files of the component that git tracks, and the licence."""
        component = {
            path.relative_to(self.component).as_posix(): path.read_bytes()
            for path in files(self.component)
        }
        return component | {"LICENSE": self.licence.read_bytes()}

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a program."""
        # In a git hook, these variables name the repository that the hook runs in.
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("GIT_")
        }
        return subprocess.run(  # noqa: S603 - our own program, and git
            command, capture_output=True, check=False, env=inherited, text=True
        )
