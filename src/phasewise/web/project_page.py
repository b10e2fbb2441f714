"""A project's page: facts become ready-made values. Called by web/projects; the template prints them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from phasewise.core.digest_views import ABOUT_SOMEBODY
from phasewise.core.model import Group, Instant, Phase, Severity
from phasewise.i18n.speaking import _, ngettext
from phasewise.terms import state_name
from phasewise.usecases.project import Finish, ProjectPageFacts, WeekWork
from phasewise.usecases.views import TaskListed
from phasewise.web import values, wording
from phasewise.web.charts import Chart, age_chart, cycle_chart, weeks_chart
from phasewise.web.dates import Dates
from phasewise.web.freshness import chrome_of
from phasewise.web.here import Here
from phasewise.web.project_parts import (
    REASONS,
    MemberRow,
    PhaseRow,
    Places,
    ReturnRow,
    TaskRow,
    VisitRow,
    done_line,
    member_rows,
    phase_row,
    return_rows,
    task_row,
    tones_of,
    visit_rows,
)
from phasewise.web.project_records import ProjectRecords, recorded_on, records_of
from phasewise.web.project_tables import Tables, tables_of, worked_in
from phasewise.web.report_words import health_mark
from phasewise.web.report_words import reason_of as why_healthy
from phasewise.web.ribbon import window_of
from phasewise.web.rows import reason_of
from phasewise.web.tables import AskedOne
from phasewise.web.timeline import Timeline, timeline_of
from phasewise.web.wording import comma_list, days_text, number, phase_tag, tenth

WEEKS = (26, 52, 260)


@dataclass(frozen=True, slots=True)
class Fact:
    """One key figure; `href` opens what is behind it."""

    label: str
    value: str
    unit: str
    note: str
    tone: str
    href: str | None
    phases: tuple[values.PhaseTag, ...] = ()
    icon: str = ""


@dataclass(frozen=True, slots=True)
class SpanLink:
    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class CycleRow:
    ticket: values.TicketLink
    day: str
    days: str


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A week with the days of each phase that any week has, in the order of the table's heads."""

    label: str
    days: tuple[str, ...]
    total: str


@dataclass(frozen=True, slots=True)
class ProjectPage:
    chrome: values.Chrome
    name: str
    key: str
    jira: str | None
    owner: str
    health: values.StateMark
    removed: str
    figures: tuple[Fact, ...]
    spans: tuple[SpanLink, ...]
    timeline: Timeline
    records: ProjectRecords
    tables: Tables
    visits: tuple[VisitRow, ...]
    returns: tuple[ReturnRow, ...]
    reasons: tuple[tuple[str, str], ...]
    returns_to: str
    may_choose: bool
    shows_people: bool
    problems: tuple[values.Problem, ...]
    members: tuple[MemberRow, ...]
    phases: tuple[PhaseRow, ...]
    tasks: tuple[TaskRow, ...]
    task_line: str
    done_line: str
    all_tasks: str
    cycle: Chart | None
    cycle_rows: tuple[CycleRow, ...]
    cycle_line: str
    ages: Chart | None
    weeks: Chart | None
    week_phases: tuple[values.PhaseTag, ...]
    week_rows: tuple[WeekRow, ...]


def project_page(
    facts: ProjectPageFacts, as_of: Instant | None, weeks: int, table: AskedOne, here: Here
) -> ProjectPage:
    """Everything that the template prints; `as_of` as it was asked for, None for now. `table` is the one that
    is sorted, and how."""
    dates = Dates(facts.zone, facts.as_of)
    epic = facts.row.epic
    places = Places(epic.key, as_of, facts.shows_people)
    owner = facts.person(facts.listed.owner)
    troubles = sorted(facts.row.troubles, key=wording.pressing)
    worked = worked_in(facts)
    tones = tones_of(facts)
    tasks, done = len(facts.open), len(facts.done) + facts.done_more
    tables = tables_of(facts, table, here)
    return ProjectPage(
        chrome=chrome_of(facts.sync, facts.now, dates, is_live=as_of is None),
        name=epic.summary,
        key=epic.key,
        jira=wording.safe_href(epic.url),
        owner="" if owner is None else owner.name or _("Unknown person"),
        health=health_mark(facts.row.health.colour, why_healthy(facts.row.health)),
        removed=_removed(facts, dates),
        figures=_figures(facts, places, dates),
        spans=_spans(here, weeks),
        timeline=_timeline(facts, dates, weeks),
        records=records_of(facts.records, facts.listed.by_phase, table, here),
        tables=tables,
        visits=visit_rows(tables.visits.rows, facts, places, dates),
        returns=return_rows(facts, dates),
        reasons=tuple((reason.value, _(words)) for reason, words in REASONS.items()),
        returns_to=places.returns(),
        may_choose=facts.may_choose and as_of is None,
        shows_people=facts.shows_people,
        problems=tuple(wording.problem_of(one, one.limits or facts.limits, dates) for one in troubles),
        members=member_rows(facts),
        phases=tuple(phase_row(phase, numbers, places) for phase, numbers in tables.phases.rows),
        tasks=tuple(_task_row(task, facts, tones) for task in tables.tasks.rows),
        task_line=ngettext(
            "%(num)s task open, %(done)s done", "%(num)s tasks open, %(done)s done", tasks, done=done
        ),
        done_line=done_line(facts),
        all_tasks=here.changed(tasks="all"),
        cycle=cycle_chart(facts.cycle, facts.limits, dates),
        cycle_rows=tuple(_cycle_row(one, dates) for one in tables.finished.rows),
        cycle_line=ngettext(
            "Working days a ticket was active until it was done, last week",
            "Working days a ticket was active until it was done, last %(num)s weeks",
            facts.cycle.weeks,
        ),
        ages=age_chart(facts.open, tones, facts.limits),
        weeks=weeks_chart(facts.weeks),
        week_phases=tuple(phase_tag(phase) for phase in worked),
        week_rows=tuple(_week_row(one, worked) for one in tables.weeks.rows),
    )


def _timeline(facts: ProjectPageFacts, dates: Dates, weeks: int) -> Timeline:
    window = window_of(facts.as_of, weeks)
    line = timeline_of(facts.row.epic.summary, facts.visits, facts.week_days, window, dates)
    return recorded_on(line, facts.records, window, dates)


def _removed(facts: ProjectPageFacts, dates: Dates) -> str:
    at = facts.listed.removed_at
    return (
        ""
        if at is None
        else _("Out of scope since %(day)s: what was worked stays as it was.", day=dates.day(at))
    )


def _figures(facts: ProjectPageFacts, places: Places, dates: Dates) -> tuple[Fact, ...]:
    row, listed = facts.row, facts.listed
    now = row.phases_now
    shown = [one.phase for one in now] or ([row.last_phase] if row.last_phase else [])
    since = comma_list(days_text(one.days) for one in now) or (
        _("last active") if row.last_phase else _("none yet")
    )
    returned = sum(visit.effort_days for visit in facts.visits if visit.is_return)
    found = listed.findings_open
    weeks_note = _("%(days)s days of people", days=number(listed.effort_days))
    return (
        Fact(_("State"), state_name(row.state), "", reason_of(row, dates), "", None, icon=row.state.value),
        Fact(_("Phase"), "", "", since, "", None, tuple(phase_tag(phase) for phase in shown)),
        Fact(_("Weeks spent"), tenth(row.effort_weeks), "", weeks_note, "", places.why("effort")),
        Fact(_("Weeks elapsed"), tenth(row.elapsed_weeks), "", "", "", places.why("elapsed")),
        Fact(
            _("Returns"),
            str(row.loops),
            "",
            _("%(days)s days in them", days=number(returned)) if returned else "",
            "",
            "#heading-timeline",
        ),
        Fact(
            _("Broken or near a limit"),
            str(found),
            "",
            _with_people(
                ngettext("open finding", "open findings", found) if found else _("none open"), facts
            ),
            _worst(facts),
            "#heading-findings",
        ),
    )


def _with_people(note: str, facts: ProjectPageFacts) -> str:
    """The number is of the project's own tasks, as everywhere; those of its people are listed, too."""
    n = sum(one.rule in ABOUT_SOMEBODY and one.severity is not Severity.HINT for one in facts.row.troubles)
    theirs = ngettext("%(num)s of a person", "%(num)s of people", n) if n else ""
    return " · ".join(filter(None, (note, theirs)))


def _worst(facts: ProjectPageFacts) -> str:
    """Red where a limit is broken by what is counted, and only there."""
    own = (one for one in facts.row.troubles if one.rule not in ABOUT_SOMEBODY)
    return "bad" if any(one.severity is Severity.BREACH for one in own) else ""


def _spans(here: Here, weeks: int) -> tuple[SpanLink, ...]:
    labels = dict(zip(WEEKS, (_("26 weeks"), _("1 year"), _("5 years")), strict=True))
    return tuple(
        SpanLink(label, here.changed(weeks=None if n == WEEKS[0] else str(n)), n == weeks)
        for n, label in labels.items()
    )


def _task_row(task: TaskListed, facts: ProjectPageFacts, tones: Mapping[str, str]) -> TaskRow:
    """One task; what is done has no tone any more."""
    is_done = task.status_group is Group.DONE
    return task_row(task, facts, "" if is_done else tones.get(task.id, ""))


def _week_row(week: WeekWork, worked: Iterable[Phase]) -> WeekRow:
    days = tuple(tenth(week.days[phase]) if week.days.get(phase) else "–" for phase in worked)
    return WeekRow(week.label, days, tenth(week.total))


def _cycle_row(one: Finish, dates: Dates) -> CycleRow:
    return CycleRow(
        values.TicketLink(one.ticket.key, one.ticket.summary, wording.safe_href(one.ticket.url)),
        dates.day(one.at),
        _("not known") if one.days is None else tenth(one.days),
    )
