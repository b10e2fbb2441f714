"""What was judged is read back as it was; tokens are found by their digest."""

from datetime import date

from phasewise.core.calendar import days
from phasewise.core.model import Group, Interval, Phase, Piece, State
from phasewise.store import derived, sites, tokens
from phasewise.store.db import Database
from phasewise.store.past import projects_before
from phasewise.usecases.judge import judge
from tests.store.records import DOING, DONE, TODO, at, epic, item, moved, subtask, task
from tests.usecases.sites import deps_of, save


def judged(database: Database) -> int:
    """Task 10 with its sub-task 20 in epic 1, moved to epic 2 on day 4 and done on day 5."""
    deps = deps_of(database)
    to_other = item(3, 4, "IssueParentAssociation", "1", "2")
    history = (moved(1, 1, TODO, DOING), to_other, moved(4, 5, DOING, DONE))
    own = task(10, *history, parent_id=2, phase_option="10101", assignee="ada")
    save(deps, epic(1), epic(2), own, subtask(20, 10, moved(5, 2, TODO, DOING), assignee="bob"))
    judge(deps)
    return deps.site_id


def test_intervals_and_pieces_come_back_as_they_were(database: Database) -> None:
    site_id = judged(database)
    with database.read() as connection:
        intervals = derived.intervals_of(connection, site_id, [10, 99])
        pieces = derived.pieces_of(connection, site_id, [10, 99])
        subtasks = derived.subtasks_of(connection, site_id, [10, 99])
    assert list(intervals) == [10]
    active = Interval(10, at(1), at(4), DOING, Group.ACTIVE, Phase.RESEARCH, "ada", 1, False)
    assert intervals[10][1] == active
    assert pieces[10][:2] == (
        Piece(10, at(1), at(4), Phase.RESEARCH, 1),
        Piece(10, at(4), None, Phase.RESEARCH, 2),
    )
    assert subtasks == {10: [20]}


def test_a_project_knows_every_task_that_ever_was_in_it(database: Database) -> None:
    site_id = judged(database)
    with database.read() as connection:
        lives = derived.lives_of_projects(connection, site_id, [1, 2])
        figures = derived.figures_of(connection, site_id, [1, 99], at(9))[1]
    for (life,) in lives.values():
        assert life.task == 10
        assert [one.issue for one in life.subtasks[0]] == [20, 20]
    assert figures.state is State.IDLE
    assert figures.settled_at == at(5)


def test_figures_are_not_those_of_an_instant_before_the_last_change(database: Database) -> None:
    site_id = judged(database)
    with database.read() as connection:
        assert derived.figures_of(connection, site_id, [1], at(5)) == {}


def test_of_a_past_instant_the_work_is_read_whole_and_the_rest_as_it_was_lately(database: Database) -> None:
    site_id = judged(database)
    with database.read() as connection:
        found = projects_before(connection, site_id, [1, 2], as_of=at(4.5), since=at(4.2))
        (one, _, (left,)), (other, epic_there, (came,)) = found
    assert (one, [interval.project for interval in left.intervals]) == (1, [2])
    assert left.pieces == (Piece(10, at(1), at(4), Phase.RESEARCH, 1),)
    assert (other, [interval.issue for interval in epic_there]) == (2, [2])
    assert [interval.project for interval in came.intervals] == [2]
    assert [one.issue for one in came.subtasks[0]] == [20]


def test_who_holds_what(database: Database) -> None:
    site_id = judged(database)
    with database.read() as connection:
        held = derived.held_by(connection, site_id, ["ada", "bob", "cy"])
    assert {person: [one.counts_as for one in holding] for person, holding in held.items()} == {
        "ada": [10, 10, 10],
        "bob": [10, 10],
    }


def test_what_was_finished_by_day(database: Database) -> None:
    site_id = judged(database)
    day = date(2026, 3, 7).toordinal()
    with database.read() as connection:
        ((found, age),) = derived.ages_done(connection, site_id, day, day)
        assert derived.ages_done(connection, site_id, day + 1, day + 9) == []
    assert (found, days(age or 0)) == (day, 4.0)


def test_a_token_is_found_until_the_end_of_time_and_revoked_once(database: Database) -> None:
    token = tokens.Token("t1", "ci", "d" * 64, "read", at(0), expires_at=at(9))
    with database.write() as connection:
        site_id = sites.site_of(connection, "https://example.atlassian.net")
        tokens.add(connection, site_id, token)
        assert tokens.find(connection, site_id, "d" * 64) == token
        assert tokens.find(connection, site_id, "e" * 64) is None
        tokens.touch(connection, site_id, "t1", at(1))
        assert tokens.revoke(connection, site_id, "t1", at(2))
        assert tokens.revoke(connection, site_id, "t1", at(3))
        assert not tokens.revoke(connection, site_id, "t2", at(3))
        (kept,) = tokens.list_all(connection, site_id)
    assert (kept.revoked_at, kept.last_used_at) == (at(2), at(1))
