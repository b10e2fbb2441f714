"""The naive reading's issues and policy as the product's own nouns. Only the comparison uses it."""

from collections.abc import Iterable
from random import Random

from phasewise.core.deliverables import Slot
from phasewise.core.history import tracked_changes
from phasewise.core.model import (
    CalendarRules,
    Group,
    HistoryItem,
    Issue,
    Kind,
    Limits,
    Phase,
    SiteMapping,
    TrackedFields,
)
from phasewise.core.unrecorded import Edit, PlanEdit, SlotEdit
from tests.naive.facts import Policy, Saved, Ticket, Turn

NAMES = {
    "status": "status",
    "option": "customfield_10050",
    "assignee": "assignee",
    "parent": "IssueParentAssociation",
    "flag": "customfield_10021",
}

FIELDS = TrackedFields(phase="customfield_10050", flag="customfield_10021")


def edits_of(records: Iterable[Saved], project: int) -> list[Edit]:
    """What of a project's records something follows from."""
    mine = [one for one in records if one.project == project]
    return [_edit_of(one) for one in mine if one.noun != "plan" or one.state == "accepted"]


def _edit_of(one: Saved) -> Edit:
    if one.noun == "plan":
        return PlanEdit(one.at, frozenset(Phase(phase) for phase in one.skipped))
    slot = Slot(one.name) if one.noun == "deliverable" else Slot(one.noun)
    return SlotEdit(one.at, slot, one.name, one.state)


def issue_of(ticket: Ticket, shuffle: Random) -> Issue:
    """The issue with its news in any order and some of it twice."""
    twice = [turn for turn in ticket.turns if shuffle.random() < 0.3]
    news = [item_of(turn) for turn in (*ticket.turns, *twice)]
    shuffle.shuffle(news)
    kind = Kind(ticket.kind)
    return Issue(
        id=ticket.id,
        kind=kind,
        created=ticket.created,
        status=ticket.status,
        phase_option=ticket.option,
        assignee=ticket.assignee,
        parent=ticket.parent,
        flagged=ticket.flagged,
        removed_at=ticket.removed_at,
        history_whole=ticket.whole,
        estimate_days=ticket.estimate_days,
        changes=tracked_changes(news, kind, FIELDS, lambda key: None),
    )


def item_of(turn: Turn) -> HistoryItem:
    return HistoryItem(turn.history, turn.item, turn.at, None, NAMES[turn.field], turn.before, turn.after)


def mapping_of(policy: Policy) -> SiteMapping:
    groups = {status: Group(group) for status, group in policy.groups.items()}
    phases = {option: Phase(phase) for option, phase in policy.phases.items()}
    return SiteMapping(groups, phases, policy.unmapped)


def rules_of(policy: Policy) -> CalendarRules:
    return CalendarRules(
        zone=policy.zone,
        weekdays=policy.weekdays,
        country=policy.country,
        subdivision=policy.subdivision,
        extra=policy.extra,
        removed=policy.removed,
    )


def limits_of(policy: Policy) -> Limits:
    return Limits(
        one_active=policy.one_active,
        five_days=policy.five_days,
        grace_minutes=policy.grace_minutes,
        watching=policy.watching,
        paused=policy.paused,
    )
