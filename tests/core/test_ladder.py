"""The ladder's decisions: each once, none stronger than was asked for, nobody fought."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from phasewise.core.calendar import calendar_of
from phasewise.core.ladder import RANK, Done, Grant, Move, Said, Standing, Todo, Told, decide, is_soon_again
from phasewise.core.model import CalendarRules, Instant, Strength

CALENDAR = calendar_of(CalendarRules())
NOON = 1_772_452_800_000  # Monday 2 March 2026, 12:00 UTC
HOUR = 3_600_000
TUESDAY_NOON = NOON + 24 * HOUR

instants = st.integers(NOON - 10 * HOUR, NOON + 200 * HOUR)
standings = st.builds(
    Standing,
    strength=st.sampled_from(Strength),
    is_open=st.booleans(),
    is_breach=st.booleans(),
    ripens_at=st.none() | instants,
    can_move=st.booleans(),
    repeats=st.booleans(),
    is_let_be=st.booleans(),
    waiver=st.none() | st.sampled_from(Grant),
    waived_until=st.none() | instants,
)
histories = st.lists(st.tuples(st.integers(1, 50 * HOUR), standings, st.sampled_from(Move)), max_size=12)


def after(done: Done, todo: Todo, at: Instant) -> Done:
    """What was done, once what was decided is done too."""
    return Done(
        said=todo.say or done.said,
        asked_at=at if todo.asks else done.asked_at,
        answered=done.answered and not todo.asks,
        move=Move.PENDING if todo.move else done.move,
        told=todo.tell or done.told,
    )


def lived(history: list[tuple[int, Standing, Move]]) -> list[tuple[Instant, Standing, Done, Todo]]:
    """Every decision of a life, whatever becomes of a move that was begun."""
    at, done, found = NOON, Done(), []
    for passed, standing, outcome in history:
        at += passed
        if done.move.is_under_way:
            done = replace(done, move=outcome if outcome is not Move.NONE else Move.DONE)
        todo = decide(at, standing, done, CALENDAR)
        found.append((at, standing, done, todo))
        done = after(done, todo, at)
    return found


@given(histories)
def test_deciding_again_after_it_was_done_decides_nothing_new(
    history: list[tuple[int, Standing, Move]],
) -> None:
    for at, standing, done, todo in lived(history):
        again = decide(at, standing, after(done, todo, at), CALENDAR)
        assert (again.say, again.move, again.tell, again.asks) == (None, False, None, False)


@given(histories)
def test_a_finding_is_moved_once_and_told_once_at_most(history: list[tuple[int, Standing, Move]]) -> None:
    todos = [todo for *_, todo in lived(history)]
    assert sum(todo.move for todo in todos) <= 1
    assert sum(todo.tell is not None for todo in todos) <= 1


@given(histories)
def test_nothing_is_written_about_what_is_only_shown(history: list[tuple[int, Standing, Move]]) -> None:
    for _, standing, done, todo in lived(history):
        if standing.is_open and RANK[standing.strength] <= RANK[Strength.SHOW]:
            assert (todo.say, todo.move, todo.tell) == (None, False, None)
        if done.said is None and not standing.is_open:
            assert todo.say in (None, Said.MOVED, Said.UNDONE)


@given(histories)
def test_only_act_moves_and_only_what_may_go_back(history: list[tuple[int, Standing, Move]]) -> None:
    for _, standing, _, todo in lived(history):
        if todo.move:
            assert standing.strength is Strength.ACT
            assert (standing.can_move, standing.is_open, standing.repeats) == (True, True, False)


@given(histories)
def test_while_a_waiver_holds_nobody_is_asked_moved_or_told(
    history: list[tuple[int, Standing, Move]],
) -> None:
    for at, standing, done, todo in lived(history):
        holds = standing.waiver is Grant.GRANTED and at < (standing.waived_until or at)
        if holds and standing.is_open and not standing.repeats and not is_left(standing, done):
            assert todo.say in (None, Said.WAIVER_GRANTED)
            assert (todo.asks, todo.move, todo.tell) == (False, False, None)


def is_left(standing: Standing, done: Done) -> bool:
    """Whether a move is under way, or was undone."""
    return done.move.is_under_way or done.move is Move.UNDONE


def test_a_question_without_an_answer_is_told_after_one_working_day() -> None:
    asked = Done(said=Said.ASK_BREACH, asked_at=NOON)
    standing = Standing(Strength.ASK)
    early = decide(TUESDAY_NOON - 1, standing, asked, CALENDAR)
    assert (early.tell, early.look_at) == (None, TUESDAY_NOON)
    assert decide(TUESDAY_NOON, standing, asked, CALENDAR).tell is Told.UNANSWERED
    assert decide(TUESDAY_NOON, standing, replace(asked, answered=True), CALENDAR).tell is None


def test_a_move_that_was_refused_becomes_a_question() -> None:
    todo = decide(NOON, Standing(Strength.ACT, can_move=True), Done(move=Move.REFUSED), CALENDAR)
    assert (todo.say, todo.asks) == (Said.ASK_REFUSED, True)


def test_after_a_move_back_a_lead_is_told_if_it_is_still_open_a_working_day_later() -> None:
    standing, moved = Standing(Strength.ACT, can_move=True), Done(Said.MOVED, asked_at=NOON, move=Move.DONE)
    early = decide(TUESDAY_NOON - 1, standing, moved, CALENDAR)
    assert (early.move, early.tell, early.look_at) == (False, None, TUESDAY_NOON)
    assert decide(TUESDAY_NOON, standing, moved, CALENDAR).tell is Told.STILL_OPEN


def test_a_move_that_was_done_is_said_and_looked_at_again_a_working_day_later() -> None:
    moved = decide(NOON, Standing(Strength.ACT, can_move=True), Done(move=Move.DONE), CALENDAR)
    assert (moved.say, moved.asks, moved.look_at) == (Said.MOVED, True, TUESDAY_NOON)


def test_who_starts_it_again_is_left_alone_and_the_lead_is_told() -> None:
    todo = decide(NOON, Standing(Strength.ACT, can_move=True, repeats=True), Done(), CALENDAR)
    assert todo == Todo(tell=Told.REPEATED)


def test_a_move_that_was_undone_is_said_once_and_then_left_alone() -> None:
    standing, done = Standing(Strength.ACT, can_move=True), Done(Said.MOVED, move=Move.UNDONE)
    assert decide(NOON, standing, done, CALENDAR) == Todo(say=Said.UNDONE)
    again = replace(done, said=Said.UNDONE)
    assert decide(NOON, standing, again, CALENDAR) == Todo()
    assert decide(NOON, replace(standing, is_open=False), again, CALENDAR) == Todo(over=True)
    assert decide(NOON, standing, replace(done, move=Move.UNDOING), CALENDAR) == Todo()


def test_after_an_undo_the_same_ticket_is_let_be_whatever_the_strength() -> None:
    for strength in Strength:
        assert decide(NOON, Standing(strength, can_move=True, is_let_be=True), Done(), CALENDAR) == Todo()


def test_a_start_within_ten_working_days_of_the_move_is_the_same_move_again() -> None:
    two_weeks = 14 * 24 * HOUR
    assert is_soon_again(NOON, NOON + two_weeks, CALENDAR)
    assert not is_soon_again(NOON, NOON + two_weeks + 1, CALENDAR)


def test_a_waiver_that_ends_leaves_the_question_asked_anew() -> None:
    ended = Standing(Strength.ASK, waiver=Grant.GRANTED, waived_until=NOON)
    todo = decide(NOON, ended, Done(Said.WAIVER_GRANTED, asked_at=NOON - HOUR, answered=True), CALENDAR)
    assert (todo.say, todo.asks, todo.look_at) == (Said.ASK_BREACH, True, TUESDAY_NOON)


def test_what_is_settled_says_so_once() -> None:
    closed = Standing(Strength.NUDGE, is_open=False)
    assert decide(NOON, closed, Done(said=Said.NUDGE), CALENDAR) == Todo(say=Said.CLOSED, over=True)
    assert decide(NOON, closed, Done(said=Said.CLOSED), CALENDAR) == Todo(over=True)
    assert decide(NOON, closed, Done(), CALENDAR) == Todo(over=True)
