"""A team whose report is to be sent, a clock, and a mail server: what the tests of sending share."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from tests.mail.post_office import PostOffice, post_office

from phasewise.core.calendar import calendar_of
from phasewise.core.digest import Compliance, Digest, ReportState, WeekShare, to_json
from phasewise.core.model import CalendarRules, Instant, Policy
from phasewise.core.weeks import week_labelled
from phasewise.store import report_recipients, reports, sites
from phasewise.store.boards import Page
from phasewise.store.db import Database
from phasewise.store.effects import EffectKind
from phasewise.store.report_recipients import Recipient
from phasewise.store.reports import Frozen, Report
from phasewise.store.work_tables import effects
from phasewise.usecases.deps import Deps
from phasewise.usecases.do_effects import EffectsReport, do_due
from phasewise.usecases.reports.send_due import Sending, SendReport

PARIS = "Europe/Paris"
TEAM = "default"
LONG_AGO: Instant = 1_700_000_000_000


def paris(text: str) -> Instant:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(PARIS)).timestamp()) * 1000


def plain_digest(team: str, week: str) -> Digest:
    """A report with nothing in it."""
    found = week_labelled(week, calendar_of(CalendarRules(zone=PARIS)))
    share = WeekShare(week, found.start, found.end, None, None, None)
    return Digest(
        team=team,
        week=week,
        start=found.start,
        end=found.end,
        instant=found.end,
        since=found.start,
        zone=PARIS,
        ribbon_start=found.start,
        compliance=Compliance(share),
    )


def frozen_plainly(
    deps: Deps, team: str, week: str, *, late: bool = False, state: ReportState = ReportState.FROZEN
) -> bool:
    """Keeps such a report: what it says does not matter here."""
    digest = plain_digest(team, week)
    with deps.database.write() as connection:
        reports.begin(connection, deps.site_id, Report(team, week, digest.end, PARIS))
        kept = Frozen(to_json(digest), "0" * 64, deps.now(), state, late)
        return reports.freeze(connection, deps.site_id, team, week, kept)


@dataclass
class Desk:
    """The team's side of it. `clock` is what time it is."""

    deps: Deps
    post: PostOffice
    clock: list[Instant]
    sending: Sending = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Another process looks what is due."""
        self.sending = Sending(self.deps, frozen_plainly)

    def at(self, text: str) -> SendReport:
        """At this time in Paris: send what is due, if anything is."""
        self.clock[0] = paris(text)
        return self.look()

    def look(self) -> SendReport:
        return self.sending.run() if self.sending.is_due() else SendReport()

    def mail(self, node: str = "node") -> EffectsReport:
        """Hand the mails over that are due."""
        return do_due(self.deps, node, (EffectKind.MAIL,), lambda _: None)

    def recipient(self, name: str, **more: Any) -> Recipient:
        made = Recipient(
            recipient_id=name,
            team=TEAM,
            address=f"{name}@example.com",
            name=name.title(),
            audience="team",
            language="en",
            format="text",
            created_at=LONG_AGO,
            created_by="test",
            secret=(name * 43)[:43],
        )
        made = replace(made, **more)
        with self.deps.database.write() as connection:
            report_recipients.add_recipient(connection, self.deps.site_id, made)
        return made

    def change(self, name: str, **values: Any) -> None:
        with self.deps.database.write() as connection:
            report_recipients.change_recipient(connection, self.deps.site_id, name, **values)

    def got(self) -> list[str]:
        """Who got a mail, in the order of the names."""
        return sorted(to.partition("@")[0] for to, _ in self.post.accepted)

    def subjects(self) -> list[str]:
        lines = [message.decode().split("\r\n") for _, message in self.post.accepted]
        return [line.removeprefix("Subject: ") for one in lines for line in one if line.startswith("Subject")]

    def rows(self) -> list[Any]:
        with self.deps.database.read() as connection:
            return list(connection.execute(select(effects).order_by(effects.c.key)))

    def states(self) -> dict[str, str]:
        """What became of each report, by week."""
        with self.deps.database.read() as connection:
            found = reports.reports_page(connection, self.deps.site_id, None, Page(limit=100))
        return {one.week: f"{one.state}{', late' if one.late else ''}" for one in reversed(found)}


@contextmanager
def sending(database: Database, watermark: str | None = "2027-12-01", **how: Any) -> Iterator[Desk]:
    """A team in Paris whose report is sent on Mondays at eight, read from Jira up to `watermark`."""
    clock = [paris("2026-11-16 09:00")]
    with database.write() as connection:
        site_id = sites.site_of(connection, "https://jira.example")
        read = None if watermark is None else paris(watermark)
        sites.save_sync_state(connection, site_id, watermark=read, last_success_at=LONG_AGO)
    policy = Policy(calendar=CalendarRules(zone=PARIS))
    with post_office(**how) as post:
        mailer = post.smtp(answer_seconds=0.5)
        deps = Deps(database, site_id, policy, lambda: clock[0], mailer=mailer, base_url="https://x.example")
        yield Desk(deps, post, clock)
