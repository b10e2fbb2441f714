"""Exports are made once and kept beside the bench, by what they hold."""

import sys
from pathlib import Path

from bench.measure import run
from bench.site import CACHE, ROOT


def export(deployment: str, issues: int) -> Path:
    """The file with so many issues of a deployment, made where it is not there yet."""
    path = CACHE / f"{deployment}-{issues}.json"
    if not path.exists():
        run([sys.executable, "-m", "bench.export", str(path), deployment, str(issues)], cwd=ROOT)
    return path
