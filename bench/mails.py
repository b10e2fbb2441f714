"""A thousand mails of one weekly report, 60 projects each with its picture, handed over by one worker.

The mail server is a process of its own that keeps nothing; beside it the bare loop of the library hands the
same bytes to the same server, a connection for each, and remembers nothing either.
"""

import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from tests.mail.report.cast import report

from bench.report import Figure, at_most, seen
from phasewise.core.digest import Digest, ReportState, to_json
from phasewise.core.model import CalendarRules, Policy
from phasewise.log import configure_log
from phasewise.mail.access import SmtpAccess
from phasewise.mail.message import rendered
from phasewise.mail.report.reader import Occasion
from phasewise.mail.smtp import Smtp
from phasewise.store import report_recipients, reports, sites
from phasewise.store.db import Database
from phasewise.store.effects import EffectKind
from phasewise.store.migrate import upgrade
from phasewise.store.report_recipients import Recipient
from phasewise.store.reports import Frozen, Report
from phasewise.usecases.deps import Deps
from phasewise.usecases.do_effects import do_due
from phasewise.usecases.reports.forming import Forms
from phasewise.usecases.reports.send_now import send_now

MAILS, PROJECTS = 1_000, 60
SENDER = "phasewise@example.com"
AUDIENCES, LANGUAGES = ("team", "stakeholder", "executive"), ("en", "fr", "ja", "ru", "zh")


@dataclass(frozen=True, slots=True)
class Took:
    wall: float
    cpu: float


def measure(folder: Path) -> list[Figure]:
    """How long the worker takes, and how much longer than the bare loop."""
    configure_log("json")
    digest = report(PROJECTS)
    with mail_server() as port:
        deps = prepared(folder / "mails.db", port, digest)
        keys = send_now(deps, digest.team, digest.week)
        ours = taken(lambda: do_due(deps, "bench", (EffectKind.MAIL,), lambda _: None))
        with deps.database.read() as connection:
            counts = reports.mail_counts(
                connection, deps.site_id, [Report(digest.team, digest.week, digest.end, digest.zone)]
            )
        assert counts[digest.team, digest.week] == {"done": len(keys)} == {"done": MAILS}
        message = a_message(digest)
        bare = taken(lambda: [send_bare(port, message) for _ in range(MAILS)])
    name = f"mails, {MAILS:,} of a report of {PROJECTS} projects"
    return [
        at_most(name, "handed over by one worker", ours.wall, 30.0, " s"),
        seen(name, "size of one", len(message) / 1024, " KB"),
        seen(name, "CPU for each", ours.cpu / MAILS * 1000, " ms"),
        seen(name, "wall clock, of the bare loop's", ours.wall / bare.wall),
        seen(name, "CPU, of the bare loop's", ours.cpu / bare.cpu),
    ]


def taken(work: Callable[[], object]) -> Took:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - wall, time.process_time() - cpu)


def prepared(path: Path, port: int, digest: Digest) -> Deps:
    """A frozen report, and recipients of every kind."""
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    mailer = Smtp(SmtpAccess("127.0.0.1", port, SENDER))
    policy = Policy(calendar=CalendarRules(zone=digest.zone))
    now = digest.end + 9 * 3_600_000
    with database.write() as connection:
        site_id = sites.site_of(connection, "https://jira.example")
        reports.begin(connection, site_id, Report(digest.team, digest.week, digest.end, digest.zone))
        frozen = Frozen(to_json(digest), "0" * 64, now, ReportState.FROZEN)
        reports.freeze(connection, site_id, digest.team, digest.week, frozen)
        for number, audience, language in zip(range(MAILS), cycle(AUDIENCES), cycle(LANGUAGES), strict=False):
            made = recipient(digest.team, number, audience, language)
            report_recipients.add_recipient(connection, site_id, made)
    return Deps(database, site_id, policy, lambda: now, mailer=mailer, base_url="https://phasewise.example")


def recipient(team: str, number: int, audience: str = "team", language: str = "en") -> Recipient:
    address, secret = f"p{number}@example.com", f"{number:043}"
    return Recipient(
        f"r{number}", team, address, f"Person {number}", audience, language, "html", 0, "bench", secret
    )


def a_message(digest: Digest) -> bytes:
    mail = Forms(digest, "https://phasewise.example").mail("key", recipient("x", 1), Occasion.DUE)
    return rendered(mail, SENDER, digest.end)


def send_bare(port: int, message: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        smtp.sendmail(SENDER, ["p@example.com"], message)


@contextmanager
def mail_server() -> Iterator[int]:
    """A server that takes everything and keeps nothing."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "aiosmtpd",
        "-n",
        "-c",
        "aiosmtpd.handlers.Sink",
        "-l",
        f"127.0.0.1:{port}",
    ]
    server = subprocess.Popen(command)
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(10)
