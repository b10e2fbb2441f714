"""A naive world as the raw JSON that Jira Cloud or Data Center would show of it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from tests.naive.facts import Policy, Ticket, Turn, World
from tests.naive.raw import EPIC_LABEL, EPIC_LINK, EPOCH, Settings, Site

PHASE, FLAG, LINK, LABEL = "customfield_10050", "customfield_10021", "customfield_10003", "customfield_10004"
SELECT = "com.atlassian.jira.plugin.system.customfieldtypes:select"
CHECKBOXES = "com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes"
FIELDS = [
    {"id": "status", "name": "Status", "schema": {"type": "status", "system": "status"}},
    {"id": PHASE, "name": "Phase", "schema": {"type": "option", "custom": SELECT}},
    {"id": FLAG, "name": "Flagged", "schema": {"type": "array", "custom": CHECKBOXES}},
    {"id": LINK, "name": "Epic Link", "schema": {"type": "any", "custom": EPIC_LINK}},
    {"id": LABEL, "name": "Epic Name", "schema": {"type": "string", "custom": EPIC_LABEL}},
]
CATEGORY = {"todo": "new", "active": "indeterminate", "done": "done"}
LEVELS = {"project": 1, "task": 0, "subtask": -1, "other": 2}
OPTION_NAMES = {
    "research": "Recherche",
    "data_exploration": "Data Exploration",
    "modeling": "建模",
    "productization": "внедрение",
    "ab_testing": "A/Bテスト",
    "results_analysis": "Results analysis",
}

Shape = dict[str, Any]


def site_of(world: World, *, cloud: bool) -> Site:
    """The site with its issues in the order of their ids; `removed` holds when issues went."""
    shown = _Shown(world.policy, cloud)
    statuses = [shown.status(status) for status in world.policy.groups]
    removed = {one.id: one.removed_at for one in world.tickets if one.removed_at is not None}
    return Site([shown.issue(ticket) for ticket in world.tickets], FIELDS, statuses, removed)


def settings_of(policy: Policy) -> Settings:
    """Settings that read the site as the policy does: options by name, two groups by status id."""
    country = "-".join(part for part in (policy.country, policy.subdivision) if part)
    odd = {status: group for status, group in policy.groups.items() if group not in CATEGORY}
    return Settings(
        phase_field=PHASE,
        flag_field=FLAG,
        statuses=odd,
        timezone=policy.zone,
        country=country or None,
        weekdays=policy.weekdays,
        extra=policy.extra,
        removed=policy.removed,
        leave=policy.leave,
        one_active=policy.one_active,
        five_days=policy.five_days,
        grace_minutes=policy.grace_minutes,
        watching=policy.watching,
        paused=policy.paused,
        browse_url="https://jira.example",
    )


def iso(at: int) -> str:
    """As Jira writes instants: with milliseconds, and an offset without a colon."""
    moment = EPOCH + timedelta(milliseconds=at)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}+0000"


def key(issue: int) -> str:
    return f"ML-{issue}"


class _Shown:
    """Shows issues in one of the two shapes."""

    def __init__(self, policy: Policy, cloud: bool) -> None:
        self.policy, self.cloud = policy, cloud

    def status(self, status: str) -> Shape:
        category = CATEGORY.get(self.policy.groups.get(status, ""), "undefined")
        return {"id": status, "name": f"Status {status}", "statusCategory": {"key": category}}

    def issue(self, ticket: Ticket) -> Shape:
        fields = {
            "summary": f"The {ticket.kind} {ticket.id}",
            "issuetype": self.type(ticket.kind),
            "project": {"id": "1", "key": "ML"},
            "status": self.status(ticket.status),
            "assignee": self.user(ticket.assignee),
            "created": iso(ticket.created),
            "updated": iso(max([ticket.created, *(turn.at for turn in ticket.turns)])),
            "timeoriginalestimate": None if ticket.estimate_days is None else ticket.estimate_days * 28_800,
            PHASE: self.option(ticket.option),
            FLAG: [{"id": "10019", "value": "Impediment"}] if ticket.flagged else None,
        }
        fields |= self.home(ticket)
        histories = self.histories(ticket.turns)
        total = len(histories) + (0 if ticket.whole else 1)
        changelog = {"startAt": 0, "total": total, "maxResults": total, "histories": histories}
        return {"id": str(ticket.id), "key": key(ticket.id), "fields": fields, "changelog": changelog}

    def type(self, kind: str) -> Shape:
        shown = {"id": str(10 + LEVELS[kind]), "name": kind.title(), "subtask": kind == "subtask"}
        return shown | ({"hierarchyLevel": LEVELS[kind]} if self.cloud else {})

    def user(self, person: str | None) -> Shape | None:
        if person is None:
            return None
        names = {"accountId": person} if self.cloud else {"key": person, "name": f"login {person}"}
        return names | {"displayName": person.title()}

    def option(self, option: str | None) -> Shape | None:
        return None if option is None else {"id": option, "value": self.option_name(option)}

    def option_name(self, option: str) -> str:
        return OPTION_NAMES.get(self.policy.phases.get(option, ""), "Something else")

    def home(self, ticket: Ticket) -> Shape:
        """The parent: one field on Cloud; on Data Center the epic of a task is another, by its key."""
        parent = None if ticket.parent is None else {"id": str(ticket.parent), "key": key(ticket.parent)}
        if self.cloud:
            return {"parent": parent} if parent else {}
        if ticket.kind == "project":
            return {LABEL: f"Epic {ticket.id}", LINK: None}
        if ticket.kind == "subtask":
            return {"parent": parent}
        return {LINK: parent["key"] if parent else None}

    def histories(self, turns: Iterable[Turn]) -> list[Shape]:
        found: dict[int, Shape] = {}
        for turn in sorted(turns, key=lambda turn: turn.item):
            created = turn.at if self.cloud and turn.history % 2 else iso(turn.at)
            history = found.setdefault(
                turn.history, {"id": str(turn.history), "created": created, "items": []}
            )
            history["items"].append(self.item(turn))
        return list(found.values())

    def item(self, turn: Turn) -> Shape:
        field, field_id = {
            "status": ("status", "status"),
            "assignee": ("assignee", "assignee"),
            "option": ("Phase", PHASE),
            "flag": ("Flagged", FLAG),
            "parent": ("IssueParentAssociation", None) if self.cloud else ("Epic Link", None),
        }[turn.field]
        texts = [
            None if value is None else self.text(turn.field, value) for value in (turn.before, turn.after)
        ]
        shown = {
            "field": field,
            "from": turn.before,
            "fromString": texts[0],
            "to": turn.after,
            "toString": texts[1],
        }
        return shown | ({"fieldId": field_id} if self.cloud and field_id else {})

    def text(self, field: str, value: str) -> str:
        if field == "option":
            return self.option_name(value)
        return key(int(value)) if field == "parent" else f"the {field} {value}"
