"""A synchronisation with all that follows from it."""

from phasewise.sandbox import catalogue
from phasewise.store.db import Database
from phasewise.worker.synchronise import synchronise
from tests.usecases.syncing import desk_of, team_world


def test_histories_that_do_not_fit_their_issues_are_warned_of(sqlite_database: Database) -> None:
    world = team_world()
    with desk_of(sqlite_database, world) as desk:
        assert synchronise(desk.deps, census=True)["warnings"] == ()
        task = desk.some(2)
        desk.edit(task, summary="read once more")
        now = world.issues[task].status
        world.issues[task].status = catalogue.TODO if now != catalogue.TODO else catalogue.IN_PROGRESS
        [warning] = synchronise(desk.deps, census=True, full=True)["warnings"]
    assert warning["code"] == "history_incomplete"
    assert "Incomplete histories: 1." in warning["text"]
