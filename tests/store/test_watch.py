"""The state of a database is another one after every commit, and only then."""

from phasewise.store import sites
from phasewise.store.db import Database
from phasewise.store.watch import Watch


def test_the_state_is_another_after_every_commit_by_whomever(database: Database) -> None:
    other, watch = database.again("other"), Watch(database)
    seen = [watch.state()]
    for writer in (database, other, database):
        with writer.write() as connection:
            sites.site_of(connection, f"https://{len(seen)}.example")
        seen.append(watch.state())
    other.close()
    assert len(set(seen)) == 4


def test_the_state_is_the_same_while_nothing_is_committed(sqlite_database: Database) -> None:
    watch = Watch(sqlite_database)
    first = watch.state()
    with sqlite_database.read() as given_up:
        sites.site_of(given_up, "https://never.example")
    assert watch.state() == first


def test_two_connections_of_sqlite_are_never_taken_for_one(sqlite_database: Database) -> None:
    assert Watch(sqlite_database).state() != Watch(sqlite_database).state()
