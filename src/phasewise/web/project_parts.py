"""The tables of a project's page: visits, returns, phases, tasks, people. Called by project_page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from phasewise.core.model import PHASES, Group, Phase
from phasewise.core.returns import ReturnReason
from phasewise.i18n.speaking import _, marked, ngettext
from phasewise.store.return_reasons import Chosen
from phasewise.terms import group_name
from phasewise.usecases.instants import rfc3339
from phasewise.usecases.project import ProjectPageFacts
from phasewise.usecases.views import PhaseNumbers, TaskListed, VisitShown
from phasewise.web import values, wording
from phasewise.web.dates import Dates
from phasewise.web.lanes import age_note, pips_of
from phasewise.web.log_words import who_words
from phasewise.web.wording import TONES, comma_list, days_text, phase_tag, tenth

RETURNS = 8
"""Returns listed to have their reasons chosen, the latest first; the others are in the table of visits."""

REASONS = {
    ReturnReason.DATA_WRONG: marked("Data wrong"),
    ReturnReason.METHOD_FAILED: marked("Method failed"),
    ReturnReason.GOAL_CHANGED: marked("Goal changed"),
    ReturnReason.PRODUCTION_LIMIT: marked("Production limit"),
}
GROUP_ICONS = {
    Group.ACTIVE: "active",
    Group.WATCHING: "watching",
    Group.PAUSED: "paused",
    Group.TODO: "not_started",
    Group.DONE: "done",
}


@dataclass(frozen=True, slots=True)
class Places:
    """The addresses around a project's page, all at its instant. `as_of` None: now. `explains`: whoever asks
    may see the tasks and stretches behind a figure."""

    key: str
    as_of: int | None
    explains: bool = True

    def page(self) -> str:
        return self._at(f"/projects/{quote(self.key, safe='')}", {})

    def why(self, figure: str, phase: Phase | None = None, visit: int | None = None) -> str | None:
        """Where a figure is explained."""
        if not self.explains:
            return None
        query = {"figure": figure, "phase": phase, "visit": None if visit is None else str(visit)}
        return self._at(f"/projects/{quote(self.key, safe='')}/why", query)

    def returns(self) -> str:
        return f"/projects/{quote(self.key, safe='')}/returns"

    def _at(self, path: str, query: Mapping[str, str | None]) -> str:
        at = {"as_of": None if self.as_of is None else rfc3339(self.as_of)}
        text = urlencode({name: value for name, value in {**query, **at}.items() if value})
        return f"{path}?{text}" if text else path


@dataclass(frozen=True, slots=True)
class Number:
    """A figure that opens what is behind it, if whoever asks may see that."""

    text: str
    href: str | None


@dataclass(frozen=True, slots=True)
class VisitRow:
    phase: values.PhaseTag
    start: str
    end: str
    effort: Number
    touched: Number
    elapsed: Number
    back: str


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """A return, with its reason as it was chosen; `phase_value` and `start_value` are what a form sends."""

    start: str
    phase: values.PhaseTag
    origin: values.PhaseTag | None
    days: str
    reason: str
    chosen: str
    phase_value: str
    start_value: str


@dataclass(frozen=True, slots=True)
class PhaseRow:
    phase: values.PhaseTag
    tasks: str
    visits: str
    effort: Number
    touched: Number


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task; `pips` is None where it never was active. `note` is what else is to be known of it."""

    key: str
    title: str
    href: str | None
    phase: values.PhaseTag
    state: values.StateMark
    who: str
    initials: str
    age: str
    age_note: str
    tone: str
    pips: values.Pips | None
    note: str


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Someone with active time here in the last 28 days, and what is active."""

    name: str
    initials: str
    tickets: tuple[values.TicketLink, ...]


def visit_rows(
    visits: Iterable[VisitShown], facts: ProjectPageFacts, places: Places, dates: Dates
) -> tuple[VisitRow, ...]:
    """These visits, in their order."""

    def figure(name: str, days: float, visit: VisitShown) -> Number:
        return Number(tenth(days), places.why(name, visit.phase, visit.start))

    return tuple(
        VisitRow(
            phase=phase_tag(visit.phase),
            start=dates.day(visit.start),
            end=_("now") if visit.end is None else dates.day(visit.end),
            effort=figure("effort", visit.effort_days, visit),
            touched=figure("touched", visit.touched_days, visit),
            elapsed=figure("elapsed", visit.elapsed_days, visit),
            back=_back(visit, facts.reasons.get((visit.phase, visit.start))),
        )
        for visit in visits
    )


def _back(visit: VisitShown, chosen: Chosen | None) -> str:
    if not visit.is_return:
        return _("no")
    return _("yes") if chosen is None else _("yes: %(reason)s", reason=_(REASONS[chosen.reason]))


def return_rows(facts: ProjectPageFacts, dates: Dates) -> tuple[ReturnRow, ...]:
    """The latest returns, latest first."""
    found = [(n, visit) for n, visit in enumerate(facts.visits) if visit.is_return]
    return tuple(_return(n, visit, facts, dates) for n, visit in reversed(found[-RETURNS:]))


def _return(n: int, visit: VisitShown, facts: ProjectPageFacts, dates: Dates) -> ReturnRow:
    later = [one.phase for one in facts.visits[:n] if PHASES.index(one.phase) > PHASES.index(visit.phase)]
    chosen = facts.reasons.get((visit.phase, visit.start))
    by = (
        ""
        if chosen is None
        else _("chosen %(day)s by %(by)s", day=dates.day(chosen.at), by=who_words(chosen.by))
        if chosen.by
        else _("chosen %(day)s", day=dates.day(chosen.at))
    )
    worked = days_text(visit.effort_days)
    return ReturnRow(
        start=dates.day(visit.start),
        phase=phase_tag(visit.phase),
        origin=phase_tag(later[-1]) if later else None,
        days=_("%(days)s of work so far", days=worked)
        if visit.end is None
        else _("%(days)s of work", days=worked),
        reason="" if chosen is None else chosen.reason.value,
        chosen=by,
        phase_value=visit.phase.value,
        start_value=str(visit.start),
    )


def phase_row(phase: Phase, numbers: PhaseNumbers, places: Places) -> PhaseRow:
    return PhaseRow(
        phase=phase_tag(phase),
        tasks=_("%(part)s of %(all)s", part=numbers.tasks_done, all=numbers.tasks) if numbers.tasks else "–",
        visits=str(numbers.visits) if numbers.visits else "–",
        effort=_days(numbers.effort_days, places.why("effort", phase)),
        touched=_days(numbers.touched_days, places.why("touched", phase)),
    )


def _days(days: float, why: str | None) -> Number:
    return Number(tenth(days), why) if days else Number("–", None)


def task_row(task: TaskListed, facts: ProjectPageFacts, tone: str) -> TaskRow:
    """One task; where its limit is broken it is red, near it amber."""
    limit, age, was_active = facts.limits.five_days, task.age_days, task.id in facts.ever_active
    is_done = task.status_group is Group.DONE
    notes = [_("flagged") if task.flagged else "", _("incomplete history") if task.history_incomplete else ""]
    person = facts.person(task.assignee)
    return TaskRow(
        key=task.key,
        title=task.summary,
        href=wording.safe_href(task.url),
        phase=phase_tag(task.phase),
        state=values.StateMark(GROUP_ICONS[task.status_group], group_name(task.status_group), ""),
        who=_("Nobody") if person is None else person.name or _("Unknown person"),
        initials="–" if person is None else wording.initials(person.name),
        age=days_text(age) if was_active else "",
        age_note="" if is_done else age_note(age, limit, tone),
        tone=tone,
        pips=pips_of(age, limit) if was_active else None,
        note=comma_list(filter(None, notes)),
    )


def tones_of(facts: ProjectPageFacts) -> dict[str, str]:
    """Bad or warn by task id, where its limit is broken or near."""
    return {str(task): TONES[severity] for task, severity in facts.severities.items()}


def member_rows(facts: ProjectPageFacts) -> tuple[MemberRow, ...]:
    """The people, those with an active ticket here first."""
    return tuple(
        MemberRow(
            name=member.person.name or _("Unknown person"),
            initials=wording.initials(member.person.name),
            tickets=tuple(
                values.TicketLink(one.key, one.summary, wording.safe_href(one.url)) for one in member.active
            ),
        )
        for member in facts.row.members
    )


def done_line(facts: ProjectPageFacts) -> str:
    """How many tasks are left out of the table."""
    return (
        ngettext("%(num)s more task done: show all", "%(num)s more tasks done: show all", facts.done_more)
        if facts.done_more
        else ""
    )
