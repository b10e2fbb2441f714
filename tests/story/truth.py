"""What the sandbox knows to be true, and what the store holds: the same shape, to be compared."""

import orjson
import requests
from sqlalchemy import select

from phasewise.sandbox.serve import Running
from phasewise.store import tables
from phasewise.store.db import Database


def truth(jira: Running) -> dict[int, tuple[str, str, frozenset[int]]]:
    """Issue id -> key, summary and the ids of its histories, of every issue that is there."""
    lines = requests.get(f"{jira.url}/_sandbox/issues", timeout=60).content.splitlines()
    issues = [issue for line in lines if not (issue := orjson.loads(line)).get("deleted")]
    return {
        int(issue["id"]): (
            issue["key"],
            issue["fields"]["summary"],
            frozenset(int(history["id"]) for history in issue["changelog"]["histories"]),
        )
        for issue in issues
    }


def stored(database: Database) -> dict[int, tuple[str, str, frozenset[int]]]:
    """The same of every issue in the store, of which everything has been derived."""
    issues, changes = tables.issues.c, tables.changes.c
    with database.read() as connection:
        assert connection.execute(select(tables.dirty)).all() == []
        histories: dict[int, set[int]] = {}
        for issue_id, history_id in connection.execute(select(changes.issue_id, changes.history_id)):
            histories.setdefault(issue_id, set()).add(history_id)
        live = select(issues.issue_id, issues.key, issues.summary).where(issues.removed_at.is_(None))
        return {
            row.issue_id: (row.key, row.summary, frozenset(histories.get(row.issue_id, ())))
            for row in connection.execute(live)
        }
