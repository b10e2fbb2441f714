"""From raw changelog items to the changes of the tracked fields, in their one order.

Called when an issue is derived again; what follows from the changes is in `timeline`.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import TypeVar

from phasewise.core.model import Change, HistoryItem, Issue, Kind, Tracked, TrackedFields

ResolveKey = Callable[[str], int | None]
Entry = TypeVar("Entry", HistoryItem, Change)

_PARENT = "parent"
_EPIC_OF_A_TASK = ("issueparentassociation", "epic link", _PARENT)
# Read once: looking a member up in its class costs more than all the rest of an inner loop.
STATUS, PHASE, ASSIGNEE, PARENT, FLAG = Tracked

_EVERYWHERE: Mapping[str, Tracked] = {"status": STATUS, "assignee": ASSIGNEE}
_UNSET = (None, "", "[]")

_in_order = attrgetter("at", "history_id", "item")


def tracked_changes(
    items: Iterable[HistoryItem], kind: Kind, fields: TrackedFields, resolve_key: ResolveKey
) -> tuple[Change, ...]:
    """The changes that matter to an issue of this kind, sorted by (time, history id, item), each once.

    Only a task has a phase and an epic of its own; a sub-task's parent is its current one for all its
    history. `resolve_key` gives the issue id of a key, for parents recorded by key; None if it is not known.
    """
    known = _tracked_names(kind, fields)
    tracked = [item for item in items if known[item.field] is not None]
    if kind is Kind.TASK:
        tracked = _with_one_parent(tracked, known)
    return tuple(
        _change(item, field, resolve_key)
        for item in in_order(tracked)
        if (field := known[item.field]) is not None
    )


def in_order(news: Iterable[Entry]) -> list[Entry]:
    """History items or changes sorted by (time, history id, item); one that came twice is taken once."""
    news = list(news)
    if all(earlier.at < later.at for earlier, later in pairwise(news)):
        return news  # As they nearly always come: nothing to sort, and nothing that could be there twice.
    once: dict[tuple[int, int], Entry] = {}
    for entry in sorted(news, key=_in_order):
        once.setdefault((entry.history_id, entry.item), entry)
    return list(once.values())


def is_incomplete(issue: Issue) -> bool:
    """Whether the history did not come whole, or ends in a value that is not the current one."""
    current: Mapping[Tracked, str | None] = {
        STATUS: issue.status,
        PHASE: issue.phase_option,
        ASSIGNEE: issue.assignee,
        PARENT: None if issue.parent is None else str(issue.parent),
        FLAG: "set" if issue.flagged else None,
    }
    last = {change.field: change.after for change in in_order(issue.changes)}
    if last.get(FLAG):
        last[FLAG] = "set"
    if issue.kind is not Kind.TASK:
        # A sub-task's parent is its current one whatever its history says.
        last.pop(PARENT, None)
    return not issue.history_whole or any((after or None) != current[field] for field, after in last.items())


class _Names(dict[str, Tracked | None]):
    """The tracked field of each name, in every spelling that was met: folding case is the dear part."""

    def __missing__(self, name: str) -> Tracked | None:
        found = self[name] = self.get(name.casefold())
        return found


@lru_cache(maxsize=64)
def _tracked_names(kind: Kind, fields: TrackedFields) -> _Names:
    if kind is Kind.OTHER:
        return _Names()
    known = _Names(_EVERYWHERE)
    if kind is Kind.TASK:
        known.update(dict.fromkeys(_EPIC_OF_A_TASK, PARENT))
    own = [
        *fields.names,
        (fields.phase, PHASE),
        (fields.flag, FLAG),
        (fields.epic_link, PARENT),
    ]
    of_tasks_only = (PHASE, PARENT)
    for name, field in own:
        if name and (kind is Kind.TASK or field not in of_tasks_only):
            known[name.casefold()] = field
    return known


def _with_one_parent(items: list[HistoryItem], known: _Names) -> list[HistoryItem]:
    """Drop `Parent` where the same history also says which epic: a sub-task turned into a task leaves
    its old parent and enters an epic at once, and the epic is what holds."""
    told = [(item.field.casefold(), item.history_id) for item in items if known[item.field] is PARENT]
    epics = {history_id for name, history_id in told if name != _PARENT}
    if not epics:
        return items
    return [item for item in items if item.history_id not in epics or item.field.casefold() != _PARENT]


def _change(item: HistoryItem, field: Tracked, resolve_key: ResolveKey) -> Change:
    # Jira writes "nothing" as null, as an empty text, and for check boxes as an empty list.
    before = None if item.before in _UNSET else item.before
    after = None if item.after in _UNSET else item.after
    if field is PARENT:
        before = _issue_id(before, item.before_text, resolve_key)
        after = _issue_id(after, item.after_text, resolve_key)
    return Change(item.at, item.history_id, item.item, field, before, after)


def _issue_id(value: str | None, text: str | None, resolve_key: ResolveKey) -> str | None:
    """A parent as issue id: given as one, or by its key (in `from`/`to`, or only in what was displayed)."""
    if value is not None and value.isdecimal():
        return value
    key = value or text
    found = resolve_key(key) if key else None
    return None if found is None else str(found)
