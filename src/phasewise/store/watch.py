"""Whether anything was committed since: asked by `web/kept`, which sends again what it answered."""

import itertools
import threading

from sqlalchemy import text

from phasewise.store.db import Database

LABEL = "phasewise watch"
KNOWN_AS = "phasewise_watch"

_numbers = itertools.count()


class Watch:
    """Looks at one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._own: Database | None = None
        self._turn = threading.Lock()

    def state(self) -> str:
        """Another text after every commit, by whomever; while it is the same, whatever is read is the same.

        SQLite counts for each connection the commits of all others: one that never writes is asked, and says
        which it is. PostgreSQL says which transactions a reader would see. Raises StoreError.
        """
        if self._database.path is None:
            with self._database.read() as connection:
                return str(connection.scalar(text("SELECT txid_current_snapshot()")))
        with self._turn:
            self._own = self._own or self._database.again(LABEL)
            with self._own.read() as connection:
                number = connection.info.setdefault(KNOWN_AS, next(_numbers))
                return f"{number}:{connection.exec_driver_sql('PRAGMA data_version').scalar()}"
