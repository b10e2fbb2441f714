"""Projects of a weekly report: rows with ribbons, and what changed in each. Called by report_body."""

from collections.abc import Iterator
from dataclasses import dataclass

from phasewise.core.digest import (
    Digest,
    Override,
    PhaseMove,
    PlanSpent,
    ProjectDigest,
    Remark,
    TaskDone,
    TaskStarted,
)
from phasewise.core.digest import Ticket as Named
from phasewise.core.model import PHASE_RANK, Phase, State
from phasewise.core.ribbon import RIGHT_MARGIN, Bar, Window, bars_of
from phasewise.i18n.speaking import _, ngettext
from phasewise.terms import phase_name, state_name
from phasewise.usecases.instants import rfc3339
from phasewise.web.dates import Dates
from phasewise.web.here import path_of
from phasewise.web.log_words import who_words
from phasewise.web.project_parts import REASONS
from phasewise.web.report_values import (
    Event,
    ProjectNews,
    ReportProject,
    ReportRibbon,
    Said,
)
from phasewise.web.report_words import health_mark, reason_of
from phasewise.web.values import Segment, TicketLink
from phasewise.web.wording import days_text, number, phase_tag, safe_href

EVENTS = 12
"""Events listed of a project; a bulk change would otherwise fill the page."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the links of a report lead: to our pages as of its instant (`as_of` None: now), and to Jira.
    Who is not signed in gets none: they would lead to a login page."""

    as_of: str | None
    is_open: bool
    sees_people: bool

    def to(self, path: str, query: str = "") -> str | None:
        """A page of ours."""
        asked = "&".join(filter(None, (query, f"as_of={self.as_of}" if self.as_of else "")))
        return None if not self.is_open else f"{path}?{asked}" if asked else path

    def ticket(self, named: Named) -> TicketLink:
        """A ticket, which opens in Jira."""
        return TicketLink(named.key, named.summary, safe_href(named.url) if self.is_open else None)


def ways_of(digest: Digest, *, is_open: bool, sees_people: bool) -> Ways:
    """The links of a report; while its week runs they lead to the pages of now."""
    as_of = None if digest.is_running else rfc3339(digest.instant)
    return Ways(as_of, is_open, sees_people)


def window_of_report(digest: Digest) -> Window:
    """The time that all ribbons share."""
    length = max(digest.instant - digest.ribbon_start, 1)
    end = digest.instant + round(length * RIGHT_MARGIN / (1 - RIGHT_MARGIN))
    return Window(digest.ribbon_start, digest.instant, end)


def said(remark: Remark, dates: Dates) -> Said:
    return Said(remark.text, " · ".join(filter(None, (who_words(remark.by), dates.day(remark.at)))))


# ------------------------------------------------------------------ rows


def project_row(one: ProjectDigest, window: Window, dates: Dates, ways: Ways) -> ReportProject:
    """One row; the same facts for everybody, persons apart."""
    phases = one.phases_now or ((one.last_phase,) if one.last_phase else ())
    return ReportProject(
        anchor=f"project-{one.id}",
        key=one.key,
        name=one.summary,
        href=ways.to(path_of("projects", one.key)),
        ribbon=_ribbon(one, window, dates),
        phases=tuple(phase_tag(phase) for phase in phases),
        phase_note=_phase_note(one, dates),
        weeks=number(one.spent_weeks),
        weeks_note=plan_note(one.plan),
        weeks_tone="bad" if one.plan is not None and one.plan.variance_weeks > 0 else "",
        health=health_mark(one.colour, reason_of(one.health) if one.override is None else ""),
        override=None if one.override is None else _override(one.override, one, dates),
        people=tuple(_worker(each.person.name, each.days) for each in one.people),
        people_note="" if one.people else _("nobody this week"),
        week=tuple(_week(one)),
    )


def plan_note(plan: PlanSpent | None) -> str:
    """What of the planned weeks is spent, Research apart."""
    if plan is None:
        return _("no plan")
    spent, planned = number(plan.spent_weeks), number(plan.planned_weeks)
    return _("plan: %(spent)s / %(weeks)s", spent=spent, weeks=planned)


def _override(override: Override, one: ProjectDigest, dates: Dates) -> Said:
    proposed = health_mark(one.health.colour, "").word
    signed = (who_words(override.by), dates.day(override.at), _("by rule: %(health)s", health=proposed))
    return Said(override.reason, " · ".join(filter(None, signed)))


def _worker(name: str | None, days: float) -> str:
    return f"{name or _('Unknown person')} {days_text(days)}"


def _phase_note(one: ProjectDigest, dates: Dates) -> str:
    state = "" if one.state is State.ACTIVE else state_name(one.state)
    if one.state is State.IDLE and one.idle_since is not None:
        state = _("idle since %(day)s", day=dates.day(one.idle_since))
    loops = ngettext("%(num)s return", "%(num)s returns", one.loops) if one.loops else ""
    return " · ".join(filter(None, (state, loops)))


def _week(one: ProjectDigest) -> Iterator[str]:
    """The week in a few words."""
    if one.is_new:
        yield _("new")
    for move in one.phase_moves[-2:]:
        phase = phase_name(move.phase)
        yield _("back to %(phase)s", phase=phase) if move.is_return else _("into %(phase)s", phase=phase)
    if one.finished:
        yield ngettext("%(num)s finished", "%(num)s finished", len(one.finished))
    if one.started:
        yield ngettext("%(num)s started", "%(num)s started", len(one.started))
    if one.week_days:
        yield _("%(days)s of work", days=days_text(one.week_days))


def _ribbon(one: ProjectDigest, window: Window, dates: Dates) -> ReportRibbon:
    spans = sorted(one.ribbon, key=lambda span: (span.start, PHASE_RANK[span.phase]))
    names = [phase_name(span.phase) for span in spans]
    way = ("… → " if len(names) > 8 else "") + (" → ".join(names[-8:]) or _("none yet"))
    bars = bars_of(((span.phase, span.start, span.end, span.is_return) for span in spans), window)
    return ReportRibbon(
        label=_("Phases of %(project)s: %(phases)s", project=one.summary, phases=way),
        segments=tuple(_segment(bar, dates) for bar in bars),
    )


def _segment(bar: Bar, dates: Dates) -> Segment:
    title = f"{phase_name(bar.phase)}: {dates.day(bar.start)} – {_end(bar.end, dates)}"
    title += f" · {_('return')}" if bar.is_return else ""
    return Segment(PHASE_RANK[bar.phase], round(bar.x, 2), round(bar.width, 2), title)


def _end(end: int | None, dates: Dates) -> str:
    return _("goes on") if end is None else dates.day(end)


# ------------------------------------------------------------------ what changed


def news_of(one: ProjectDigest, dates: Dates, ways: Ways) -> ProjectNews | None:
    """What changed in a project, or was remarked about it; None where there is nothing of the kind."""
    if not one.is_change and one.remark is None:
        return None
    events = [
        *((Event("hint", _("The project is new"), None, ""),) if one.is_new else ()),
        *(_moved(move, dates) for move in one.phase_moves),
        *(_task(_("Finished"), "done", task, dates, ways) for task in one.finished),
        *(_task(_("Started"), "active", task, dates, ways) for task in one.started),
    ]
    more = len(events) - EVENTS
    return ProjectNews(
        key=one.key,
        name=one.summary,
        href=ways.to(path_of("projects", one.key)),
        remark=None if one.remark is None else said(one.remark, dates),
        events=tuple(events[:EVENTS]),
        more=_("and %(num)s more", num=more) if more > 0 else "",
    )


def _moved(move: PhaseMove, dates: Dates) -> Event:
    phase = phase_name(move.phase)
    if not move.is_return:
        return Event("hint", _("Came into %(phase)s", phase=phase), None, dates.day(move.at))
    text = _("Went back to %(phase)s", phase=phase)
    if move.came_from is not None:
        text = _("Went back from %(before)s to %(phase)s", before=phase_name(move.came_from), phase=phase)
    reason = _("no reason chosen") if move.reason is None else _(REASONS[move.reason])
    return Event("hint", f"{text}: {reason}", None, dates.day(move.at))


def _task(what: str, icon: str, task: TaskDone | TaskStarted, dates: Dates, ways: Ways) -> Event:
    """A task that was finished or started: whose, in which phase, when."""
    who = (task.person.name or _("Unknown person")) if task.person and ways.sees_people else ""
    phase = "" if task.phase is Phase.NONE else phase_name(task.phase)
    age_days = task.age_days if isinstance(task, TaskDone) else None
    age = "" if age_days is None else _("after %(days)s", days=days_text(age_days))
    note = " · ".join(filter(None, (who, phase, age, dates.day(task.at))))
    return Event(icon, what, ways.ticket(task.ticket), note)
