"""Locks between processes: one serving process per SQLite file, one migrator at a time."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from phasewise.errors import StoreError
from phasewise.store.db import Database

PATIENCE_SECONDS = 0.5
LOOK_SECONDS = 0.05
SYNCHRONISING = 0x5157


class ServingLock:
    """Held by the one process that serves an SQLite file; others hand their synchronisation to it.

    The system frees it when the process ends, however it ends.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Take the lock; False if another process holds it."""
        if self._descriptor is not None:
            return True
        descriptor = _opened(self.path)
        deadline = time.monotonic() + PATIENCE_SECONDS
        # Somebody may just be looking whether it is held (`held_elsewhere`), which takes an instant.
        while not _taken(descriptor, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                os.close(descriptor)
                return False
            time.sleep(0.02)
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Give it up; nothing happens if it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def held_elsewhere(self) -> bool:
        """Whether another holder exists now."""
        if self._descriptor is not None:
            return False
        descriptor = _opened(self.path)
        try:
            return not _taken(descriptor, fcntl.LOCK_SH)
        finally:
            os.close(descriptor)


@contextmanager
def one_synchronisation(database: Database, site_id: int) -> Iterator[None]:
    """Hold a site's right to be synchronised, waiting while another process has it."""
    if database.path is not None:
        path = database.path.with_name(f"{database.path.name}.syncing")
        with waiting_lock(path, database.require_in_use):
            yield
    else:
        with database.hold(SYNCHRONISING, site_id):
            yield


@contextmanager
def waiting_lock(path: Path, go_on: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock file at `path`, waiting while another process holds it, unless `go_on` raises."""
    descriptor = _opened(path)
    try:
        while not _taken(descriptor, fcntl.LOCK_EX):
            time.sleep(LOOK_SECONDS)
            go_on()
        yield
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(f"The lock file {path} cannot be opened: {error.strerror}") from None


def _taken(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
