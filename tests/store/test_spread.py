"""The database chooses indexes by what is there, so that a page costs what it shows."""

from sqlalchemy import text

from phasewise.store.db import Database
from phasewise.store.hands import held_at
from phasewise.store.spread import learn_spread
from tests.store.records import DOING, DONE, TODO, at, moved, task
from tests.web.story import deps_of, tell

NOT_DONE = """EXPLAIN QUERY PLAN SELECT issue_id FROM intervals
    WHERE site_id = 1 AND "group" IN ('todo', 'active') AND "end" IS NULL"""


def test_sqlite_takes_the_index_by_group_and_end(sqlite_database: Database) -> None:
    finished = [
        task(n, moved(2 * n, 1, TODO, DOING), moved(2 * n + 1, 2, DOING, DONE)) for n in range(1, 400)
    ]
    tell(deps_of(sqlite_database), finished)
    with sqlite_database.write() as connection:
        learn_spread(connection)
    with sqlite_database.read() as connection:
        plan = connection.execute(text(NOT_DONE)).one()[-1]
    assert "ix_intervals_site_id_group_end" in plan


def test_learning_changes_no_answer(database: Database) -> None:
    tell(deps_of(database), [task(1, moved(1, 1, TODO, DOING)), task(2, moved(2, 1, TODO, DONE))])
    with database.read() as connection:
        before = held_at(connection, 1, at(2))
    with database.write() as connection:
        learn_spread(connection)
    with database.read() as connection:
        assert held_at(connection, 1, at(2)) == before
    assert [(row.issue, row.group) for row in before] == [(1, "active")]
