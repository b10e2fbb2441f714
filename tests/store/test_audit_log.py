"""The audit log keeps the order in which things were decided."""

from phasewise.store import sites
from phasewise.store.audit_log import Entry, add_entry, entries_at
from phasewise.store.boards import Page
from phasewise.store.db import Database


def test_entries_of_one_instant_stand_as_they_were_written_latest_first(database: Database) -> None:
    with database.write() as connection:
        site_id = sites.site_of(connection, "https://jira.example.com")
        for n in range(40):
            add_entry(connection, site_id, Entry(1_000, "ada", "plan.saved", str(n)))
        found = entries_at(connection, site_id, 1_001, Page(25))
        rest = entries_at(connection, site_id, 1_001, Page(25, (found[-1].at, found[-1].entry_id)))
    assert [one.subject for one in (*found, *rest)] == [str(n) for n in reversed(range(40))]
