"""Measure, and print a table: `python -m benchmark`."""

from multiprocessing import get_context
from typing import TYPE_CHECKING

from .case import run

if TYPE_CHECKING:
    from .measure import Cost

# Accounts, and servers of each.
CASES = ((1, 3), (10, 3), (100, 3), (1, 1), (1, 10), (1, 100))
HEADER = (
    "accounts  servers  entities | set-up ms   CPU ms  requests (servers)"
    " | refresh ms   CPU ms  requests (servers) | memory KiB"
)


def line(cost: Cost) -> str:
    """Write one measurement as a line of the table."""
    set_up = f"{cost.set_up_requests[0]} ({cost.set_up_requests[1]})"
    refresh = f"{cost.refresh_requests[0]} ({cost.refresh_requests[1]})"
    return (
        f"{cost.accounts:8}  {cost.servers:7}  {cost.entities:8}"
        f" | {cost.set_up:9.1f} {cost.set_up_cpu:8.1f}  {set_up:18}"
        f" | {cost.refresh:10.1f} {cost.refresh_cpu:8.1f}  {refresh:18}"
        f" | {cost.memory:10}"
    )


def main() -> None:
    """Measure every case."""
    print(HEADER, flush=True)
    context = get_context("spawn")
    for accounts, servers in CASES:
        ours, theirs = context.Pipe()
        process = context.Process(target=run, args=(theirs, accounts, servers))
        process.start()
        print(line(ours.recv()), flush=True)
        process.join()


if __name__ == "__main__":
    main()
