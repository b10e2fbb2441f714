"""What time it is for all that this process writes. `bootstrap` makes it, `worker.node` keeps it right.

On PostgreSQL it is the time of the database: claims, pauses and due times of processes on several machines
are compared with each other, and no two machines agree. An SQLite file has no clock but ours.
"""

import time
from collections.abc import Callable

from sqlalchemy import Connection, func, select

from phasewise.core.model import Instant


def database_time(connection: Connection, ours: Instant) -> Instant:
    """The database's time in milliseconds since the epoch; `ours` on SQLite."""
    if connection.dialect.name != "postgresql":
        return ours
    milliseconds = func.floor(func.extract("epoch", func.clock_timestamp()) * 1000)
    return int(connection.scalar(select(milliseconds)) or 0)


class DatabaseClock:
    """A clock that is set by the database, and goes on by itself in between however ours may jump.

    Until it is first set it is ours; on SQLite it always is.
    """

    def __init__(self, ours: Callable[[], Instant], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._ours = ours
        self._monotonic = monotonic
        self._set: tuple[Instant, float] | None = None

    def set_by(self, connection: Connection) -> Instant:
        """Set it, and say what time it is."""
        now = database_time(connection, self._ours())
        if connection.dialect.name == "postgresql":
            self._set = now, self._monotonic()
        return now

    def __call__(self) -> Instant:
        if self._set is None:
            return self._ours()
        then, since = self._set
        return then + int((self._monotonic() - since) * 1000)
