"""A card that is moved by hand is moved in Jira, and stands in its new place once Jira was read again."""

import pytest
from tests.usecases.effecting import office

from phasewise.core.model import Group
from phasewise.errors import ConflictError
from phasewise.sandbox import catalogue
from phasewise.store.db import Database
from phasewise.usecases.judge import judge
from phasewise.usecases.move_card import card_to_move, move_card


def test_a_card_is_moved_in_jira_and_then_here(sqlite_database: Database) -> None:
    with office(sqlite_database, board_moves=True) as at:
        at.desk.sync()
        judge(at.deps)
        found = card_to_move(at.deps, at.task)
        assert found.now.group is Group.TODO
        move_card(at.deps, at.task, found.stay, catalogue.IN_PROGRESS)
        at.do()
        assert at.desk.world.issues[at.task].status == catalogue.IN_PROGRESS
        at.wait(60)
        at.desk.poll()
        judge(at.deps)
        assert card_to_move(at.deps, at.task).now.group is Group.ACTIVE


def test_b4_whoever_moves_it_in_jira_meanwhile_wins(sqlite_database: Database) -> None:
    with office(sqlite_database, board_moves=True) as at:
        at.desk.sync()
        judge(at.deps)
        move_card(at.deps, at.task, card_to_move(at.deps, at.task).stay, catalogue.IN_PROGRESS)
        at.desk.edit(at.task, status=catalogue.DONE)
        at.do()
        [row] = at.rows()
        assert (row.state, at.desk.world.issues[at.task].status) == ("done", catalogue.DONE)
        assert "somebody has moved" in row.last_error


def test_it_is_off_unless_it_was_turned_on(sqlite_database: Database) -> None:
    with office(sqlite_database) as at, pytest.raises(ConflictError, match="PHASEWISE_BOARD_MOVES"):
        card_to_move(at.deps, at.task)
