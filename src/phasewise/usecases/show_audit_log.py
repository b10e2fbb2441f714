"""Who decided what, latest first: for admins, on a page and in the API."""

import re
from collections.abc import Mapping, Sequence

from phasewise.core.model import Instant
from phasewise.store.audit_log import ENTRY_PLACE, entries_at
from phasewise.store.boards import Page, issues_by_id
from phasewise.usecases.as_of.work_rows import entry_row
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import listing, moment
from phasewise.usecases.paging import Paging, cut
from phasewise.usecases.policies.words import Changed
from phasewise.usecases.show_policy import versions_shown
from phasewise.usecases.views import EntryShown, Listing

AUDIT_LOG = "audit-log"

OF_ISSUES = ("ab_test", "decision", "deliverable", "kill_criterion", "plan", "result", "return", "task")
"""What begins the actions that may be about an issue."""

ISSUE = re.compile(r"([0-9]{1,18})(:|$)")
"""Its id, alone or before a colon."""

PolicyChanges = Mapping[tuple[str, object], Sequence[Changed]]
"""What each version of a policy changed, by team and number."""

__all__ = ["AUDIT_LOG", "ENTRY_PLACE", "keys_of", "policy_changes", "show_audit_log"]


def show_audit_log(deps: Deps, as_of: Instant | None, asked: Paging) -> Listing[EntryShown]:
    """One page of the log up to `as_of` (None: now), latest first."""
    with moment(deps, as_of) as at:
        # What was written in this very millisecond is in it, too.
        until = at.as_of + 1 if as_of is None and asked.as_of is None else at.as_of
        found = entries_at(at.connection, at.site_id, until, Page(asked.limit + 1, asked.after))
        rows, last = cut(found, asked, lambda entry: (entry.at, entry.entry_id))
        return listing(at, AUDIT_LOG, [entry_row(entry) for entry in rows], last)


def policy_changes(deps: Deps, entries: Sequence[EntryShown]) -> PolicyChanges:
    """Of the policies that the entries are about, in the language that is spoken, not the log's English."""
    teams = {one.subject for one in entries if one.action == "policy.changed"}
    if not teams:
        return {}
    with deps.database.read() as connection:
        rulebook = deps.rulebook(connection)
    return {
        (team.name, one.version.number): one.changed
        for team in rulebook.teams
        if team.name in teams
        for one in versions_shown(team.versions)
    }


def keys_of(deps: Deps, entries: Sequence[EntryShown]) -> Mapping[str, str]:
    """Subject -> key of the issue, where an entry is about one. The log keeps ids, as keys change."""
    subjects = {one.subject for one in entries if one.action.partition(".")[0] in OF_ISSUES}
    ids = {subject: int(about[1]) for subject in subjects if (about := ISSUE.match(subject))}
    with deps.database.read() as connection:
        found = issues_by_id(connection, deps.site_id, set(ids.values()))
    return {subject: found[number].key for subject, number in ids.items() if number in found}
