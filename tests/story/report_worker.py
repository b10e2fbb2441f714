"""A worker that sends one weekly report, made to be killed: forked by a process that has loaded all of it.

`python -m tests.story.report_worker 3,4 5,6` takes orders from the files 3 and 5, a line each, and forks a
worker for each; it says to 4 and 6 its process id, and when it ended how.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, cast

from sqlalchemy import select

from phasewise.core.model import CalendarRules, Instant, Policy
from phasewise.log import configure_log
from phasewise.mail.access import SmtpAccess
from phasewise.mail.report.form import form_of
from phasewise.mail.report.links import Links
from phasewise.mail.smtp import Smtp
from phasewise.store import nodes, reports
from phasewise.store.db import Database
from phasewise.store.effects import EffectKind
from phasewise.store.report_sending import progress_of
from phasewise.store.work_tables import effects
from phasewise.usecases.deps import Deps
from phasewise.usecases.do_effects import do_due
from phasewise.usecases.reports.forming import Forms
from phasewise.usecases.reports.send_due import Sending
from tests.usecases.sending import PARIS, TEAM, frozen_plainly, plain_digest


@dataclass(frozen=True)
class Order:
    """Work as `name` on a database until the report of `week` is through; `alive` are the names of those who
    work. The clock is `ahead_ms` ahead. Die at the n-th transaction, before or after its commit; 0: never."""

    url: str
    port: int
    name: str
    alive: list[str]
    week: str
    ahead_ms: int
    die_at: int = 0
    before_commit: bool = False


class Dying:
    """A database whose process dies at its n-th transaction."""

    def __init__(self, database: Database, order: Order) -> None:
        self._database, self._left, self._before = database, order.die_at, order.before_commit
        self.read = database.read

    @contextmanager
    def write(self) -> Iterator[Any]:
        with self._database.write() as connection:
            yield connection
            self._left -= 1
            if self._left == 0 and self._before:
                die()
        if self._left == 0:
            die()

    def transact(self, work: Callable[[Any], Any]) -> Any:
        with self.write() as connection:
            return work(connection)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def work(order: Order) -> None:
    """What a node does about reports, with nothing but the report to do."""
    database, ahead = Database(order.url), [order.ahead_ms]

    def now() -> Instant:
        return time.time_ns() // 1_000_000 + ahead[0]

    with database.write() as connection:
        nodes.end_claims(connection, 1, order.alive)  # as a node does that takes over from a dead one
    policy = Policy(calendar=CalendarRules(zone=PARIS))
    mailer = Smtp(SmtpAccess("127.0.0.1", order.port, "phasewise@example.com"), answer_seconds=5.0)
    deps = Deps(cast(Database, Dying(database, order)), 1, policy, now, mailer=mailer)
    sending = Sending(deps, frozen_plainly)
    while not is_through(database, order.week):
        if sending.is_due():
            sending.run()
        if not do_due(deps, order.name, (EffectKind.MAIL,), lambda _: None).attempts.total():
            rest(database, now, ahead)


def is_through(database: Database, week: str) -> bool:
    with database.read() as connection:
        report = reports.report_of(connection, 1, TEAM, week)
        progress = progress_of(connection, 1, TEAM, week)
    return report is not None and report.state == "sent" and not progress.is_open


def rest(database: Database, now: Callable[[], Instant], ahead: list[int]) -> None:
    """Wait for somebody else who is at it; if nobody is, the clock goes on until something is due again."""
    waiting = select(effects.c.state, effects.c.next_at).where(effects.c.state.in_(("due", "claimed")))
    with database.read() as connection:
        rows = connection.execute(waiting).all()
    if rows and all(row.state == "due" for row in rows):
        ahead[0] += max(0, min(row.next_at for row in rows) - now())
    time.sleep(0.02)


# ------------------------------------------------------------------ the process that forks


def serve(orders: int, answers: int) -> None:
    """Fork a worker for each order, until there are no more."""
    with open(orders, encoding="utf-8") as lines, open(answers, "w", encoding="utf-8") as said:
        for line in lines:
            order = Order(**json.loads(line))
            if (pid := os.fork()) == 0:
                os._exit(worked(order))
            print(pid, file=said, flush=True)
            print(os.waitpid(pid, 0)[1], file=said, flush=True)


def worked(order: Order) -> int:
    """0 where the report came through, 1 where the worker failed."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    try:
        work(order)
    except BaseException:  # whatever it is, the fork must not go on as its parent
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


def warm_up() -> None:
    """What takes long is done before anything is forked."""
    Forms(plain_digest(TEAM, "2027-W01"), "https://x.example").post("en")
    form_of(plain_digest(TEAM, "2027-W01"), "team", "en", PARIS, Links())


def order_line(order: Order) -> str:
    return json.dumps(asdict(order)) + "\n"


def main() -> None:
    configure_log("json")
    warm_up()
    pairs = [tuple(map(int, argument.split(","))) for argument in sys.argv[1:]]
    pids = []
    for mine in pairs:
        if (pid := os.fork()) == 0:
            for other in pairs:
                if other != mine:
                    os.close(other[0])
                    os.close(other[1])
            serve(*mine)
            os._exit(0)
        pids.append(pid)
    for orders, answers in pairs:
        os.close(orders)
        os.close(answers)
    for pid in pids:
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
