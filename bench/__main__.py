"""`python -m bench`: every measure, or those named; a table at the end.

docs/benchmarks.md says what each means.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import (
    against_peers,
    appears,
    content,
    demo,
    drain,
    first_load,
    intake,
    judge,
    ladder,
    latency,
    mails,
    many,
    memory,
    pages,
    poll,
    scale,
    served,
    streams,
)
from bench.report import Figure, keep, table

Measure = Callable[[Path], list[Figure]]


def measures(*, quick: bool) -> dict[str, Measure]:
    """By name, in the order they run. `many` only when it is named: it takes long."""
    tenth = 10 if quick else 1
    times = 2 if quick else 3
    return {
        "load": lambda folder: first_load.measure(folder, 10_000 // tenth, times),
        "peers": lambda folder: against_peers.measure(folder, 10_000 // tenth),
        "memory": lambda folder: memory.measure(folder, 10_000 // tenth, 100_000 // tenth),
        "poll": lambda folder: poll.measure(folder, 100_000 // tenth),
        "drain": lambda folder: drain.measure(folder, 10_000 // tenth),
        "latency": lambda folder: latency.measure(folder, 2_000),
        "appears": lambda folder: appears.measure(folder, 2_000),
        "ladder": ladder.measure,
        "mails": mails.measure,
        "judge": lambda folder: judge.measure(folder, 88_000 // tenth),
        "report": lambda folder: content.measure(folder, 10_000 // tenth),
        "pages": lambda folder: pages.measure(folder, 880, 88_000 // tenth),
        "served": served.measure,
        "streams": streams.measure,
        "intake": lambda folder: intake.measure(folder, times),
        "scale": lambda _folder: scale.measure(1),
        "demo": demo.measure,
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        help="load, peers, memory, poll, drain, latency, appears, ladder, mails, judge, report, pages, "
        "served, streams, intake, scale, demo, or many; default all but the last",
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the issues, fewer rounds")
    parser.add_argument("--issues", type=int, default=1_000_000, help="how many for `many`")
    wanted = parser.parse_args()
    known = measures(quick=wanted.quick)
    chosen = wanted.names or list(known)
    known["many"] = lambda folder: many.measure(folder, wanted.issues)
    if unknown := set(chosen) - known.keys():
        parser.error(f"no such measure: {', '.join(sorted(unknown))}")
    found: list[Figure] = []
    for name in chosen:
        began = time.perf_counter()
        with tempfile.TemporaryDirectory(prefix="phasewise-bench-") as folder:
            (Path(folder) / "data").mkdir()
            some = known[name](Path(folder))
        keep(some)
        found += some
        print(f"{name}: {time.perf_counter() - began:.0f} s", flush=True)
    print("\n" + table(found))


if __name__ == "__main__":
    main()
