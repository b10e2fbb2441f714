"""One project of the portfolio as a row: ribbon, phase, weeks, state, people, problems. Called by present."""

from collections.abc import Mapping
from dataclasses import dataclass

from phasewise.core.model import PHASE_RANK, Group, State
from phasewise.i18n.speaking import _, ngettext
from phasewise.terms import phase_name, state_name
from phasewise.usecases.portfolio import Member, Portfolio, ProjectFacts, Stay
from phasewise.web import values, wording
from phasewise.web.dates import Dates
from phasewise.web.here import path_of
from phasewise.web.report_words import health_mark
from phasewise.web.report_words import reason_of as why_healthy
from phasewise.web.ribbon import Bar, Window, bars_of
from phasewise.web.wording import comma_list, days_text, number, phase_tag, tenth

PROBLEMS = 8
"""Problems listed, worst first; a project whose every task lacks a phase would otherwise fill the page."""

AVATARS = 3
"""People shown by their initials; where there are more, one gives way to the number of the others."""

STATE_GROUPS = {State.ACTIVE: Group.ACTIVE, State.WATCHING: Group.WATCHING, State.PAUSED: Group.PAUSED}


@dataclass(frozen=True, slots=True)
class RowGround:
    """What the rows of a page have in common. `anchors` says where on it a person's lane is, by person id."""

    facts: Portfolio
    window: Window
    dates: Dates
    anchors: Mapping[str, str]


def row_of(project: ProjectFacts, on: RowGround) -> values.Row:
    facts, dates = on.facts, on.dates
    troubles = sorted(project.troubles, key=wording.pressing)
    shown = project.members if len(project.members) <= AVATARS else project.members[: AVATARS - 1]
    phases = [now.phase for now in project.phases_now] or ([project.last_phase] if project.last_phase else [])
    return values.Row(
        anchor=f"project-{project.epic.id}",
        key=project.epic.key,
        name=project.epic.summary,
        href=path_of("projects", project.epic.key),
        ribbon=_ribbon(project, on),
        phases=tuple(phase_tag(phase) for phase in phases),
        phase_note=_phase_note(project),
        weeks=tenth(project.effort_weeks) if project.state is not State.NOT_STARTED else "–",
        weeks_note=_weeks_note(project),
        weeks_tone="bad" if _is_over_plan(project) else "",
        state=_state(project, dates),
        health=health_mark(project.health.colour, why_healthy(project.health)),
        people=tuple(_avatar(member, on.anchors) for member in shown),
        people_more=f"+{len(project.members) - len(shown)}" if len(project.members) > len(shown) else "",
        problems=tuple(wording.problem_of(t, t.limits or facts.limits, dates) for t in troubles[:PROBLEMS]),
        more_problems=len(troubles) - 1,
        problems_cut=_("and %(rest)s more", rest=len(troubles) - PROBLEMS)
        if len(troubles) > PROBLEMS
        else "",
    )


def _weeks_note(project: ProjectFacts) -> str:
    """What of the planned weeks is spent; without a plan, over how long a time."""
    if project.spending is not None:
        spent, planned = number(project.spending.spent), number(project.spending.likely)
        return _("plan: %(spent)s / %(weeks)s", spent=spent, weeks=planned)
    if project.state is State.NOT_STARTED:
        return ""
    return _("in %(weeks)s wk", weeks=tenth(project.elapsed_weeks))


def _is_over_plan(project: ProjectFacts) -> bool:
    """As its health has it: of the phases that are planned, Research apart."""
    return project.spending is not None and project.spending.spent > project.spending.likely


def _phase_note(project: ProjectFacts) -> str:
    parts = [comma_list(days_text(now.days) for now in project.phases_now)]
    if project.loops:
        parts.append(ngettext("%(num)s return", "%(num)s returns", project.loops))
    return " · ".join(part for part in parts if part)


def _state(project: ProjectFacts, dates: Dates) -> values.StateMark:
    return values.StateMark(project.state.value, state_name(project.state), reason_of(project, dates))


def reason_of(project: ProjectFacts, dates: Dates) -> str:
    """Why the project is in its state."""
    if project.state in STATE_GROUPS:
        return ngettext(
            "%(num)s ticket", "%(num)s tickets", project.tickets.get(STATE_GROUPS[project.state], 0)
        )
    if project.state is State.IDLE and project.idle_since is not None:
        return _("since %(day)s", day=dates.day(project.idle_since))
    if project.state is State.DONE and project.state_since is not None:
        return _("since %(day)s", day=dates.day(project.state_since))
    return _("never active")


def _avatar(member: Member, lane_anchors: Mapping[str, str]) -> values.Avatar:
    name = member.person.name or _("Unknown person")
    keys = ", ".join(ticket.key for ticket in member.active)
    anchor = lane_anchors.get(member.person.id)
    return values.Avatar(
        initials=wording.initials(member.person.name),
        title=f"{name}: {keys}" if keys else _("%(name)s: no active ticket here", name=name),
        href=f"#{anchor}" if anchor else None,
        busy=bool(keys),
    )


# ------------------------------------------------------------------ the ribbon


def _ribbon(project: ProjectFacts, on: RowGround) -> values.Ribbon:
    bars = bars_of(((stay.phase, stay.start, stay.end, stay.is_return) for stay in project.stays), on.window)
    return values.Ribbon(
        label=_label(project),
        segments=tuple(_segment(bar, on.dates) for bar in bars),
    )


def _in_order(stays: tuple[Stay, ...]) -> list[Stay]:
    return sorted(stays, key=lambda stay: (stay.start, PHASE_RANK[stay.phase]))


def _label(project: ProjectFacts) -> str:
    names = [phase_name(stay.phase) for stay in _in_order(project.stays)]
    shown = " → ".join(names[-8:]) or _("none yet")
    shown = f"… → {shown}" if len(names) > 8 else shown
    return _("Phases of %(project)s: %(phases)s", project=project.epic.summary, phases=shown)


def _segment(bar: Bar, dates: Dates) -> values.Segment:
    until = _("now") if bar.end is None else dates.day(bar.end)
    title = f"{phase_name(bar.phase)}: {dates.day(bar.start)} – {until}"
    if bar.visits > 1:
        title += " · " + ngettext("%(num)s stay", "%(num)s stays", bar.visits)
    if bar.is_return:
        title += " · " + _("return")
    return values.Segment(PHASE_RANK[bar.phase], round(bar.x, 2), round(bar.width, 2), title)
