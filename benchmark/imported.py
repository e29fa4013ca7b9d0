"""What an import costs: `python -m benchmark.imported MODULE [THERE ALREADY...]`."""

from importlib import import_module
import sys
import time

from .alone import let_plextv_be_found
from .memory import memory


def main() -> None:
    """Import it, and print the milliseconds and KiB that it took."""
    let_plextv_be_found()
    name, *there = sys.argv[1:]
    for module in there:
        import_module(module)
    held, start = memory(), time.perf_counter()
    import_module(name)
    print((time.perf_counter() - start) * 1000, memory() - held)


if __name__ == "__main__":
    main()
