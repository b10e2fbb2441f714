"""The ladder over real HTTP, on both kinds of Jira: one comment each, moves taken back, nobody fought."""

from tests.usecases.effecting import BOTH
from tests.usecases.enforced import floor

from phasewise.core.ladder import Move, Said, Told
from phasewise.sandbox import catalogue
from phasewise.store.db import Database


@BOTH
def test_a_nudge_is_one_comment_that_names_the_person_and_the_tickets(
    database: Database, deployment: str
) -> None:
    with floor(database, deployment, one_active="nudge") as at:
        first, second = at.ticket(), at.ticket()
        at.start(first)
        at.start(second)
        at.look(minutes=10)
        assert at.comments(second) == []
        at.look(minutes=10)
        at.look()
        (comment,) = at.comments(second)
        mention = at.ada if deployment == "cloud" else f"[~{at.desk.world.users[at.ada].name}]"
        assert mention in at.text(comment)
        assert all(
            at.desk.world.key_of(at.desk.world.issues[one]) in at.text(comment).replace("\\", "")
            for one in (first, second)
        )
        assert at.comments(first) == []


@BOTH
def test_act_moves_the_ticket_started_last_back_and_says_why(database: Database, deployment: str) -> None:
    with floor(database, deployment, one_active="act") as at:
        first, second = at.ticket(), at.ticket()
        at.start(first)
        at.start(second)
        at.settle(minutes=20)
        assert (at.status(first), at.status(second)) == (catalogue.IN_PROGRESS, catalogue.TODO)
        (comment,) = at.comments(second)
        assert "is back in" in at.text(comment)
        assert (at.step().move, at.step().said) == (Move.DONE, Said.MOVED)
        at.settle(minutes=5)
        assert len(at.comments(second)) == 1


@BOTH
def test_the_same_move_again_is_left_alone_and_the_lead_is_told(database: Database, deployment: str) -> None:
    with floor(database, deployment, one_active="act") as at:
        first, second = at.ticket(), at.ticket()
        at.start(first)
        at.start(second)
        at.settle(minutes=20)
        at.start(second)
        at.settle(minutes=20)
        assert at.status(second) == catalogue.IN_PROGRESS
        assert len(at.comments(second)) == 1
        assert [step.told for step in at.steps()] == [None, Told.REPEATED]
