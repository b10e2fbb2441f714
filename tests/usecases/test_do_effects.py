"""Writes to Jira that went wrong on the way are done once all the same: faults B1 to B3, B5 to B8."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from tests.usecases.effecting import BOTH, HOUR_MS, Freezing, Office, move, office

from phasewise.sandbox import catalogue
from phasewise.store import sites
from phasewise.store.backup import backup, restore
from phasewise.store.db import Database
from phasewise.store.effects import Effect, EffectKind
from phasewise.usecases.do_effects import do_due


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


def test_the_first_try_costs_a_look_and_a_write(sqlite_database: Database) -> None:
    with office(sqlite_database) as at:
        at.desk.clients.client().server()
        before = at.desk.clients.client().requests
        at.comment()
        at.do()
        assert at.desk.clients.client().requests == before + 2


def test_d10_a_store_restored_from_before_a_comment_does_not_write_it_again(
    sqlite_database: Database, tmp_path: Path
) -> None:
    with office(sqlite_database) as at:
        backup(sqlite_database, tmp_path / "before.db")
        at.comment()
        at.do()
        restore(sqlite_database, tmp_path / "before.db")
        at.comment()
        at.do()
        (written,) = at.comments()
        assert at.row().result == {"comment_id": written.id}


# ------------------------------------------------------------ B1, B2, B3: is it there?


@BOTH
@pytest.mark.parametrize("kind", ["apply_then_drop", "truncate", "half_json"])
def test_b1_a_comment_whose_answer_was_lost_is_found_and_not_written_again(
    database: Database, deployment: str, kind: str
) -> None:
    with office(database, deployment) as at:
        at.fail(kind=kind, method="POST", path="/comment$", times=1)
        at.comment()
        at.do()
        assert (at.row().state, at.row().attempts) == ("due", 1)
        at.do_until_over()
        (written,) = at.comments()
        assert (at.row().state, at.row().result) == ("done", {"comment_id": written.id})


@BOTH
def test_b1_it_is_found_among_five_thousand_comments_by_looking_at_the_new_ones(
    sqlite_database: Database, deployment: str
) -> None:
    with office(sqlite_database, deployment) as at:
        world, old = at.desk.world, at.deps.now() - 72 * HOUR_MS
        for number in range(5000):
            world.comment(old + number, world.service_user, at.task, f"an old one, {number}")
        at.fail(kind="apply_then_drop", method="POST", path="/comment$", times=1)
        at.comment()
        before = at.desk.clients.client().requests
        at.do_until_over()
        assert len(at.comments()) == 5001
        assert at.desk.clients.client().requests - before <= 5


def test_b1_a_jira_that_does_not_sort_is_read_to_its_end(sqlite_database: Database) -> None:
    with office(sqlite_database) as at:
        world = at.desk.world
        for number in range(120):
            world.comment(at.deps.now() - 48 * HOUR_MS + number, world.service_user, at.task, "old")
        at.comment()
        at.do()
        newest = at.comments()[-1].id
        with sorted_by_nobody(at):
            found = at.desk.clients.client().writes().comments_marked
            assert found(at.task, "finding:1", world.service_user, at.deps.now() - HOUR_MS) == [newest]


@contextmanager
def sorted_by_nobody(at: Office) -> Iterator[None]:
    """The sandbox sorts newest first by turning its list around; turned already, it is oldest first."""
    at.comments().reverse()
    yield
    at.comments().reverse()


@pytest.mark.parametrize("status", [429, 500, 502, 503, 401, 408])
def test_b2_what_failed_before_it_was_applied_is_done_again(database: Database, status: int) -> None:
    with office(database) as at:
        at.fail(status=status, method="POST", path="/comment$", times=1)
        at.comment()
        at.do()
        assert (at.row().state, len(at.comments())) == ("due", 0)
        at.desk.scoped("project = ML")  # a gate that was closed for seconds is open
        at.do_until_over()
        assert (at.row().state, len(at.comments())) == ("done", 1)


def test_b2_a_request_that_never_went_out_is_done_later(sqlite_database: Database) -> None:
    with office(sqlite_database) as at:
        at.fail(kind="drop", method="POST", path="/comment$", times=2)
        at.comment()
        at.do_until_over()
        assert (at.row().state, len(at.comments())) == ("done", 1)


def test_b3_a_death_before_the_request_costs_nothing(database: Database) -> None:
    with office(database) as at:
        at.comment()
        at.die_claiming()
        at.do()
        assert (at.row().state, at.row().attempts, len(at.comments())) == ("done", 2, 1)


def test_b3_a_death_after_the_request_doubles_nothing(database: Database) -> None:
    with office(database) as at:
        at.comment()
        at.die_claiming()
        written = at.desk.world.comment(at.deps.now(), at.desk.world.service_user, at.task, "as it was")
        written.properties["phasewise"] = {"effect": "finding:1"}
        at.do()
        assert at.comments() == [written]
        assert at.row().result == {"comment_id": written.id}


def test_b3_a_marker_that_somebody_else_wrote_is_not_ours(sqlite_database: Database) -> None:
    with office(sqlite_database) as at:
        at.comment()
        at.die_claiming()
        forged = at.desk.world.comment(at.deps.now(), at.desk.world.add_user("Eve"), at.task, "hello")
        forged.properties["phasewise"] = {"effect": "finding:1"}
        at.do()
        assert len(at.comments()) == 2


def test_b3_of_two_written_by_a_frozen_node_and_its_successor_the_later_goes(database: Database) -> None:
    with office(database) as at:
        at.comment()

        def meanwhile() -> None:
            at.wait(3600)
            at.do("successor")

        frozen = replace(at.deps, database=Freezing(database, 2, meanwhile))
        report = do_due(frozen, "frozen", pause=lambda _: True)  # type: ignore[arg-type]
        assert report.lost == 1
        (left,) = at.comments()
        assert at.row().result == {"comment_id": left.id}


# ------------------------------------------------------------ B5, B6, B7


@pytest.mark.parametrize("status", [400, 403, 404, 410, 413, 422])
def test_b5_what_jira_refuses_fails_with_its_message_and_is_not_tried_again(
    database: Database, status: int
) -> None:
    with office(database) as at:
        at.fail(status=status, method="POST", path="/comment$", body='{"errorMessages":["Not you."]}')
        at.comment()
        at.do_until_over()
        row = at.row()
        assert (row.state, row.attempts) == ("failed", 1)
        assert f"({status}): Not you." in row.last_error


def test_b5_endless_failures_end_after_a_week(sqlite_database: Database) -> None:
    with office(sqlite_database) as at:
        at.fail(status=500, path="/comment")
        at.comment()
        at.do()
        at.wait(7 * 86_400)
        at.do()
        assert at.row().state == "failed"
        assert "given up after 7 days" in at.row().last_error


@BOTH
def test_b6_an_issue_that_moved_is_followed_by_its_id(database: Database, deployment: str) -> None:
    with office(database, deployment) as at:
        at.comment()
        at.desk.world.move(at.deps.now(), at.desk.world.service_user, at.task, "DS")
        at.do()
        assert len(at.comments()) == 1


@BOTH
def test_b6_what_concerns_a_deleted_issue_is_dropped_with_a_note(database: Database, deployment: str) -> None:
    with office(database, deployment) as at:
        at.comment()
        move(at, catalogue.DONE)
        at.add(Effect("mark:1", EffectKind.PROPERTY, str(at.task), {"name": "p", "value": 1}))
        at.desk.world.delete(at.deps.now(), at.desk.world.service_user, at.task)
        at.do_until_over()
        assert [(row.state, "deleted" in row.last_error) for row in at.rows()] == [("done", True)] * 3


@BOTH
@pytest.mark.parametrize("kind", ["comment", "transition"])
def test_b6_a_ticket_archived_between_the_claim_and_the_write_is_not_written_to(
    sqlite_database: Database, deployment: str, kind: str
) -> None:
    with office(sqlite_database, deployment) as at:
        at.comment() if kind == "comment" else move(at, catalogue.DONE)
        world, archived = at.desk.world, at.task

        def meanwhile() -> None:
            world.archive(at.deps.now(), world.service_user, archived)

        database = Freezing(sqlite_database, 1, meanwhile)  # after the claim, before anything is asked
        do_due(replace(at.deps, database=database), "node", pause=lambda _: True)  # type: ignore[arg-type]
        (row,) = at.rows()
        assert (row.state, row.last_error is not None) in (("done", True), ("failed", True))
        assert (at.comments(), world.issues[archived].changes) == ([], ())


@BOTH
def test_b7_our_comment_comes_back_from_the_account_that_the_site_knows(
    sqlite_database: Database, deployment: str
) -> None:
    with office(sqlite_database, deployment) as at:
        at.comment()
        at.do()
        with sqlite_database.read() as connection:
            account = sites.account_of(connection, at.deps.site_id)
        author = at.desk.world.users[at.comments()[0].author or ""]
        assert account in (author.id, author.name)


# ------------------------------------------------------------ B8: several nodes


def test_b8_two_nodes_at_once_do_each_effect_once(database: Database) -> None:
    with office(database) as at:
        tasks = [at.new_task() for _ in range(20)]
        for number, task in enumerate(tasks):
            at.comment(f"finding:{number}", task)
        lock = threading.Lock()

        def wait(seconds: float) -> None:
            with lock:
                at.wait(seconds)

        def work(node: str) -> None:
            while any(row.state != "done" for row in at.rows()):
                do_due(at.deps, node, pause=wait)
                wait(0.1)

        threads = [threading.Thread(target=work, args=(f"node-{n}",)) for n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert [len(at.comments(task)) for task in tasks] == [1] * 20
