"""What a report says beside projects and people: compliance, waivers, decisions, what we do not know.

Called by build_digest.
"""

from collections.abc import Sequence

from phasewise.core.calendar import days
from phasewise.core.compliance import Share
from phasewise.core.digest import (
    Compliance,
    Decision,
    Freshness,
    Person,
    Silent,
    Ticket,
    Unknown,
    WaiverGiven,
    WeekShare,
)
from phasewise.core.model import Rule, State
from phasewise.core.review import ExceptionKind
from phasewise.core.weeks import Week, weeks_up_to
from phasewise.store.audit_log import Entry
from phasewise.store.boards import issues_by_id
from phasewise.store.findings import ABOUT_PERSONS
from phasewise.store.report_facts import decisions_between, waivers_granted
from phasewise.store.waivers import Waiver
from phasewise.usecases.as_of.gaps import gaps_at
from phasewise.usecases.as_of.scene import ticket_of
from phasewise.usecases.as_of.shares import shares_of_team
from phasewise.usecases.moment import Moment
from phasewise.usecases.reports.ground import Ground

BEFORE = 8
"""Weeks before, against which a week is held."""

SILENT_MS = 14 * 86_400_000
"""A project of which nothing was heard for so long is named."""

DECIDED = frozenset({"policy", "plan", "deliverable", "decision", "ab_test", "result"})
"""First words in the audit log of what a team decides; the rest is about accounts, or shown elsewhere."""

REVIEWED_MS = 28 * 86_400_000
"""So long after its week a report may still be reviewed."""

OF_PROJECTS = DECIDED - {"policy"}


def compliance_of(at: Moment, team: str) -> Compliance:
    """The week that holds the instant, or ends with it, and those before."""
    weeks = weeks_up_to(at.as_of, BEFORE + 1, at.calendar)
    shares = shares_of_team(at, weeks, team)
    rows = [_share(week, share) for week, share in zip(weeks, shares, strict=True)]
    return Compliance(week=rows[-1], before=tuple(rows[:-1]), usual=_together(shares[:-1]))


def _share(week: Week, share: Share | None) -> WeekShare:
    """As the API has it: without a share the numbers are withheld, not zero."""
    return WeekShare(
        label=week.label,
        start=week.start,
        end=week.end,
        kept=None if share is None or share.kept is None else round(share.kept, 3),
        active_days=None if share is None else days(share.active),
        over_days=None if share is None else days(share.over),
    )


def _together(shares: Sequence[Share | None]) -> float | None:
    known = [share for share in shares if share is not None]
    whole = Share(sum(one.active for one in known), sum(one.over for one in known))
    return None if whole.kept is None else round(whole.kept, 3)


# ------------------------------------------------------------------ what was decided


def waivers_of(ground: Ground) -> tuple[WaiverGiven, ...]:
    """Those that were granted since the report before."""
    at = ground.at
    granted = waivers_granted(at.connection, at.site_id, ground.wanted.since, at.as_of)
    about = {int(one.subject) for one in granted if _is_about_issue(one)}
    issues = issues_by_id(at.connection, at.site_id, about)
    tickets = {issue: ticket_of(at, row) for issue, row in issues.items()}
    return tuple(_waiver(one, tickets) for one in granted if ground.has_member(one.person))


def _is_about_issue(waiver: Waiver) -> bool:
    return waiver.rule not in ABOUT_PERSONS and waiver.subject.isdecimal()


def _waiver(waiver: Waiver, tickets: dict[int, Ticket]) -> WaiverGiven:
    return WaiverGiven(
        finding_id=f"{waiver.rule}:{waiver.subject}:{waiver.start}",
        rule=Rule(waiver.rule),
        person=Person(waiver.person, None),
        reason=waiver.reason,
        until=waiver.until,
        by=waiver.decided_by or "",
        at=waiver.decided_at or waiver.asked_at,
        ticket=tickets.get(int(waiver.subject)) if _is_about_issue(waiver) else None,
    )


def decisions_of(ground: Ground) -> tuple[Decision, ...]:
    """What the team decided since the report before, of what the audit log has, and in the review that this
    report is of: that may be after its instant, and before it is sent."""
    at, week = ground.at, ground.wanted.week
    entries = decisions_between(at.connection, at.site_id, ground.wanted.since, at.as_of, DECIDED)
    reviewed = decisions_between(at.connection, at.site_id, week.start, week.end + REVIEWED_MS, {"review"})
    entries += [one for one in reviewed if one.detail.get("week") == week.label and "kind" in one.detail]
    return tuple(_decision(ground, one) for one in entries if _is_the_teams(ground, one))


def _decision(ground: Ground, entry: Entry) -> Decision:
    """What a review said about somebody stays between them and their lead; that it did is told."""
    project = _project(ground, entry)
    if entry.detail.get("kind") != ExceptionKind.PERSON:
        return Decision(entry.action, entry.subject, entry.actor, entry.at, entry.detail, project)
    told = {name: value for name, value in entry.detail.items() if name != "text"}
    return Decision(entry.action, "", entry.actor, entry.at, told)


def _project(ground: Ground, entry: Entry) -> Ticket | None:
    is_of_project = entry.action.partition(".")[0] in OF_PROJECTS or entry.detail.get("kind") == "project"
    is_of_project = is_of_project and entry.subject.isdecimal()
    return ground.scene.epics.get(int(entry.subject)) if is_of_project else None


def _is_the_teams(ground: Ground, entry: Entry) -> bool:
    if entry.action.startswith("policy."):
        return entry.subject == ground.wanted.team
    if entry.action.startswith("review."):
        return entry.detail.get("team") == ground.wanted.team
    return ground.is_of_team(int(entry.subject)) if entry.subject.isdecimal() else False


# ------------------------------------------------------------------ what we do not know


def unknown_of(ground: Ground) -> Unknown:
    """Tickets by their findings at the instant, silent projects at it; everything else as it is now."""
    gaps, at = gaps_at(ground.at), ground.at
    return Unknown(
        incomplete=gaps.incomplete,
        unreadable=gaps.unreadable,
        without_phase=gaps.without_phase,
        without_project=gaps.without_project,
        unmapped_statuses=gaps.unmapped_statuses,
        unmapped_options=gaps.unmapped_options,
        no_access=gaps.no_access,
        silent=_silent(ground),
        never_synced=at.sync.last_success_at is None,
        is_stale=at.sync.stale,
    )


def _silent(ground: Ground) -> tuple[Silent, ...]:
    """Projects that began, are not done, and of which no ticket changed lately; the longest silent first."""
    quiet = [
        Silent(ground.scene.epics[project], figures.settled_at)
        for project, figures in ground.figures.items()
        if figures.state not in (State.DONE, State.NOT_STARTED)
        and figures.settled_at < ground.at.as_of - SILENT_MS
    ]
    return tuple(sorted(quiet, key=lambda one: (one.since, one.ticket.id)))


def freshness_of(at: Moment) -> Freshness:
    """As it is when the report is made: what was read later than the instant completes it."""
    return Freshness(at.sync.watermark, at.sync.last_success_at, at.sync.stale, at.sync.last_error)
