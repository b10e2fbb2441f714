"""Writes to Jira, whatever happens on the way: faults B1 to B11."""

import pytest
from tests.usecases.effecting import office

from phasewise.store.db import Database

BOTH = pytest.mark.parametrize("deployment", ["cloud", "datacenter"])


@BOTH
def test_a_comment_is_written_once_with_its_marker(database: Database, deployment: str) -> None:
    with office(database, deployment) as at:
        at.comment()
        at.do()
        at.do()
        (written,) = at.comments()
        assert written.properties == {"phasewise": {"effect": "finding:1"}}
        row = at.row()
        assert (row.state, row.attempts, row.result) == ("done", 1, {"comment_id": written.id})
