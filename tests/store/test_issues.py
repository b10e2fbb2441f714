"""What Jira said is written once, newest last, and marked to be derived again."""

import random
import threading
from dataclasses import replace

import pytest
from sqlalchemy import select

from phasewise.core.model import IssueRecord
from phasewise.store import issues, sites, tables
from phasewise.store.census import mark_present, mark_removed
from phasewise.store.db import Database
from tests.store.records import DOING, DONE, TODO, at, epic, item, moved, subtask, task

URL = "https://example.atlassian.net"


def save(database: Database, *records: IssueRecord) -> issues.SaveReport:
    with database.write() as connection:
        return issues.save_records(connection, sites.site_of(connection, URL), records)


def rows(database: Database, table: str, *columns: str) -> list[tuple[object, ...]]:
    chosen = tables.metadata.tables[table]
    with database.read() as connection:
        return sorted(tuple(row) for row in connection.execute(select(*(chosen.c[name] for name in columns))))


def marks(database: Database) -> list[tuple[object, ...]]:
    return rows(database, "dirty", "what", "subject")


def forget_marks(database: Database) -> None:
    with database.write() as connection:
        connection.execute(tables.dirty.delete())


def test_a_new_issue_is_written_with_its_history_and_marked(database: Database) -> None:
    report = save(database, task(7, moved(1, 1, TODO, DOING), assignee="ada", assignee_name="Ada"))
    assert report == issues.SaveReport(new=1)
    assert rows(database, "changes", "issue_id", "history_id", "at", "after") == [(7, 1, at(1), DOING)]
    assert rows(database, "people", "person_id", "display_name") == [("ada", "Ada")]
    assert marks(database) == [("issue", "7")]


def test_the_same_record_again_changes_nothing(database: Database) -> None:
    save(database, task(7, moved(1, 1, TODO, DOING)))
    forget_marks(database)
    assert save(database, task(7, moved(1, 1, TODO, DOING))) == issues.SaveReport(unchanged=1)
    assert marks(database) == []


def test_w3_of_two_records_of_one_instant_the_longer_history_is_the_newer(database: Database) -> None:
    newer = task(7, moved(1, 1, TODO, DOING), moved(2, 1, DOING, DONE))
    older = task(7, moved(1, 1, TODO, DOING))
    save(database, newer)
    assert save(database, older) == issues.SaveReport(stale=1)
    assert save(database, replace(newer, summary="Said anew")) == issues.SaveReport(changed=1)
    assert rows(database, "issues", "summary", "status_id") == [("Said anew", DONE)]


def test_an_older_record_never_overwrites_a_newer_one(database: Database) -> None:
    newer = task(7, moved(1, 1, TODO, DOING), moved(2, 2, DOING, DONE))
    older = task(7, moved(1, 1, TODO, DOING), summary="As it was")
    save(database, newer)
    forget_marks(database)
    assert save(database, older) == issues.SaveReport(stale=1)
    assert rows(database, "issues", "summary", "status_id") == [("Issue 7", DONE)]
    assert marks(database) == []


def test_an_issue_that_comes_twice_in_one_batch_ends_as_the_newest(database: Database) -> None:
    newer = task(7, moved(1, 1, TODO, DOING), moved(2, 2, DOING, DONE))
    assert save(database, newer, task(7, moved(1, 1, TODO, DOING)), newer).stale == 1
    assert rows(database, "changes", "history_id") == [(1,), (2,)]


def test_a_whole_history_replaces_the_stored_one(database: Database) -> None:
    save(database, task(7, moved(1, 1, TODO, DOING), moved(2, 2, DOING, TODO)))
    save(database, task(7, moved(1, 1, TODO, DOING), updated=at(3)))
    assert rows(database, "changes", "history_id") == [(1,)]


@pytest.mark.parametrize("older_first", [True, False])
def test_a_history_that_did_not_come_whole_loses_nothing(database: Database, older_first: bool) -> None:
    whole = task(7, moved(1, 1, TODO, DOING))
    partial = task(7, moved(2, 2, DOING, DONE), history_whole=False)
    save(database, *((whole, partial) if older_first else (partial, whole)))
    assert rows(database, "changes", "history_id") == [(1,), (2,)]
    assert rows(database, "issues", "history_whole") == [(False,)]


def test_the_same_state_without_its_history_does_not_replace_the_whole_one(database: Database) -> None:
    whole = task(7, moved(1, 1, TODO, DOING))
    save(database, whole, replace(whole, history=(), history_whole=False))
    assert rows(database, "issues", "history_whole") == [(True,)]


def test_x3_an_issue_that_moved_keeps_its_row_and_its_old_key(database: Database) -> None:
    save(database, task(7, key="OLD-1"))
    save(database, task(7, item(1, 1, "Key", None, None, before_text="OLD-1", after_text="ML-7"), key="ML-7"))
    assert rows(database, "issues", "issue_id", "key") == [(7, "ML-7")]
    assert rows(database, "issue_keys", "key", "current") == [("ML-7", True), ("OLD-1", False)]


@pytest.mark.parametrize("epic_first", [True, False])
def test_a_parent_known_by_key_is_found_whichever_comes_first(database: Database, epic_first: bool) -> None:
    news = [epic(1, key="ML-1"), task(7, parent_key="ML-1")]
    for record in news if epic_first else reversed(news):
        save(database, record)
    assert rows(database, "issues", "issue_id", "parent_id") == [(1, None), (7, 1)]


def test_who_waited_for_a_key_is_marked_when_it_comes(database: Database) -> None:
    save(database, task(7, parent_key="ML-1"))
    forget_marks(database)
    save(database, epic(1, key="ML-1"))
    assert marks(database) == [("issue", "1"), ("issue", "7")]


def test_a_key_belongs_to_who_has_it_now(database: Database) -> None:
    had_it = task(8, item(1, 1, "Key", None, None, before_text="ML-7", after_text="ML-8"))
    save(database, had_it)
    save(database, task(7))
    save(database, replace(had_it, summary="again", updated=at(5)))
    assert ("ML-7", 7, True) in rows(database, "issue_keys", "key", "issue_id", "current")


def test_a_subtask_that_changes_its_parent_marks_the_old_one(database: Database) -> None:
    save(database, task(1), task(2), subtask(7, 1))
    forget_marks(database)
    save(database, subtask(7, 2, updated=at(1)))
    assert marks(database) == [("issue", "1"), ("issue", "7")]


def test_a_kind_that_changes_marks_what_the_issue_was(database: Database) -> None:
    save(database, epic(1))
    forget_marks(database)
    save(database, task(1, updated=at(1)))
    assert marks(database) == [("issue", "1"), ("project", "1")]


def test_only_an_earlier_exact_time_replaces_a_stored_removal(database: Database) -> None:
    save(database, task(7))
    for when, exactly in ((5, False), (6, True), (4, False), (3, True), (2, False)):
        with database.write() as connection:
            mark_removed(connection, 1, 7, at(when), exactly)
    assert rows(database, "issues", "removed_at", "removed_exactly") == [(at(3), True)]


def test_w5_a_removed_issue_that_is_read_again_is_here_again(database: Database) -> None:
    save(database, task(7))
    with database.write() as connection:
        mark_removed(connection, 1, 7, at(5), True)
    forget_marks(database)
    save(database, task(7))
    assert rows(database, "issues", "removed_at") == [(None,)]
    assert marks(database) == [("issue", "7")]


def test_an_issue_the_census_sees_again_is_here_again(database: Database) -> None:
    save(database, task(7), task(8))
    with database.write() as connection:
        mark_removed(connection, 1, 7, at(5), True)
    forget_marks(database)
    with database.write() as connection:
        mark_present(connection, 1, [7, 8])
    assert rows(database, "issues", "removed_at") == [(None,), (None,)]
    assert marks(database) == [("issue", "7")]


def test_w3_writers_at_once_leave_the_newest(database: Database) -> None:
    records = [task(7, *(moved(n + 1, n + 1, TODO, DOING) for n in range(length))) for length in range(1, 9)]
    save(database, records[0])

    def work(order: int) -> None:
        for record in random.Random(order).sample(records, len(records)):
            save(database, record)

    writers = [threading.Thread(target=work, args=(order,)) for order in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert rows(database, "issues", "updated") == [(at(8),)]
    assert len(rows(database, "changes", "history_id")) == 8
