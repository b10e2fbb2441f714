"""One issue that makes no sense stops nothing: it is set aside with its reason, shown, and tried again."""

import json
from typing import Any

from tests.usecases.syncing import HOUR, Desk, desk_of, team_world

from phasewise.sandbox.trouble import Fault
from phasewise.store import closure
from phasewise.store.db import Database


def spoil_one(desk: Desk) -> int:
    """From now on Jira sends one issue without its fields; the id of that issue."""
    client = desk.clients.client()
    spoiled = desk.some(3)
    ids = sorted(desk.scope_truth())
    first = [raw.issue for raw in client.read(ids[:100], ["*all"]).issues]
    answer: dict[str, Any] = {
        "issues": [{**row, "fields": None} if row["id"] == str(spoiled) else row for row in first]
    }
    desk.trouble.faults.append(Fault(path="issue/bulkfetch", status=200, body=json.dumps(answer)))
    return spoiled


def aside(desk: Desk) -> list[tuple[str, str]]:
    with desk.database.read() as connection:
        return closure.unreadables(connection, desk.deps.site_id)


def test_the_others_are_stored_and_the_one_is_named(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world(), scope="project = ML") as desk:
        spoiled = spoil_one(desk)
        report = desk.sync()
        assert desk.issue(spoiled) is None
        assert len(desk.stored()) > 50
        assert aside(desk) == [(str(spoiled), "the issue came without fields")]
        assert "unreadable" in {warning.code for warning in report.warnings}


def test_it_is_read_as_soon_as_it_can_be(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world(), scope="project = ML") as desk:
        spoiled = spoil_one(desk)
        desk.sync()
        desk.trouble.faults.clear()
        desk.sync()
        assert desk.issue(spoiled) is not None
        assert aside(desk) == []
        assert "unreadable" not in desk.codes()


def test_one_that_is_stored_already_keeps_what_was_known(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world(), scope="project = ML") as desk:
        desk.sync()
        desk.pass_time(HOUR)
        known = desk.stored()
        desk.edit(desk.some(3), summary="changed")
        spoiled = spoil_one(desk)
        desk.poll()
        assert desk.stored()[spoiled] == known[spoiled]
        desk.trouble.faults.clear()
        desk.sync()
        assert desk.stored()[spoiled] != known[spoiled]
