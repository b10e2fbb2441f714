"""The day-one audit: both rules and the phases replayed over stored history.

Called by `phasewise audit` and the page /audit.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from phasewise.core.calendar import Calendar, days
from phasewise.core.findings import UNRECORDED
from phasewise.core.model import Group, Instant, Rule, Severity
from phasewise.core.percentiles import nearest_rank
from phasewise.core.rules import Held
from phasewise.core.stretches import Stretch, merged, overlap, until
from phasewise.core.weeks import Week, weeks_up_to
from phasewise.errors import BadRequestError
from phasewise.store import sites
from phasewise.store.derived import held_by
from phasewise.store.replay import ages_at_done, first_created, persons_active
from phasewise.usecases.as_of.projects import figures_at
from phasewise.usecases.as_of.seeing import is_seen
from phasewise.usecases.as_of.shares import shares_at
from phasewise.usecases.audit import Ages, Audit, AuditWeek, Looped, OneActive, RuleCount, Unmapped, Untidy
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import Moment, moment
from phasewise.usecases.tables import of_rules, of_work
from phasewise.usecases.views import FindingShown, ProjectListed, TaskListed

YEAR = timedelta(days=365)
UNTIDY = (Rule.NO_PHASE, Rule.NO_PROJECT, Rule.NO_ASSIGNEE, Rule.ESTIMATE_TOO_LONG)


def audit_history(deps: Deps, since: date | None = None, as_of: Instant | None = None) -> Audit:
    """Replay the history from the team's midnight of `since` (None: 365 days before) to `as_of` (None: now).

    Raises BadRequestError if `since` is not before `as_of`.
    """
    with moment(deps, as_of) as at:
        start = at.calendar.midnight(since or at.calendar.local_date(at.as_of) - YEAR)
        if start >= at.as_of:
            raise BadRequestError("--since must be a date before --as-of")
        findings = [
            row
            for row in of_rules.findings(at)
            if (row.end is None or row.end > start) and is_seen(at, row.visible_from, row.person)
        ]
        projects = list(of_work.projects(at))
        days_of = _person_days(at, start, findings)
        return Audit(
            since=start,
            as_of=at.as_of,
            history_from=first_created(at.connection, at.site_id, at.as_of),
            one_active=_one_active(at, start, days_of),
            weeks=_weeks(at, start, days_of),
            findings=_by_rule(findings),
            ages=_ages(at, start),
            projects=len(projects),
            looped=_looped(at, start, projects),
            unmapped_statuses=_unmapped_statuses(at, deps),
            unmapped_phase_options=_unmapped_options(at, deps),
            untidy=_untidy(of_work.tasks(at), findings),
        )


# ------------------------------------------------------------------ one active ticket


@dataclass(frozen=True, slots=True)
class _PersonDays:
    """The working days on which each person had active time, and those on which they were over the limit."""

    held: Mapping[str, Sequence[Held]]
    active: set[tuple[str, date]]
    over: set[tuple[str | None, date]]


def _person_days(at: Moment, start: Instant, findings: Iterable[FindingShown]) -> _PersonDays:
    held = held_by(at.connection, at.site_id, persons_active(at.connection, at.site_id, start, at.as_of))
    person_days = {
        (person, day)
        for person, some in held.items()
        for day in _working_dates(
            at.of_person(person).calendar, overlap(_active_time(some), [(start, at.as_of)])
        )
    }
    over = {
        (finding.person, day)
        for finding in findings
        if finding.rule is Rule.ONE_ACTIVE
        for day in _working_dates(
            at.of_person(finding.person or "").calendar,
            overlap([(finding.start, until(finding.end))], [(start, at.as_of)]),
        )
    }
    return _PersonDays(held, person_days, over)


def _one_active(at: Moment, start: Instant, found: _PersonDays) -> OneActive:
    kept = shares_at(at, [Week("", start, at.as_of)])[0].kept
    share = len(found.over) / len(found.active) if found.active else None
    return OneActive(
        person_days=len(found.active),
        person_days_over=len(found.over),
        share_over=None if share is None else round(share, 3),
        compliance=None if kept is None else round(kept, 3),
    )


def _weeks(at: Moment, start: Instant, found: _PersonDays) -> list[AuditWeek]:
    """The report weeks that touch the time audited, oldest first."""
    days_audited = at.calendar.local_date(at.as_of) - at.calendar.local_date(start)
    weeks = [
        week for week in weeks_up_to(at.as_of, days_audited.days // 7 + 2, at.calendar) if week.end > start
    ]
    firsts = [at.calendar.local_date(week.start) for week in weeks]
    active = Counter(bisect_right(firsts, day) - 1 for _, day in found.active)
    over = Counter(bisect_right(firsts, day) - 1 for _, day in found.over)
    return [
        AuditWeek(label=week.label, start=week.start, person_days=active[n], person_days_over=over[n])
        for n, week in enumerate(weeks)
    ]


def _active_time(held: Iterable[Held]) -> list[Stretch]:
    """When at least one of these is active, as disjoint stretches."""
    active = [one.interval for one in held if one.interval.group is Group.ACTIVE]
    return merged((interval.start, until(interval.end)) for interval in active)


def _working_dates(calendar: Calendar, stretches: Iterable[Stretch]) -> set[date]:
    """The working days on which some of the stretches lie."""
    dates: set[date] = set()
    for start, end in stretches:
        first, last = calendar.local_date(start), calendar.local_date(end - 1)
        span = range(first.toordinal(), last.toordinal() + 1)
        dates.update(day for day in map(date.fromordinal, span) if calendar.is_working(day))
    return dates


# ------------------------------------------------------------------ findings, ages, loops


def _by_rule(findings: Sequence[FindingShown]) -> list[RuleCount]:
    """One line for each rule, in the order of the rules, those without findings too, but for those about
    records: where nobody records yet, nothing of them can be told."""
    found = Counter(finding.rule for finding in findings)
    breaches = Counter(finding.rule for finding in findings if finding.severity is Severity.BREACH)
    still_open = Counter(finding.rule for finding in findings if finding.end is None)
    return [
        RuleCount(rule=rule, findings=found[rule], breaches=breaches[rule], open=still_open[rule])
        for rule in Rule
        if rule not in UNRECORDED or found[rule]
    ]


def _ages(at: Moment, start: Instant) -> Ages:
    every = ages_at_done(at.connection, at.site_id, start, at.as_of)
    known = sorted(age for age in every if age is not None)
    return Ages(
        tasks_done=len(every),
        left_out=len(every) - len(known),
        median_days=days(nearest_rank(known, 50)) if known else None,
        p85_days=days(nearest_rank(known, 85)) if known else None,
        most_days=days(known[-1]) if known else None,
    )


def _looped(at: Moment, start: Instant, projects: Iterable[ProjectListed]) -> list[Looped]:
    """The projects that began a return in the time audited, by key."""
    with_loops = {int(project.id): project for project in projects if project.loops}
    figures = figures_at(at, with_loops)
    return [
        Looped(key=project.key, summary=project.summary, loops=project.loops)
        for issue, project in with_loops.items()
        if any(one.visit.is_return and one.visit.start >= start for one in figures[issue].visits)
    ]


# ------------------------------------------------------------------ what is unclear


def _unmapped_statuses(at: Moment, deps: Deps) -> list[Unmapped]:
    unmapped = at.mapping().unmapped_statuses
    names = {status.id: status.name for status in sites.statuses(at.connection, at.site_id)}
    return [Unmapped(id=status, name=names.get(status, status)) for status in sorted(unmapped)]


def _unmapped_options(at: Moment, deps: Deps) -> list[Unmapped]:
    mapped = at.mapping().phases
    options = sites.phase_options(at.connection, at.site_id)
    return [Unmapped(id=option.id, name=option.name) for option in options if option.id not in mapped]


def _untidy(tasks: Iterable[TaskListed], findings: Iterable[FindingShown]) -> Untidy:
    """The tasks existing at the end that lack something then."""
    lacking = [row for row in findings if row.end is None and row.rule in UNTIDY]
    return Untidy(
        tasks=len({row.task for row in lacking}),
        by_rule={rule: sum(row.rule is rule for row in lacking) for rule in UNTIDY},
        history_incomplete=sum(task.history_incomplete for task in tasks),
    )
