"""The component's client of plex.tv, without the rest and so without Home Assistant."""

from pathlib import Path
import sys

COMPONENT = Path(__file__).parent.parent / "custom_components" / "plex_account"


def let_plextv_be_found() -> None:
    """Let `plextv` be imported as a package of its own."""
    # Behind everything else, for the component has names of its own.
    sys.path.append(str(COMPONENT))
