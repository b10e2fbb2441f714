"""What people answer in Jira: waivers asked for by a line, hints to those who wrote otherwise."""

from dataclasses import replace

import pytest
from tests.usecases.effecting import BOTH
from tests.usecases.enforced import DAY, Floor, floor

from phasewise.core.ladder import Grant, Said, Told
from phasewise.core.model import Rule
from phasewise.errors import NotFoundError
from phasewise.store.db import Database
from phasewise.store.inbox import NewDelivery, add_deliveries
from phasewise.usecases.decide_waivers import decide_waiver
from phasewise.usecases.hear_replies import hear_replies, is_anything_to_hear
from phasewise.usecases.paging import Paging
from phasewise.usecases.show_findings import AskedFindings, show_findings
from phasewise.usecases.show_ladder import show_waivers


def asked_ada(at: Floor) -> int:
    """Ada has two tickets active, and was asked why; the ticket with the question."""
    first, second = at.ticket(), at.ticket()
    at.start(first)
    at.start(second)
    at.look(minutes=20)
    assert at.step().said is Said.ASK_BREACH
    return second


def hear(at: Floor) -> None:
    at.wait(61)
    hear_replies(at.deps)
    at.look()


def waivers(at: Floor) -> list[tuple[str, str, str]]:
    return [(one.id, one.state, one.reason) for one in show_waivers(at.deps, None, Paging(50), None).items]


def states(at: Floor) -> list[str]:
    wanted = AskedFindings(rule=Rule.ONE_ACTIVE)
    return [one.state for one in show_findings(at.deps, None, Paging(50), wanted).items]


@BOTH
def test_a_waiver_is_asked_for_by_an_answer_and_granted_by_a_lead(
    database: Database, deployment: str
) -> None:
    with floor(database, deployment, one_active="ask") as at:
        ticket = asked_ada(at)
        reply = at.answer(ticket, "ok until friday: the labels come on Monday")
        hear(at)
        assert waivers(at) == [(reply.id, "asked", "the labels come on Monday")]
        assert at.step().said is Said.WAIVER_ASKED
        decide_waiver(at.deps, reply.id, Grant.GRANTED, "lead")
        at.look()
        assert (at.step().said, states(at)) == (Said.WAIVER_GRANTED, ["waived"])
        assert len(at.comments(ticket)) == 2
        assert "labels come on Monday" in at.text(at.comments(ticket)[0])
        at.look(minutes=7 * 1440)
        assert (states(at), at.step().said) == (["open"], Said.ASK_BREACH)


@BOTH
@pytest.mark.parametrize("text", ["I need both, sorry", "ok until 2020-01-01: it was needed"])
def test_another_answer_gets_one_hint_and_counts_as_answered(
    sqlite_database: Database, deployment: str, text: str
) -> None:
    with floor(sqlite_database, deployment, one_active="ask") as at:
        ticket = asked_ada(at)
        at.answer(ticket, text)
        hear(at)
        at.answer(ticket, text)
        hear(at)
        assert len(at.comments(ticket)) == 4
        assert (waivers(at), at.step().answered, at.step().hinted) == ([], True, True)
        at.look(minutes=3 * 1440)
        assert at.step().told is None


def test_what_somebody_else_writes_is_no_answer_and_the_lead_is_told_after_a_working_day(
    database: Database,
) -> None:
    with floor(database, one_active="ask") as at:
        ticket = asked_ada(at)
        at.answer(ticket, "ok until friday: says Eve", at.desk.world.add_user("Eve"))
        hear(at)
        assert (waivers(at), at.step().told) == ([], None)
        at.look(minutes=4 * 1440)
        assert (at.step().told, len(at.comments(ticket))) == (Told.UNANSWERED, 2)


def test_a_declined_waiver_is_said_and_silences_nothing(sqlite_database: Database) -> None:
    with floor(sqlite_database, one_active="ask") as at:
        reply = at.answer(asked_ada(at), "ok until friday: please")
        hear(at)
        decide_waiver(at.deps, reply.id, Grant.DECLINED, "lead")
        at.look()
        assert (at.step().said, states(at)) == (Said.WAIVER_DECLINED, ["open"])


def test_there_is_no_waiver_of_another_id(sqlite_database: Database) -> None:
    with floor(sqlite_database, one_active="ask") as at, pytest.raises(NotFoundError):
        decide_waiver(at.deps, "4711", Grant.GRANTED, "lead")


def test_a_question_among_five_thousand_comments_is_heard_by_reading_the_new_ones(
    sqlite_database: Database,
) -> None:
    with floor(sqlite_database, one_active="ask") as at:
        first, second = at.ticket(), at.ticket()
        for number in range(5000):
            at.desk.world.comment(at.desk.now - 4 * DAY, at.ada, second, f"an old one, {number}")
        at.start(first)
        at.start(second)
        at.look(minutes=20)
        reply = at.answer(second, "ok until friday: both are small")
        at.wait(61)
        before = at.desk.clients.client().requests
        hear_replies(at.deps)
        assert at.desk.clients.client().requests - before <= 2
        assert [one[0] for one in waivers(at)] == [reply.id]


def test_the_same_answer_heard_twice_is_one_waiver(sqlite_database: Database) -> None:
    with floor(sqlite_database, one_active="ask") as at:
        at.answer(asked_ada(at), "ok until friday: please")
        hear(at)
        at.desk.deps = replace(at.deps)
        hear(at)
        assert len(waivers(at)) == 1


def test_a_comment_that_jira_tells_of_is_heard_at_once_even_under_a_nudge(database: Database) -> None:
    with floor(database, one_active="nudge") as at:
        first, second = at.ticket(), at.ticket()
        at.start(first)
        at.start(second)
        at.look(minutes=20)
        assert not is_anything_to_hear(at.deps)
        reply = at.answer(second, "ok until friday: both are small")
        told = NewDelivery("d1", at.desk.now, "comment_created", (second,), "applied", None, b"{}")
        with database.write() as connection:
            add_deliveries(connection, at.deps.site_id, [told])
        at.wait(1)
        assert is_anything_to_hear(at.deps)
        hear_replies(at.deps)
        assert [one[0] for one in waivers(at)] == [reply.id]
        assert not is_anything_to_hear(at.deps)
