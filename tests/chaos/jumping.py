"""Starts `phasewise` with a wall clock that jumps: by the seconds that the file PHASEWISE_CHAOS_CLOCK holds.

Only the wall clock moves, as on a machine whose time is set; what is measured monotonically goes on.
"""

import os
import sys
import time
from pathlib import Path

from phasewise.cli import main

JUMP = "PHASEWISE_CHAOS_CLOCK"
_file, _time_ns = Path(os.environ[JUMP]), time.time_ns


def _shifted() -> int:
    try:
        return _time_ns() + int(float(_file.read_text() or 0) * 1e9)
    except (OSError, ValueError):
        return _time_ns()


time.time_ns = _shifted
time.time = lambda: _shifted() / 1e9
sys.argv[0] = "phasewise"
main()
