"""Effects in the store: once for each cause, one node at a time, oldest first."""

from typing import Any

import pytest
from sqlalchemy import Connection, select, text

from phasewise.core.model import Instant
from phasewise.store import effect_pages, effects
from phasewise.store.boards import Page
from phasewise.store.db import Database
from phasewise.store.effects import JIRA_KINDS, Claimed, Effect, EffectKind, EffectState
from phasewise.store.work_tables import effects as table

NOW: Instant = 1_795_000_000_000
MAIL = (EffectKind.MAIL,)


def comment(number: int = 1, target: str | None = None, subject: str | None = None) -> Effect:
    body = {"text": [["x"]]}
    return Effect(f"c:{number}", EffectKind.COMMENT, target or str(number), body, subject)


def mail(number: int = 1) -> Effect:
    return Effect(f"m:{number}", EffectKind.MAIL, "a@b.c", {"subject": "s", "text": "t"})


def add(database: Database, *some: Effect, at: Instant = NOW) -> list[bool]:
    with database.write() as connection:
        return [effects.add_effect(connection, 1, one, at) for one in some]


def claim(
    database: Database, at: Instant = NOW, node: str = "n", kinds: Any = JIRA_KINDS, lasts: int = 60_000
) -> Claimed | None:
    with database.write() as connection:
        return effects.claim_next(connection, 1, node, kinds, at, at + lasts)


def claimed(database: Database, *asked: Any, **more: Any) -> Claimed:
    found = claim(database, *asked, **more)
    assert found is not None
    return found


def settle(database: Database, one: Claimed, state: EffectState = EffectState.DONE, **more: Any) -> bool:
    with database.write() as connection:
        return effects.settle(connection, 1, one, state, NOW, **more)


def rows(database: Database) -> dict[str, Any]:
    with database.read() as connection:
        return {row.key: row for row in connection.execute(select(table))}


def test_the_same_cause_is_one_effect(database: Database) -> None:
    assert add(database, comment(), comment()) == [True, False]
    settle(database, claimed(database))
    assert add(database, comment(), at=NOW + 1) == [False]
    assert rows(database)["c:1"].state == "done"


def test_nothing_is_added_by_a_transaction_that_fails(database: Database) -> None:
    def find_a_cause_and_fail(connection: Connection) -> None:
        effects.add_effect(connection, 1, comment(), NOW)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.transact(find_a_cause_and_fail)
    assert rows(database) == {}


def test_the_oldest_is_claimed_first_and_no_other_node_gets_it(database: Database) -> None:
    add(database, comment(2), at=NOW)
    add(database, comment(1), at=NOW - 5)
    first = claimed(database)
    assert (first.effect, first.attempts, first.may_have_happened) == (comment(1), 1, False)
    assert claimed(database, NOW + 1000, "other").effect == comment(2)
    assert claim(database, NOW + 2000, "third") is None


def test_a_claim_that_ran_out_is_taken_and_may_have_happened(database: Database) -> None:
    add(database, comment())
    late = claimed(database, lasts=1000)
    assert claim(database, NOW + 999, "other") is None
    taken = claimed(database, NOW + 1000, "other")
    assert taken.may_have_happened
    assert not settle(database, late)
    assert settle(database, taken)


def test_a_node_that_claims_again_does_not_speak_for_its_earlier_claim(database: Database) -> None:
    add(database, comment())
    late, again = claimed(database, lasts=1), claimed(database, NOW + 1000)
    with database.write() as connection:
        assert not effects.confirm(connection, 1, late, NOW + 5000)
        assert effects.confirm(connection, 1, again, NOW + 5000)


def test_claims_keep_the_pace_of_the_site_and_of_each_issue(database: Database) -> None:
    add(database, comment(1, "7"), comment(2, "7"), comment(3, "8"))
    settle(database, claimed(database))
    assert claim(database, NOW + 119) is None
    assert claimed(database, NOW + 120).effect == comment(3, "8")
    assert claim(database, NOW + 999) is None
    assert claimed(database, NOW + 1000).effect == comment(2, "7")


def test_a_clock_that_is_ahead_does_not_hold_up_the_others(database: Database) -> None:
    add(database, comment(1, "7"), comment(2, "7"))
    settle(database, claimed(database, NOW + 3_600_000))
    assert claimed(database, NOW).effect == comment(2, "7")


def test_mails_are_not_paced_by_writes(database: Database) -> None:
    add(database, comment(), mail())
    claimed(database)
    assert claimed(database, kinds=MAIL).effect == mail()


def test_one_that_waits_is_not_due_before_its_time(database: Database) -> None:
    add(database, comment())
    with database.write() as connection:
        one = effects.claim_next(connection, 1, "n", JIRA_KINDS, NOW, NOW + 1)
        assert one is not None
        assert effects.retry_later(connection, 1, one, NOW, NOW + 5000, "busy")
    assert claim(database, NOW + 4999) is None
    assert not waiting(database, NOW + 4999)
    assert waiting(database, NOW + 5000)
    assert claimed(database, NOW + 5000).attempts == 2


def waiting(database: Database, at: Instant) -> bool:
    with database.read() as connection:
        return effects.is_waiting(connection, 1, JIRA_KINDS, at)


def test_m9_a_mail_whose_claim_ran_out_while_it_was_sent_is_unknown_for_ever(database: Database) -> None:
    add(database, mail())
    one = claimed(database, kinds=MAIL)
    with database.write() as connection:
        assert effects.confirm(connection, 1, one, NOW + 60_000, sending_since=NOW)
    assert claim(database, NOW + 60_000, kinds=MAIL) is None
    row = rows(database)["m:1"]
    assert (row.state, row.last_error) == ("unknown", effects.INTERRUPTED)


def test_m9_a_mail_whose_claim_ran_out_before_is_sent_by_another_node(database: Database) -> None:
    add(database, mail())
    claimed(database, kinds=MAIL)
    assert claimed(database, NOW + 60_000, "other", kinds=MAIL).effect == mail()


def test_what_one_attempt_noted_the_next_one_knows(database: Database) -> None:
    add(database, comment())
    one = claimed(database)
    with database.write() as connection:
        effects.confirm(connection, 1, one, NOW + 1, noted={"from": "3"})
    assert claimed(database, NOW + 1000).noted == {"from": "3"}


def test_a_pause_holds_back_a_kind_or_one_issue(database: Database) -> None:
    add(database, comment(1, "7"), comment(2, "8"), mail())
    with database.write() as connection:
        effects.hold(connection, 1, NOW + 5000, JIRA_KINDS, "7")
    assert {key: row.next_at - NOW for key, row in rows(database).items()} == {
        "c:1": 5000,
        "c:2": 0,
        "m:1": 0,
    }
    with database.write() as connection:
        effects.hold(connection, 1, NOW + 1000, JIRA_KINDS)
    assert waits(database) == {"c:1": 5000, "c:2": 1000, "m:1": 0}


def waits(database: Database) -> dict[str, int]:
    return {key: row.next_at - NOW for key, row in rows(database).items()}


def test_pages_are_newest_first_and_filtered_by_state(database: Database) -> None:
    for number in range(5):
        add(database, comment(number), at=NOW + number // 2)
    settle(database, claimed(database, NOW + 2), EffectState.FAILED, note="no")
    with database.read() as connection:
        first = effect_pages.effects_page(connection, 1, NOW + 9, None, Page(2))
        place = (first[-1].created_at, first[-1].key)
        rest = effect_pages.effects_page(connection, 1, NOW + 9, None, Page(9, place))
        failed = effect_pages.effects_page(connection, 1, NOW + 9, EffectState.FAILED, Page(9))
        assert [row.key for row in [*first, *rest]] == ["c:4", "c:3", "c:2", "c:1", "c:0"]
        assert [(row.key, row.last_error) for row in failed] == [("c:0", "no")]
        assert effect_pages.effects_page(connection, 1, NOW + 1, None, Page(9))[0].key == "c:1"
        counts = effect_pages.count_effects(connection, 1)
    assert counts == {**dict.fromkeys(EffectState, 0), EffectState.DUE: 4, EffectState.FAILED: 1}


def test_looking_for_work_reads_no_effect_that_is_over(sqlite_database: Database) -> None:
    statement = (
        effects._next_due(JIRA_KINDS)
        .params(site=1, now=NOW, lately=NOW - 1_000)
        .compile(sqlite_database._engine, compile_kwargs={"literal_binds": True})
    )
    with sqlite_database.read() as connection:
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN {statement}")).all()
    assert "ix_effects_waiting" in plan[0][-1]
    assert "USE TEMP B-TREE FOR ORDER BY" not in [row[-1] for row in plan]  # which would sort all that waits


def test_m10_a_mail_that_was_being_sent_is_nobodys_though_its_claim_ended_this_very_moment(
    database: Database,
) -> None:
    """A node that takes over ends the claims of a dead one, between two looks of a third that claims."""
    add(database, mail())
    one = claimed(database, kinds=MAIL)
    with database.write() as connection:
        assert effects.confirm(connection, 1, one, NOW + 60_000, sending_since=NOW)
        connection.execute(table.update().values(claimed_until=0))
        asked = {"site": 1, "now": NOW + 5_000, "lately": NOW + 4_000}
        assert connection.execute(effects._next_due(tuple(MAIL)), asked).first() is None
