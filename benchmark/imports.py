"""What it costs to import each client, each in a fresh process."""

from dataclasses import dataclass
import os
from statistics import median
import subprocess
import sys
from tempfile import TemporaryDirectory

MODULES = ("plextv", "plexapi.myplex", "plexauth", "aiohttp")
# What Home Assistant has loaded anyway.
THERE = "aiohttp"


@dataclass(frozen=True, slots=True)
class Import:
    """The medians of some imports, in milliseconds and KiB."""

    milliseconds: float
    memory: float
    further: float
    """Milliseconds where aiohttp is there already."""


def imports(repetitions: int) -> dict[str, Import]:
    """Import each module a few times, in turns."""
    taken: dict[str, list[tuple[float, float, float]]] = {name: [] for name in MODULES}
    with TemporaryDirectory() as compiled:
        # The first time compiles, for all of them at the same place.
        environment = os.environ | {"PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for repetition in range(repetitions + 1):
            for module in MODULES:
                milliseconds, memory = _import(environment, module)
                further, _ = _import(environment, module, THERE)
                if repetition:
                    taken[module].append((milliseconds, memory, further))
    return {
        module: Import(*(median(column) for column in zip(*costs, strict=True)))
        for module, costs in taken.items()
    }


def _import(environment: dict[str, str], *modules: str) -> tuple[float, float]:
    """Import the first of some modules, where the others are there already."""
    command = [sys.executable, "-m", "benchmark.imported", *modules]
    answer = subprocess.run(  # noqa: S603 - a command of our own
        command, check=True, capture_output=True, env=environment, text=True
    )
    milliseconds, memory = answer.stdout.split()
    return float(milliseconds), float(memory)
