"""The tables of a weekly report: its projects, the stays behind their ribbons, the weeks of the team.

Called by report_body and report_files. The report is frozen: an order is how it is looked at, and its own
files stay as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from phasewise.core.digest import Digest, ProjectDigest, WeekShare
from phasewise.core.health import Colour
from phasewise.core.model import PHASE_RANK
from phasewise.i18n.speaking import marked
from phasewise.usecases.views import WeekCompliance
from phasewise.web import finding_tables
from phasewise.web.here import Here
from phasewise.web.stay_tables import stays_of_report
from phasewise.web.tables import AskedOne, Column, Framed, Row, Table, as_it_comes

COLOURS = list(Colour)
DIGITS = 3


class Which(StrEnum):
    """The tables of the page."""

    PROJECTS = "projects"
    STAYS = "stays"
    WEEKS = "weeks"


@dataclass(frozen=True, slots=True)
class Ordered:
    """What the address asks of the tables; where there is none (`here` None), they stay as they come."""

    asked: AskedOne | None = None
    here: Here | None = None

    def frame(self, table: Table[Row]) -> Framed[Row]:
        if self.asked is None or self.here is None:
            return as_it_comes(table)
        return self.asked.frame(table, self.here)


def projects(digest: Digest, *, sees_people: bool) -> Table[ProjectDigest]:
    """The projects, worst first. Who worked on each only for whoever may know, and in no order by it."""
    who: Column[ProjectDigest] = Column(
        "people", marked("Who, this week"), lambda one: None, lambda one: _names(one), sorts=False
    )
    shown: tuple[Column[ProjectDigest], ...] = (
        Column("project", marked("Project"), lambda one: one.summary),
        Column("phase", marked("Phase"), _rank, lambda one: [phase.value for phase in one.phases_now]),
        Column("weeks", marked("Weeks spent"), lambda one: round(one.spent_weeks, DIGITS)),
        Column(
            "health", marked("Health"), lambda one: COLOURS.index(one.colour), lambda one: one.colour.value
        ),
        *([who] if sees_people else []),
        Column("week_days", marked("The week"), lambda one: round(one.week_days, DIGITS)),
    )
    more: tuple[Column[ProjectDigest], ...] = (
        Column("key", "key", lambda one: one.key),
        Column("state", "state", lambda one: one.state.value),
        Column("returns", "returns", lambda one: one.loops),
    )
    return Table(Which.PROJECTS, digest.projects, (*shown, *more), len(shown))


def _rank(one: ProjectDigest) -> int | None:
    now = one.phases_now or ((one.last_phase,) if one.last_phase else ())
    return max((PHASE_RANK[phase] for phase in now), default=None)


def _names(one: ProjectDigest) -> list[str]:
    return [on.person.name or on.person.id for on in one.people]


def weeks(digest: Digest) -> Table[WeekCompliance]:
    """How far the team kept to one active ticket, the latest week first."""
    return finding_tables.weeks(weeks_of(digest))


def weeks_of(digest: Digest) -> Sequence[WeekCompliance]:
    """The weeks that the chart shows, oldest first; none where there is no chart."""
    compliance = digest.compliance
    return [_week(one) for one in (*compliance.before, compliance.week)] if compliance.before else []


def _week(share: WeekShare) -> WeekCompliance:
    return WeekCompliance(
        label=share.label,
        start=share.start,
        end=share.end,
        compliance=share.kept,
        active_person_days=share.active_days,
        over_person_days=share.over_days,
    )


def table_of(which: Which, digest: Digest, *, sees_people: bool) -> Table[Any]:
    """One of the tables, for its file."""
    match which:
        case Which.PROJECTS:
            return projects(digest, sees_people=sees_people)
        case Which.STAYS:
            return stays_of_report(digest)
        case Which.WEEKS:
            return weeks(digest)
