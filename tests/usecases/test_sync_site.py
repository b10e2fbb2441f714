"""The synchronisation against the sandbox: everything there, nothing false, whatever happens on the way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from tests.usecases.syncing import HOUR, MINUTE, desk_of, task_in, team_world

from phasewise.errors import JiraError
from phasewise.sandbox import catalogue
from phasewise.sandbox.trouble import Fault
from phasewise.store.db import Database

BOTH = pytest.mark.parametrize("deployment", ["cloud", "datacenter"])


@BOTH
def test_the_first_load_brings_every_issue_with_every_history(database: Database, deployment: str) -> None:
    with desk_of(database, team_world(deployment)) as desk:
        report = desk.sync()
        assert desk.stored() == desk.scope_truth()
        assert report.issues_new == len(desk.scope_truth())
        assert report.warnings == ()


@BOTH
def test_a_poll_reads_what_changed_and_nothing_else(sqlite_database: Database, deployment: str) -> None:
    with desk_of(sqlite_database, team_world(deployment)) as desk:
        desk.sync()
        desk.pass_time(HOUR)
        desk.edit(desk.some(3), status=catalogue.BLOCKED)
        new = task_in(desk.world, "DS")
        report = desk.poll()
        assert desk.stored() == desk.scope_truth()
        assert (report.issues_read, report.issues_new) == (2, 1)
        assert desk.issue(new).kind == "task"


def test_a_poll_with_nothing_new_reads_nothing(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        desk.sync()
        desk.pass_time(HOUR)
        assert desk.poll().issues_read == 0


@BOTH
def test_p11_an_edit_after_each_page_loses_no_issue_and_removes_none(
    sqlite_database: Database, deployment: str
) -> None:
    with desk_of(sqlite_database, team_world(deployment)) as desk:
        desk.trouble.edit_after_page = True
        desk.trouble.short_pages = True
        assert desk.sync().removed == 0
        desk.trouble.edit_after_page = False
        desk.poll()
        assert desk.stored() == desk.scope_truth()


def test_p14_a_lagging_index_leaves_nothing_stale(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        desk.sync()
        desk.world.index.lag_ms = 3 * MINUTE
        late = desk.some(2)
        desk.edit(late, status=catalogue.TESTING)
        desk.poll()
        assert desk.stored()[late] != desk.scope_truth()[late]
        desk.pass_time(4 * MINUTE)
        desk.poll()
        assert desk.stored() == desk.scope_truth()


def test_w6_an_issue_the_index_does_not_know_yet_is_not_removed(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        desk.sync()
        new = task_in(desk.world)
        desk.poll()
        desk.world.index.lag_ms = 5 * MINUTE
        desk.edit(new, summary="known to the database, not to the index")
        assert desk.sync().removed == 0
        assert desk.issue(new).removed_at is None


@pytest.mark.parametrize("skew", [-24 * HOUR, -10 * MINUTE, 10 * MINUTE, 24 * HOUR])
def test_p16_our_clock_does_not_decide_what_is_read(sqlite_database: Database, skew: int) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        jiras = desk.world.now
        object.__setattr__(desk.deps, "now", lambda: jiras() + skew)
        desk.sync()
        desk.pass_time(HOUR)
        desk.edit(desk.some(1), status=catalogue.DONE)
        report = desk.poll()
        assert desk.stored() == desk.scope_truth()
        assert report.clock_skew_ms == -skew
        assert desk.state().watermark == desk.now
        assert "clock_skew" in desk.codes()


@BOTH
def test_p15_an_account_in_new_york_misses_nothing(sqlite_database: Database, deployment: str) -> None:
    with desk_of(sqlite_database, team_world(deployment)) as desk:
        desk.trouble.caller_zone = "America/New_York"
        desk.sync()
        desk.pass_time(HOUR)
        desk.edit(desk.some(1), status=catalogue.DONE)
        desk.poll()
        assert desk.stored() == desk.scope_truth()


@BOTH
def test_p1_every_tenth_request_refused_loses_nothing(sqlite_database: Database, deployment: str) -> None:
    with desk_of(sqlite_database, team_world(deployment)) as desk:
        desk.trouble.rate_limit = 10
        desk.trouble.retry_after = "0"
        desk.sync()
        assert desk.stored() == desk.scope_truth()


@pytest.mark.parametrize("kind", ["drop", "truncate", "half_json", "status"])
def test_p5_faults_in_the_middle_are_outlasted(sqlite_database: Database, kind: str) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        desk.trouble.faults.append(Fault(kind=kind, path="bulkfetch|search", every=3))  # type: ignore[arg-type]
        desk.sync()
        assert desk.stored() == desk.scope_truth()


def test_p6_a_log_in_page_ends_the_run_and_removes_nothing(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        desk.sync()
        before = desk.state()
        desk.pass_time(HOUR)
        desk.trouble.faults.append(Fault(kind="html", path="search"))
        with pytest.raises(JiraError, match="web page"):
            desk.sync()
        assert desk.stored() == desk.scope_truth()
        assert desk.state().watermark == before.watermark
        assert "web page" in (desk.state().last_error or "")


def test_p8_a_token_that_reads_as_nobody_removes_nothing(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        desk.sync()
        desk.trouble.token, desk.trouble.wrong_token = "another", "anonymous"
        with pytest.raises(JiraError):
            desk.sync()
        assert desk.stored() == desk.scope_truth()


@BOTH
@pytest.mark.parametrize("failing", [1, 2, 4])
def test_p17_a_run_that_died_is_made_good_by_the_next(
    sqlite_database: Database, deployment: str, failing: int
) -> None:
    with desk_of(sqlite_database, team_world(deployment, weeks=26)) as desk:
        with pytest.raises(KilledError):
            desk.sync(on_progress=kill_after(failing))
        for number in range(8):  # also what was read already goes on changing
            desk.edit(desk.some(number), status=catalogue.IN_REVIEW)
        assert desk.state().watermark is None
        desk.sync()
        assert desk.stored() == desk.scope_truth()


@BOTH
@pytest.mark.parametrize("write", [1, 3, 4, 5, 7, 8])
def test_p17_a_death_at_any_write_is_made_good_by_the_next_run(
    sqlite_database: Database, deployment: str, write: int
) -> None:
    with desk_of(sqlite_database, team_world(deployment)) as desk:
        whole = desk.deps
        desk.deps = replace(whole, database=Dying(sqlite_database, write))
        with pytest.raises(KilledError):
            desk.sync()
        desk.edit(desk.some(1), status=catalogue.IN_REVIEW)
        desk.deps = whole
        desk.sync()
        assert desk.stored() == desk.scope_truth()


def test_p22_a_resumed_load_reads_only_what_is_missing(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world(weeks=26)) as desk:
        with pytest.raises(KilledError):
            desk.sync(on_progress=kill_after(1))
        there = len(desk.stored())
        assert 0 < there < len(desk.scope_truth())
        assert desk.state().backfill_done == there
        report = desk.sync()
        assert report.issues_new == len(desk.scope_truth()) - there
        assert desk.state().backfill_done == desk.state().backfill_total == len(desk.scope_truth())


def test_p18_edits_during_an_outage_of_twelve_hours_are_all_there_after_it(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        desk.sync()
        desk.trouble.faults.append(Fault(path="bulkfetch", status=400))
        for hour in range(12):
            desk.pass_time(HOUR)
            desk.edit(desk.some(hour), status=catalogue.TESTING)
            with pytest.raises(JiraError):
                desk.poll()
        desk.trouble.faults.clear()
        desk.poll()
        assert desk.stored() == desk.scope_truth()


@BOTH
def test_x11_histories_of_hundreds_of_entries_come_whole(sqlite_database: Database, deployment: str) -> None:
    with desk_of(sqlite_database, team_world(deployment)) as desk:
        busy = desk.some(0)
        for number in range(250):
            desk.edit(busy, summary=f"title {number}")
        desk.sync()
        assert desk.stored() == desk.scope_truth()
        assert desk.issue(busy).history_whole


def test_a_full_run_reads_everything_again(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        desk.sync()
        desk.pass_time(HOUR)
        report = desk.sync(full=True)
        assert report.issues_read == len(desk.scope_truth())
        assert report.issues_new == report.issues_changed == 0


def test_progress_counts_up_to_the_total(sqlite_database: Database) -> None:
    seen: list[tuple[int, int]] = []
    with desk_of(sqlite_database, team_world()) as desk:
        desk.sync(on_progress=lambda done, total: seen.append((done, total)))
        total = len(desk.scope_truth())
    assert seen[-1] == (total, total)
    assert seen == sorted(seen)


class KilledError(Exception):
    """Stands for the death of the process."""


class Dying:
    """A database whose process dies at the end of its n-th transaction, before it is committed."""

    def __init__(self, database: Database, writes: int) -> None:
        self._database = database
        self._left = writes
        self.read = database.read

    @contextmanager
    def write(self) -> Iterator[Any]:
        with self._database.write() as connection:
            yield connection
            self._left -= 1
            if self._left <= 0:
                raise KilledError

    def transact(self, work: Callable[[Any], Any]) -> Any:
        with self.write() as connection:
            return work(connection)


def kill_after(batches: int) -> Callable[[int, int], None]:
    left = [batches]

    def on_progress(done: int, total: int) -> None:
        left[0] -= 1
        if left[0] <= 0:
            raise KilledError

    return on_progress


def test_a_failure_is_noted_and_a_success_clears_it(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        desk.trouble.faults.append(Fault(path="search", status=403))
        with pytest.raises(JiraError):
            desk.sync()
        assert "Browse Projects" in (desk.state().last_error or "")
        desk.trouble.faults.clear()
        desk.sync()
        assert desk.state().last_error is None
