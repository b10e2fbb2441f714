"""Records survive what happens to projects and people; what is due comes back and goes by itself."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.store.records import at
from tests.usecases.recording import NOW, PLAN, later, recorder, story, worked
from tests.web.story import remove, tell

from phasewise.core.ab_tests import AbState, AbTest
from phasewise.core.deliverables import Check, DeliverableState, Progress, Slot, progress
from phasewise.core.due import DueKind
from phasewise.core.model import PHASES, Phase
from phasewise.core.rights import Asker, Role
from phasewise.errors import ConflictError, ForbiddenError, NotFoundError
from phasewise.store.all_tables import metadata
from phasewise.store.audit_log import entries_at
from phasewise.store.backup import backup, restore
from phasewise.store.boards import Page
from phasewise.store.db import Database
from phasewise.store.project_records import EditedMeanwhileError, RecordId
from phasewise.store.record_nouns import AB_TEST
from phasewise.store.tables import findings
from phasewise.usecases.deps import Deps
from phasewise.usecases.erase_person import erase_person
from phasewise.usecases.judge import judge
from phasewise.usecases.records.decide import decide, set_criterion
from phasewise.usecases.records.due import show_due
from phasewise.usecases.records.ground import FormError, Wanted, keep
from phasewise.usecases.records.record_plan import accept_plan, record_plan
from phasewise.usecases.records.record_test import check_in, record_result, record_test
from phasewise.usecases.records.save_deliverable import review_deliverable, save_deliverable
from phasewise.usecases.records.show_records import show_records, show_tests
from phasewise.usecases.rejudge import rejudge
from phasewise.usecases.show_projects import show_project

ONE, TWO = "0" * 12, "1" * 12
DAY = 86_400_000
"""Of a test that runs."""
RUNNING = {"state": "running", "control": "The old one", "reading_rule": "Clicks", "check_ins": "2026-04-03"}
EVE = "712020:eve-in-jira"


@pytest.fixture
def deps(sqlite_database: Database) -> Deps:
    return recorder(sqlite_database)


def due(deps: Deps, days: float = 0) -> list[tuple[DueKind, str, int]]:
    facts = show_due(later(deps, NOW + round(days * DAY)), None)
    return [(one.kind, one.on.isoformat(), one.late_days) for one in facts.due]


def test_a_phase_is_closed_with_its_tasks_and_both_deliverables_of_modeling(deps: Deps) -> None:
    accept_plan(deps, "ML-1", record_plan(deps, "ML-1", PLAN, 0).edit)
    tell(deps, [worked(6, Phase.MODELING, 21, 28, person="bob")])
    for slot in (Slot.PROTOTYPE, Slot.EVALUATION_REPORT):
        plan = show_project(deps, "ML-1", None).plan
        assert plan is not None
        assert plan.by_phase[Phase.MODELING].closed is False
        save_deliverable(deps, "ML-1", slot, {"state": "accepted"}, 0)
    project = show_project(deps, "ML-1", None)
    assert project.plan is not None
    assert project.plan.by_phase[Phase.MODELING].closed is True
    slots = [(one.slot, one.state) for one in project.deliverables]
    accepted = DeliverableState.ACCEPTED
    assert slots == [(one, accepted) for one in (Slot.PLAN, Slot.PROTOTYPE, Slot.EVALUATION_REPORT)]


def test_an_accepted_deliverable_ends_a_rabbit_hole_and_the_night_finds_the_same(deps: Deps) -> None:
    # Five people model for a week each and finish nothing: four weeks are reached on the fourth day.
    late = later(deps, at(60))
    tell(late, [worked(20 + n, Phase.MODELING, 35, None, person=f"p{n}") for n in range(5)])
    assert _holes(late) == [None]
    save_deliverable(late, "ML-1", Slot.PROTOTYPE, {"state": "accepted"}, 0)
    judge(late)
    assert _holes(late) == [at(60)]
    compared = rejudge(late)
    assert compared is not None
    assert (compared.judged > 0, compared.differences) == (True, 0)


def _holes(deps: Deps) -> list[int | None]:
    """When each rabbit hole ended."""
    which = select(findings.c.end).where(findings.c.rule == "rabbit_hole")
    with deps.database.read() as connection:
        return list(connection.scalars(which))


def test_a_whole_project_takes_twelve_fields(deps: Deps) -> None:
    """All else is chosen, ticked or left empty: what is counted is what a form refuses to do without."""
    weeks = ("data_exploration", "modeling", "productization", "ab_testing", "results_analysis")
    plan = {f"{phase}_likely": "1" for phase in weeks} | {"success_metric": "AUC above 0.8"}
    persons = {"scientist": "bob", "engineer": "eve"}
    test = {"control": "The old one", "reading_rule": "Clicks"}
    result = {"verdict": "lost", "hypothesis": "Too few users"}
    assert len(plan | persons | test | result) == 12
    tell(deps, [worked(9, Phase.MODELING, 1, 2, person="eve")])
    accept_plan(deps, "ML-1", record_plan(deps, "ML-1", plan, 0).edit)
    for slot in (Slot.EDA_NOTEBOOK, Slot.PROTOTYPE, Slot.EVALUATION_REPORT, Slot.MERGE, Slot.REPORT):
        save_deliverable(deps, "ML-1", slot, {"state": "accepted"}, 0)
    save_deliverable(deps, "ML-1", Slot.CHECKLIST, {check.value: "on" for check in Check}, 0)
    save_deliverable(deps, "ML-1", Slot.CODE_REVIEW, persons, 0)
    record_test(deps, "ML-1", ONE, test | {"state": "running"}, 0)
    record_test(deps, "ML-1", ONE, test | {"state": "ended"}, 1)
    record_result(deps, "ML-1", ONE, result | {"test": ONE, "state": "complete"}, 0)
    states = show_records(deps, "ML-1", None).states
    assert {progress(states, phase) for phase in PHASES} == {Progress.COMPLETE}


def test_a_review_is_due_until_it_is_held(deps: Deps) -> None:
    save_deliverable(deps, "ML-1", Slot.PROTOTYPE, {"review_on": "2026-04-05"}, 0)
    assert due(deps) == [(DueKind.REVIEW, "2026-04-05", 0)]
    assert due(deps, 4) == [(DueKind.REVIEW, "2026-04-05", 2)]
    review_deliverable(later(deps, NOW + 4 * DAY), "ML-1", Slot.PROTOTYPE, {"feedback": "Good"}, 1)
    assert due(deps, 4) == []


def test_a_test_that_was_kept_as_ended_before_its_planned_end_is_over_all_the_same(deps: Deps) -> None:
    """Of before such days were refused: it takes no traffic, and its result is due from that day on."""
    old = AbTest("Old", AbState.ENDED, date(2026, 4, 1), date(2026, 6, 30), traffic=80.0)
    keep(deps, AB_TEST, old, Wanted(RecordId(1, ONE), 0, "ab_test.ended"))
    later_on = {"state": "planned", "starts_on": "2026-04-06", "ends_on": "2026-04-20", "traffic": "60"}
    record_test(deps, "ML-1", TWO, later_on, 0)
    assert show_tests(deps, None).clashes == ()
    assert due(deps, 14) == [(DueKind.VERDICT, "2026-04-17", 0)]
    assert [one.value for one in show_records(deps, "ML-1", None).tests if one.of.name == ONE] == [old]


def test_check_ins_and_the_verdict_of_a_test_come_back(deps: Deps) -> None:
    record_test(deps, "ML-1", ONE, RUNNING | {"verdict_on": "2026-09-01"}, 0)
    assert due(deps) == [(DueKind.CHECK_IN, "2026-04-03", 0)]
    assert check_in(deps, "ML-1", ONE, {"note": "Fine"}, 1).edit == 2
    assert due(deps) == []
    assert due(deps, 152) == [(DueKind.VERDICT, "2026-09-01", 1)]
    late = later(deps, NOW + 152 * DAY)
    record_result(late, "ML-1", ONE, {"verdict": "won", "test": ONE}, 0)
    assert due(deps, 152) == [(DueKind.VERDICT, "2026-09-01", 1)]
    record_result(late, "ML-1", ONE, {"verdict": "won", "test": ONE, "state": "complete"}, 1)
    assert due(deps, 152) == []


def test_nobody_looks_at_a_test_that_is_not_there(deps: Deps) -> None:
    with pytest.raises(NotFoundError, match="no such A/B test"):
        check_in(deps, "ML-1", ONE, {}, 0)


def test_a_kill_criterion_asks_on_its_day_until_it_is_answered(deps: Deps) -> None:
    words = {"text": "AUC below 0.7", "by": "2026-04-20"}
    set_criterion(deps, "ML-1", ONE, words, 0)
    assert due(deps) == []
    assert due(deps, 11) == [(DueKind.KILL_CRITERION, "2026-04-20", 0)]
    set_criterion(deps, "ML-1", ONE, words | {"state": "not_met"}, 1)
    assert due(deps, 11) == []


def test_nothing_is_due_of_a_project_that_is_gone(deps: Deps) -> None:
    set_criterion(deps, "ML-1", ONE, {"text": "x", "by": "2026-04-03"}, 0)
    remove(deps, 1, at(31))
    assert due(deps) == []
    with pytest.raises(ConflictError):
        decide(deps, "ML-1", TWO, {"choice": "go"}, 0)


def test_wrong_fields_are_refused_and_nothing_is_kept(deps: Deps) -> None:
    with pytest.raises(FormError):
        record_test(deps, "ML-1", ONE, {"traffic": "140"}, 0)
    with pytest.raises(FormError):
        record_result(deps, "ML-1", ONE, {"verdict": "won", "test": TWO}, 0)
    with pytest.raises(FormError):
        decide(deps, "ML-1", ONE, {}, 0)
    facts = show_records(deps, "ML-1", None)
    assert (facts.tests, facts.results, facts.decisions) == ((), (), ())


def test_of_two_who_edit_a_test_the_second_is_told(deps: Deps) -> None:
    record_test(deps, "ML-1", ONE, RUNNING, 0)
    record_test(deps, "ML-1", ONE, RUNNING | {"title": "First"}, 1)
    with pytest.raises(EditedMeanwhileError):
        record_test(deps, "ML-1", ONE, RUNNING | {"title": "Second"}, 1)
    assert [one.value.title for one in show_records(deps, "ML-1", None).tests] == ["First"]


def test_only_who_leads_the_team_writes_and_every_edit_is_in_the_audit_log(deps: Deps) -> None:
    other = replace(deps, asker=Asker(Role.MEMBER, "eve@example.com", leads=frozenset({"other"})))
    with pytest.raises(ForbiddenError, match="you lead other"):
        decide(other, "ML-1", ONE, {"choice": "go"}, 0)
    assert not show_records(other, "ML-1", None).may_write
    own = replace(deps, asker=Asker(Role.MEMBER, "eve@example.com", leads=frozenset({"default"})))
    decide(own, "ML-1", ONE, {"choice": "go"}, 0)
    with deps.database.read() as connection:
        entry = entries_at(connection, deps.site_id, NOW + 1, Page(1))[0]
    assert (entry.actor, entry.action, entry.subject) == ("eve@example.com", "decision.go", "1")


def test_records_are_in_backups(deps: Deps, tmp_path: Path) -> None:
    accept_plan(deps, "ML-1", record_plan(deps, "ML-1", PLAN, 0).edit)
    before = show_project(deps, "ML-1", None)
    backup(deps.database, tmp_path / "copy.db")
    record_plan(deps, "ML-1", PLAN | {"reason": "A slip", "modeling_likely": "3"}, 2)
    restore(deps.database, tmp_path / "copy.db")
    assert show_project(deps, "ML-1", None) == before


def test_an_erased_person_stands_in_no_record(sqlite_database: Database) -> None:
    deps = recorder(sqlite_database, [*story(), worked(9, Phase.MODELING, 1, 2, person=EVE)])
    persons = {"author": "ada", "scientist": EVE, "engineer": "bob"}
    save_deliverable(deps, "ML-1", Slot.CODE_REVIEW, persons, 0)
    pseudonym = erase_person(deps, EVE)
    kept = show_records(deps, "ML-1", None).deliverables[Slot.CODE_REVIEW].value
    assert (kept.scientist, kept.engineer) == (pseudonym, "bob")
    assert list(_tables_with(deps, EVE)) == []


def _tables_with(deps: Deps, text: str) -> Iterator[str]:
    with deps.database.read() as connection:
        for table in metadata.sorted_tables:
            if any(text in str(tuple(row)) for row in connection.execute(select(table))):
                yield table.name
