"""Print the packages that Home Assistant would install at its first start.

The arguments are integrations that a person sets up only later.
"""

import json
from pathlib import Path
import sys
from typing import Final

from homeassistant import components
from homeassistant.bootstrap import DEFAULT_INTEGRATIONS

# What the demo configures in addition to Home Assistant's defaults.
CONFIGURED: Final = {"history", "logbook", "my"}


def main() -> None:
    """Follow the dependencies of the integrations and print their requirements."""
    [folder] = components.__path__
    waiting = DEFAULT_INTEGRATIONS | CONFIGURED | set(sys.argv[1:])
    seen: set[str] = set()
    requirements: set[str] = set()
    while waiting:
        domain = waiting.pop()
        seen.add(domain)
        manifest = json.loads(Path(folder, domain, "manifest.json").read_bytes())
        waiting.update(set(manifest.get("dependencies", ())) - seen)
        requirements.update(manifest.get("requirements", ()))
    print(*sorted(requirements), sep="\n")  # noqa: T201 - printing is what it is for


if __name__ == "__main__":
    main()
