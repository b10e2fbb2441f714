"""When an issue left the scope, by its own history. `confirm_ids` asks once Jira no longer matches it.

The JQL is not evaluated: what counts is whether a field went from a value that it names to one that it does
not name, or the other way round.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from phasewise.core.model import HistoryItem, Instant, IssueRecord
from phasewise.jira import jql
from phasewise.store import sites
from phasewise.usecases.sync_run import SyncRun

if TYPE_CHECKING:
    from phasewise.store.db import Connection

SETTLED_MS = 600_000
"""An index may lag: an issue that changed within ten minutes and seems to have left is asked about again."""

HISTORY_NAMES = {
    "project": ("project", "key"),
    "key": ("project", "key"),
    "issuekey": ("project", "key"),
    "type": ("issuetype", "issue type"),
    "issuetype": ("issuetype", "issue type"),
    "parent": ("issueparentassociation", "parent", "epic link"),
    "component": ("components", "component"),
    "fixversion": ("fixversions", "fix version"),
    "affectedversion": ("versions", "version"),
    "statuscategory": ("status",),
    "duedate": ("duedate",),
    "due": ("duedate",),
    "level": ("security",),
}
"""How histories name what JQL names: the field id, and the name where there is no id. Others are the same."""

CATEGORY = "statuscategory"
CATEGORIES = {
    "undefined": frozenset({"undefined", "no category", "1"}),
    "new": frozenset({"new", "to do", "2"}),
    "indeterminate": frozenset({"indeterminate", "in progress", "4"}),
    "done": frozenset({"done", "complete", "3"}),
}
"""What JQL may call the categories of statuses: their keys, English names and ids."""


def left_scope_at(connection: "Connection", record: IssueRecord, run: SyncRun) -> Instant | None:
    """When the issue left the scope, if that was after the census that still saw it. None where no change of
    a field that the scope names is known: it may ask about time, groups or filters.

    Each field left at its last step across what the scope names; the issue with the first of them, or with
    the last where the scope has alternatives. Without any such step it is the last change of such a field.
    """
    late = _late_changes(record, run)
    named = jql.scope_values(run.clause)
    categories = _categories(connection, run.site_id) if CATEGORY in late else {}
    steps = {
        name: [item.at for item in items if _crosses(name, item, named.get(name, frozenset()), categories)]
        for name, items in late.items()
    }
    lasts = [max(some) for some in steps.values() if some]
    if lasts:
        return max(lasts) if jql.has_alternatives(run.clause) else min(lasts)
    return max((item.at for items in late.values() for item in items), default=None)


def _late_changes(record: IssueRecord, run: SyncRun) -> dict[str, list[HistoryItem]]:
    """The changes since then, by the name that the scope has for the field."""
    names = _history_names(run)
    found: dict[str, list[HistoryItem]] = defaultdict(list)
    for item in record.history:
        if item.at >= run.seen_until - SETTLED_MS:
            for name in names.get(item.field.casefold(), ()):
                found[name].append(item)
    return found


def _history_names(run: SyncRun) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for name in jql.scope_names(run.clause):
        field_id = run.mapped.stored.clauses.get(name, name)
        for told in HISTORY_NAMES.get(name, HISTORY_NAMES.get(field_id.lower(), (name, field_id.casefold()))):
            found[told].add(name)
    return found


def _categories(connection: "Connection", site_id: int) -> dict[str, frozenset[str]]:
    return {status.id: CATEGORIES[status.category] for status in sites.statuses(connection, site_id)}


def _crosses(
    name: str, item: HistoryItem, named: frozenset[str], categories: Mapping[str, frozenset[str]]
) -> bool:
    """Whether the change went to what the scope names, or away from it."""
    before = _words(name, item, item.before, item.before_text, categories)
    after = _words(name, item, item.after, item.after_text, categories)
    return named.isdisjoint(before) != named.isdisjoint(after)


def _words(
    name: str,
    item: HistoryItem,
    value: str | None,
    text: str | None,
    categories: Mapping[str, frozenset[str]],
) -> frozenset[str]:
    """All that JQL may call this value of the field, in lower case."""
    if name == CATEGORY:
        return categories.get(value or "", frozenset())
    id, shown = (value or "").lower(), (text or "").lower()
    if not id and not shown:
        return frozenset({"empty", "null"})
    space = shown.rpartition("-")[0] if item.field.casefold() == "key" else ""
    return frozenset({id, shown, space, *shown.split(), *shown.split(", ")})
