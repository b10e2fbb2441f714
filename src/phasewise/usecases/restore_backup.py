"""Bringing back a backup while nothing runs: `phasewise db restore`."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from phasewise.core.model import Instant
from phasewise.errors import StoreError
from phasewise.store.backup import Copied, backup, is_empty, restore, running_nodes
from phasewise.store.db import Database
from phasewise.store.lock import ServingLock

STOP_FIRST = "a running Phasewise uses this database: stop it first, then restore"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and where what was there before is kept; None where nothing was."""

    copied: Copied
    before: Path | None


def restore_backup(
    database: Database, lock: ServingLock | None, file: Path, folder: Path, now: Instant
) -> Restored:
    """Replace the store by the backup `file`. What it held before is first written into `folder`.

    Raises StoreError where a service still uses the database, or the file is no backup.
    """
    if lock is not None and not lock.acquire():
        raise StoreError(STOP_FIRST)
    try:
        if lock is None and running_nodes(database, now):
            raise StoreError(STOP_FIRST)
        before = None if is_empty(database) else _kept(database, folder, now)
        return Restored(restore(database, file), before)
    finally:
        if lock is not None:
            lock.release()


def _kept(database: Database, folder: Path, now: Instant) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    at = datetime.fromtimestamp(now / 1000, tz=UTC)
    file = folder / f"before-restore-{at:%Y%m%dT%H%M%S}{now % 1000:03d}Z.db"
    backup(database, file)
    return file
