"""M9: weekly reports while processes die and mail servers fail: none doubled, none lost, all doubt listed.

Each crash point is a run of its own: a report to 20 recipients, one thing that goes wrong, and others who go
on. `make test` tries a few points, `make chaos` a thousand.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import IO

import pytest
from sqlalchemy import select

from phasewise.core.calendar import calendar_of
from phasewise.core.model import CalendarRules
from phasewise.core.weeks import Week, report_week
from phasewise.store import report_recipients, sites
from phasewise.store.db import Database
from phasewise.store.report_recipients import Recipient
from phasewise.store.reports import mail_key
from phasewise.store.work_tables import effects
from tests.mail.post_office import post_office
from tests.story.report_worker import Order, order_line
from tests.story.troubled_office import Point, TroubledOffice
from tests.usecases.sending import PARIS, TEAM, paris

POINTS = int(os.environ.get("CHAOS_POINTS", "3"))
"""On each database: few in `make test`, many in `make chaos`."""

SEED = int(os.environ.get("CHAOS_SEED", "11"))
"""Of the order in which the points are tried."""

RECIPIENTS = [f"p{n:02}" for n in range(20)]
TRANSACTIONS = 3 * len(RECIPIENTS) + 4
"""A run without trouble has: to freeze, to plan, three for each mail, to end, and to begin."""

TOLD_EVERY = 25
"""After so many points it is said how it goes."""

EIGHT_MS = 8 * 3_600_000
CALENDAR = calendar_of(CalendarRules(zone=PARIS))


def points() -> list[Point]:
    """Every enumerated point once, in any order; then random instants, until there are enough."""
    chance = random.Random(SEED)
    mails = range(1, len(RECIPIENTS) + 1)
    found = [Point("commit", n, how) for n in range(1, TRANSACTIONS) for how in ("before", "after")]
    found += [Point("stage", n, how) for n in mails for how in ("rcpt", "end", "kept")]
    found += [Point("drop", n, how) for n in mails for how in ("354", "end")]
    answers = ("451 rcpt", "451 end", "550 rcpt", "554 end")
    found += [Point("answer", n, how) for n in mails for how in answers]
    found += [Point("half", n % 2) for n in range(10)]
    chance.shuffle(found)
    found += [Point("time", chance.randint(20, 900)) for _ in range(POINTS - len(found))]
    return found[:POINTS]


@dataclass
class Slot:
    """Where one worker at a time works. `made` counts them."""

    orders: IO[str]
    answers: IO[str]
    made: int = 0
    pid: int | None = None


@dataclass
class Workers:
    """Workers by slot, and how many were killed."""

    url: str
    port: int
    slots: list[Slot]
    kills: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(3))

    def until_through(self, number: int, order: Order) -> None:
        """Work in a slot, again and again after each death, until the report is through."""
        deadline, slot = time.monotonic() + 120, self.slots[number]
        while time.monotonic() < deadline:
            slot.made += 1
            # The one beside us may just be about to be replaced.
            names = [f"{n}-{one.made + more}" for n, one in enumerate(self.slots) for more in (0, 1)]
            status = self._run(slot, replace(order, name=f"{number}-{slot.made}", alive=names))
            if status == 0:
                return
            assert os.WIFSIGNALED(status), "the worker failed; its error is above"
            self.kills += order.die_at > 0
            order = replace(order, die_at=0)
        raise AssertionError("the report did not come to its end")

    def _run(self, slot: Slot, order: Order) -> int:
        slot.orders.write(order_line(order))
        slot.orders.flush()
        slot.pid = int(slot.answers.readline())
        status = int(slot.answers.readline())
        slot.pid = None
        return status

    def kill(self) -> None:
        """End one of those that work."""
        if pids := [slot.pid for slot in self.slots if slot.pid is not None]:
            with suppress(ProcessLookupError):
                os.kill(self.chance.choice(pids), signal.SIGKILL)
                self.kills += 1


@contextmanager
def working(url: str, port: int, slots: int) -> Iterator[Workers]:
    """One process forks the workers of all slots."""
    pipes = [(os.pipe(), os.pipe()) for _ in range(slots)]
    theirs = [(orders[0], answers[1]) for orders, answers in pipes]
    command = [sys.executable, "-m", "tests.story.report_worker", *(f"{one},{two}" for one, two in theirs)]
    forker = subprocess.Popen(command, pass_fds=[one for pair in theirs for one in pair])
    for one, two in theirs:
        os.close(one)
        os.close(two)
    with ExitStack() as opened:
        found = [
            Slot(
                opened.enter_context(open(orders[1], "w", encoding="utf-8")),
                opened.enter_context(open(answers[0], encoding="utf-8")),
            )
            for orders, answers in pipes
        ]
        try:
            yield Workers(url, port, found)
        finally:
            opened.close()
            forker.wait(20)


def prepare(database: Database) -> Week:
    """A team with recipients; the first week whose report is to be sent."""
    with database.write() as connection:
        site_id = sites.site_of(connection, "https://jira.example")
        far = paris("2099-01-01")
        sites.save_sync_state(connection, site_id, watermark=far, last_success_at=1)
        for name in RECIPIENTS:
            address = f"{name}@example.com"
            made = Recipient(name, TEAM, address, name, "team", "en", "text", 0, "test", f"{name:0<43}")
            report_recipients.add_recipient(connection, site_id, made)
    return report_week(paris("2027-01-05"), CALENDAR)


def run_point(workers: Workers, office: TroubledOffice, week: Week, point: Point) -> None:
    """The report of a week, with this going wrong."""
    workers.kills = 0
    office.begin(point, workers.kill)
    ahead = week.end + EIGHT_MS - time.time_ns() // 1_000_000
    order = Order(workers.url, workers.port, "", [], week.label, ahead)
    dying = replace(order, die_at=point.number, before_commit=point.how == "before")
    timer = threading.Timer(point.number / 1000, workers.kill)
    if point.kind == "time":
        timer.start()
    with ThreadPoolExecutor(len(workers.slots)) as pool:
        first = [dying if point.kind == "commit" else order, *[order] * (len(workers.slots) - 1)]
        through = list(pool.map(workers.until_through, range(len(first)), first))
    timer.cancel()
    assert len(through) == len(workers.slots)


def judge(database: Database, workers: Workers, office: TroubledOffice, week: Week) -> Counter[str]:
    """What became of the 20: fails where one is doubled, lost, or in doubt without a reason."""
    keys = {mail_key(TEAM, week.label, name): name for name in RECIPIENTS}
    with database.read() as connection:
        rows = connection.execute(select(effects).where(effects.c.key.in_(keys))).all()
    states = {keys[row.key]: row.state for row in rows}
    arrived = Counter(to.partition("@")[0] for to, _ in office.accepted)
    refused = {address.partition("@")[0] for address in office.refused}
    told = f"{office.point}: {states}, arrived {arrived}"
    assert sorted(states) == RECIPIENTS, told  # each has one
    assert max(arrived.values(), default=0) <= 1, told  # none doubled
    assert {name for name, state in states.items() if state == "done"} <= arrived.keys(), told
    assert {name for name, state in states.items() if state == "failed"} == refused - arrived.keys(), told
    lost = [name for name, state in states.items() if state not in ("done", "failed", "unknown")]
    assert lost == [], told
    found = Counter(states.values())
    assert found["unknown"] <= workers.kills + office.drops, told
    return found + Counter(kills=workers.kills, drops=office.drops)


def mend(database: Database) -> None:
    """Who was refused is taken back for the next run."""
    with database.write() as connection:
        for name in RECIPIENTS:
            report_recipients.change_recipient(connection, 1, name, bounced_at=None, bounce=None)


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize(("kind", "slots"), [("sqlite", 1), ("postgresql", 2)])
def test_m9_no_crash_doubles_or_loses_a_report(
    request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str], kind: str, slots: int
) -> None:
    url = request.getfixturevalue("sqlite_url" if kind == "sqlite" else "pg_url")
    database, total = Database(url), Counter[str]()
    week, began = prepare(database), time.monotonic()
    request.addfinalizer(database.close)
    with post_office(TroubledOffice) as office, working(url, office.port, slots) as workers:
        assert isinstance(office, TroubledOffice)
        for number, point in enumerate(points(), 1):
            run_point(workers, office, week, point)
            total += judge(database, workers, office, week)
            mend(database)
            week = report_week(week.end, CALENDAR)
            if number % TOLD_EVERY == 0:
                with capsys.disabled():
                    print(f"\n{kind}: {number} points, {time.monotonic() - began:.0f} s, {dict(total)}")
    assert total["done"] > 15 * POINTS
