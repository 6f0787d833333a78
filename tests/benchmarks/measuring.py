"""Interleaved rounds and their medians; peak memory in a child of its own."""

import math
import os
import random
import resource
import statistics
import time
from collections.abc import Callable
from itertools import pairwise


def medians(work: dict[str, Callable], rounds: int, *, clock=time.process_time) -> dict[str, float]:
    """{name: median milliseconds}; every round runs all of ``work`` in a shuffled order, after one warm-up each.

    ``clock``: processor time of this process, or ``time.perf_counter`` where a database server works too.
    """
    order = list(work)
    dice = random.Random(1)
    times: dict[str, list[float]] = {name: [] for name in work}
    for name in order:
        work[name]()
    for _round in range(rounds):
        dice.shuffle(order)
        for name in order:
            start = clock()
            work[name]()
            times[name].append((clock() - start) * 1000)
    return {name: statistics.median(values) for name, values in times.items()}


def peak_growth(work: Callable) -> float:
    """How many MiB of resident memory ``work`` adds at its peak, run in a forked child.

    Right for work without a database: a connection must not be shared with a child.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        work()
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        os.write(writer, str(grown / 1024).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        return float(pipe.read())


def exponent(found: dict[int, float]) -> str:
    """By which power of the size the figures grow, from each size to the next: ``0.31, 0.97``; "-" for one size."""
    steps = pairwise(sorted(found))
    return ", ".join(f"{math.log(found[b] / found[a]) / math.log(b / a):.2f}" for a, b in steps) or "-"


def table(title: str, rows: list[tuple], heads: tuple[str, ...]) -> None:
    """Print rows under their heads, numbers right-aligned."""
    cells = [heads, *(tuple(cell if isinstance(cell, str) else f"{cell:.2f}" for cell in row) for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(heads))]
    print(f"\n{title}")
    for row in cells:
        print(
            "  "
            + row[0].ljust(widths[0])
            + "".join("  " + c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))
        )
