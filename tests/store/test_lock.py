"""One process serves a file; the others see that it does."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from phasewise.errors import StoreError
from phasewise.store.lock import ServingLock

HOLD = """
import sys, time
from pathlib import Path
from phasewise.store.lock import ServingLock
assert ServingLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
time.sleep(60)
"""


def test_only_one_holds_the_lock(tmp_path: Path) -> None:
    first, second = ServingLock(tmp_path / "serving"), ServingLock(tmp_path / "serving")
    assert first.acquire()
    assert not second.acquire()
    assert second.held_elsewhere()
    first.release()
    assert second.acquire()
    second.release()


def test_who_holds_it_may_ask_again(tmp_path: Path) -> None:
    lock = ServingLock(tmp_path / "serving")
    assert not lock.held_elsewhere()
    assert lock.acquire()
    assert lock.acquire()
    assert not lock.held_elsewhere()
    lock.release()
    lock.release()


def test_a_killed_process_leaves_no_lock_behind(tmp_path: Path) -> None:
    path = tmp_path / "serving"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        lock = ServingLock(path)
        assert lock.held_elsewhere()
        holder.send_signal(signal.SIGKILL)
    assert not lock.held_elsewhere()


def test_a_lock_file_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        ServingLock(tmp_path / "nowhere" / "serving").acquire()
