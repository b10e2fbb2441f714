"""The synchronisation against the sandbox: everything there, nothing false, whatever happens on the way."""

import pytest

from phasewise.store.db import Database
from tests.usecases.syncing import Desk, desk_of, team_world


def in_scope(desk: Desk) -> dict[int, tuple[object, ...]]:
    wanted = {space.id for space in desk.world.spaces.values() if space.key in ("ML", "DS")}
    return desk.truth(lambda issue: issue.space in wanted)


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_the_first_load_brings_every_issue_with_every_history(database: Database, deployment: str) -> None:
    with desk_of(database, team_world(deployment)) as desk:
        report = desk.sync()
        assert desk.stored() == in_scope(desk)
        assert report.issues_new == len(in_scope(desk))
        assert report.warnings == ()
