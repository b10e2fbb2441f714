"""What the measures found: one line each, kept as JSON lines and printed as a table."""

import json
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure beside its target; `met` is None where nothing is demanded or nothing was run."""

    measure: str
    what: str
    figure: str
    target: str = ""
    met: bool | None = None


def at_most(measure: str, what: str, value: float, limit: float, unit: str = "") -> Figure:
    return Figure(measure, what, f"{value:.2f}{unit}", f"at most {limit:g}{unit}", value <= limit)


def at_least(measure: str, what: str, value: float, limit: float, unit: str = "") -> Figure:
    return Figure(measure, what, f"{value:.1f}{unit}", f"at least {limit:g}{unit}", value >= limit)


def seen(measure: str, what: str, value: float, unit: str = "") -> Figure:
    """A figure that nothing is demanded of."""
    return Figure(measure, what, f"{value:.2f}{unit}")


def not_run(measure: str, what: str, reason: str) -> Figure:
    return Figure(measure, what, f"not run: {reason}")


def keep(figures: Sequence[Figure]) -> Path:
    """Append to the results of today, with the machine they were found on."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{time.strftime('%Y-%m-%d')}.jsonl"
    machine = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
    }
    with path.open("a", encoding="utf-8") as file:
        for figure in figures:
            file.write(json.dumps(machine | asdict(figure)) + "\n")
    return path


def table(figures: Sequence[Figure]) -> str:
    """The figures under each other, with a verdict where something is demanded."""
    rows = [("measure", "what", "figure", "target", "")]
    for one in figures:
        verdict = "" if one.met is None else "holds" if one.met else "SHORT"
        rows.append((one.measure, one.what, one.figure, one.target, verdict))
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])
