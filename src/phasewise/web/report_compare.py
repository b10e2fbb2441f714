"""/reports/{team}/{week}/compare: what differs between the reports of two weeks. Part of `reports`."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from phasewise.core.digest import Problem
from phasewise.core.digest_difference import Difference, ProjectDifference, Side
from phasewise.core.digest_views import ABOUT_SOMEBODY
from phasewise.core.model import Severity
from phasewise.core.rulebook import DEFAULT_TEAM
from phasewise.i18n.speaking import _, marked, ngettext
from phasewise.terms import phase_name, rule_name, state_name
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.list_reports import show_difference
from phasewise.web.compliance_chart import percent
from phasewise.web.deps import Given
from phasewise.web.here import path_of
from phasewise.web.policy_values import ChangeRow
from phasewise.web.report_files import TeamInPath, WeekInPath
from phasewise.web.report_page import report_path
from phasewise.web.report_recipients import frame_of_form
from phasewise.web.report_words import health_mark
from phasewise.web.templates import render
from phasewise.web.values import Chrome, Link, StateMark
from phasewise.web.wording import TONES, comma_list, number

router = APIRouter(include_in_schema=False)
TURNED = {Severity.BREACH: marked("Now a breach"), Severity.WARNING: marked("Now a warning")}
"""A finding of both reports that is not as serious as it was."""


@dataclass(frozen=True, slots=True)
class FoundChange:
    """A finding that is new, over, or turned into something else; `tone` is how serious it is now, empty: it
    is over."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class ProjectChanges:
    key: str
    name: str
    href: str
    health: StateMark
    changes: tuple[ChangeRow, ...]
    found: tuple[FoundChange, ...]
    note: str


@dataclass(frozen=True, slots=True)
class ComparePage:
    """`found` are findings of people, and of tasks without a project."""

    chrome: Chrome
    title: str
    team: str
    before: Link
    after: Link
    kept: ChangeRow | None
    found: tuple[FoundChange, ...]
    projects: tuple[ProjectChanges, ...]
    unchanged: str


@router.get("/reports/{team}/{week}/compare", response_class=HTMLResponse)
def get_compare(
    deps: Given,
    team: TeamInPath,
    week: WeekInPath,
    before: Annotated[str, Query(alias="with", max_length=16)],
) -> HTMLResponse:
    """Project by project."""
    found = show_difference(deps, week, before, team)
    return HTMLResponse(render("pages/report_compare.html", compare_page(deps, found)))


def compare_page(deps: Deps, found: Difference) -> ComparePage:
    """Everything that the template prints."""
    chrome, _dates = frame_of_form(deps)
    kept = ChangeRow(_("One active ticket kept"), percent(found.kept_before), percent(found.kept_after))
    return ComparePage(
        chrome=chrome,
        title=_("From %(before)s to %(after)s", before=found.before, after=found.after),
        team="" if found.team == DEFAULT_TEAM else found.team,
        before=Link(found.before, report_path(found.team, found.before)),
        after=Link(found.after, report_path(found.team, found.after)),
        kept=None if kept.old == kept.new else kept,
        found=_found(found),
        projects=tuple(_project(one) for one in found.projects),
        unchanged=ngettext(
            "%(num)s project without a difference", "%(num)s projects without a difference", found.unchanged
        )
        if found.unchanged
        else "",
    )


def _project(one: ProjectDifference) -> ProjectChanges:
    note = _("Not in the earlier report") if one.before is None else ""
    note = _("Not in the later report") if one.after is None else note
    side = one.after or one.before
    assert side is not None  # noqa: S101 - it is in one of the two
    return ProjectChanges(
        key=one.project.key,
        name=one.project.summary,
        href=path_of("projects", one.project.key),
        health=health_mark(side.colour, ""),
        changes=tuple(_changes(one.before, one.after)) if one.before and one.after else (),
        found=_found(one),
        note=note,
    )


def _changes(before: Side, after: Side) -> Iterator[ChangeRow]:
    told = (
        (_("Health"), health_mark(before.colour, "").word, health_mark(after.colour, "").word),
        (_("State"), state_name(before.state), state_name(after.state)),
        (_("Phase"), _phases(before), _phases(after)),
        (_("Weeks spent"), number(before.spent_weeks), number(after.spent_weeks)),
        (_("Planned weeks"), _weeks(before.planned_weeks), _weeks(after.planned_weeks)),
        (_("Returns"), str(before.loops), str(after.loops)),
        (_("Tasks done"), _done(before), _done(after)),
    )
    return (ChangeRow(label, old, new) for label, old, new in told if old != new)


def _phases(side: Side) -> str:
    """As the reports have it: what is active, else what was last."""
    phases = side.phases_now or ((side.last_phase,) if side.last_phase else ())
    return comma_list([phase_name(phase) for phase in phases]) or "–"


def _weeks(planned: float | None) -> str:
    return "–" if planned is None else number(planned)


def _done(side: Side) -> str:
    return _("%(done)s of %(all)s", done=side.tasks_done, all=side.tasks)


def _found(one: ProjectDifference | Difference) -> tuple[FoundChange, ...]:
    """What is new and what turned, as serious as it is in the later report; then what is over."""
    return (
        *(_change(problem, _("New")) for problem in one.opened),
        *(_change(problem, _(TURNED[problem.severity])) for problem in one.turned),
        *(replace(_change(problem, _("Over")), tone="") for problem in one.closed),
    )


def _change(problem: Problem, what: str) -> FoundChange:
    return FoundChange(TONES[problem.severity], f"{what}: {_said(problem)}")


def _said(problem: Problem) -> str:
    """The rule, whose it is where it is about how somebody works, and the tickets."""
    person = problem.person if problem.rule in ABOUT_SOMEBODY else None
    who = [person.name or _("Unknown person")] if person else []
    about = comma_list([*who, *(ticket.key for ticket in problem.tickets[:3])])
    return f"{rule_name(problem.rule)}: {about}" if about else rule_name(problem.rule)
