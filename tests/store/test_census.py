"""What the scope matches now, against what is stored."""

import pytest

from phasewise.store import census, issues, sites
from phasewise.store.db import Database
from tests.store.records import at, epic, task


@pytest.fixture
def site_id(database: Database) -> int:
    """Tasks 1, 2 and 3, an epic 9 that came along, and 4, which was removed."""
    with database.write() as connection:
        site_id = sites.site_of(connection, "https://example.atlassian.net")
        records = [*(task(n, updated=at(n)) for n in (1, 2, 3, 4)), epic(9, matched=False)]
        issues.save_records(connection, site_id, records)
        census.mark_removed(connection, site_id, 4, at(6), False)
    return site_id


def test_the_census_tells_who_is_missing_and_who_vanished(database: Database, site_id: int) -> None:
    with database.write() as connection:
        census.add_census(connection, site_id, [77])
        census.start_census(connection, site_id)
        census.add_census(connection, site_id, [2, 3, 4, 5])
        census.add_census(connection, site_id, [3, 5])
        assert list(census.ids_missing(connection, site_id)) == [4, 5]
        assert census.ids_vanished(connection, site_id) == [1]
        assert census.ids_along(connection, site_id) == [9]
        assert census.live_count(connection, site_id) == 4


def test_what_came_along_and_is_matched_now_is_watched_from_now_on(database: Database, site_id: int) -> None:
    with database.write() as connection:
        census.mark_present(connection, site_id, [9])
        assert census.ids_along(connection, site_id) == []
        assert census.ids_vanished(connection, site_id) == [1, 2, 3, 9]


def test_the_same_record_matched_otherwise_is_no_news(database: Database, site_id: int) -> None:
    with database.write() as connection:
        report = issues.save_records(connection, site_id, [epic(9)])
        assert census.ids_along(connection, site_id) == []
    assert report == issues.SaveReport(unchanged=1)


def test_the_ledger_knows_when_the_live_ones_were_updated(database: Database, site_id: int) -> None:
    with database.read() as connection:
        found = issues.known_updates(connection, site_id, [1, 3, 4, 5])
    assert found == {1: at(1), 3: at(3)}


def test_what_was_set_aside_is_taken_back_when_it_can_be_read(database: Database, site_id: int) -> None:
    with database.write() as connection:
        issues.set_aside(connection, site_id, "5", "No status", at(1))
        issues.set_aside(connection, site_id, "5", "No status at all", at(2))
        issues.set_aside(connection, site_id, "6", "No type", at(2))
        issues.save_records(connection, site_id, [task(5)])
        left = connection.exec_driver_sql("SELECT reference, reason FROM unreadable").all()
    assert [tuple(row) for row in left] == [("6", "No type")]
