"""What a weekly report says of plans, A/B tests, deliverables and what is due: as it stood at its instant."""

from dataclasses import replace

import pytest
from tests.usecases.recording import NOW, PLAN, later, recorder
from tests.usecases.test_records import DAY, ONE, RUNNING, TWO

from phasewise.core.ab_tests import AbState
from phasewise.core.deliverables import DeliverableState, Slot
from phasewise.core.digest import Digest, PlanSpent
from phasewise.core.digest_views import decisions_of, of_project, without_people
from phasewise.core.due import DueKind
from phasewise.core.model import Phase
from phasewise.core.rights import Asker, Role
from phasewise.store.db import Database
from phasewise.terms import DECISIONS
from phasewise.usecases.deps import Deps
from phasewise.usecases.records.decide import set_criterion
from phasewise.usecases.records.due import show_due
from phasewise.usecases.records.record_plan import accept_plan, present_plan, record_plan
from phasewise.usecases.records.record_test import record_result, record_test
from phasewise.usecases.records.save_deliverable import review_deliverable, save_deliverable
from phasewise.usecases.reports.freeze_report import freeze_report
from phasewise.usecases.reports.show_report import show_report
from phasewise.usecases.show_projects import show_project

WEEK, NEXT = "2026-W14", "2026-W15"
MONDAY = NOW + 3 * DAY
"""The end of the week."""


@pytest.fixture
def deps(sqlite_database: Database) -> Deps:
    return recorder(sqlite_database)


def report(deps: Deps, week: str = WEEK, at: int = NOW) -> Digest:
    return show_report(later(deps, at), week).digest


def accept(deps: Deps, after: int = 0, **more: str) -> int:
    return accept_plan(deps, "ML-1", record_plan(deps, "ML-1", PLAN | more, after).edit).edit


def planned(digest: Digest) -> PlanSpent:
    plan = digest.projects[0].plan
    assert plan is not None
    return plan


def test_a_plan_is_held_against_what_was_spent_as_the_api_does(deps: Deps) -> None:
    assert report(deps).projects[0].plan is None
    accept(deps)
    said, told = planned(report(deps)), show_project(deps, "ML-1", None).plan
    assert told is not None
    for name in ("version", "planned_weeks", "spent_weeks", "variance_weeks", "remaining_weeks"):
        assert getattr(said, name) == getattr(told, name)
    for one in said.phases:
        row = told.by_phase[one.phase]
        assert (one.likely_weeks, one.spent_weeks) == (row.likely_weeks, row.spent_weeks)
        assert (one.variance_weeks, one.closed) == (row.variance_weeks, row.closed)
    assert {one.phase for one in said.phases if one.spent_weeks} == {Phase.DATA_EXPLORATION, Phase.MODELING}


def test_yesterdays_report_does_not_change_when_the_plan_does(deps: Deps) -> None:
    first = accept(deps)
    edit = freeze_after(deps, first)
    assert edit > first
    assert planned(report(deps, at=MONDAY + DAY)).planned_weeks == 5.5
    assert planned(report(deps, NEXT, at=MONDAY + DAY)).planned_weeks == 6.5
    anew = show_report(later(deps, MONDAY + DAY), WEEK, as_of=MONDAY).digest
    assert planned(anew).planned_weeks == 5.5


def freeze_after(deps: Deps, first: int) -> int:
    """The week is frozen, and the plan is another one from then on."""
    freeze_report(later(deps, MONDAY), "default", WEEK)
    return accept(later(deps, MONDAY + 3_600_000), first, modeling_likely="3", reason="The data is worse")


def test_tests_are_told_while_they_run_and_once_when_they_end(deps: Deps) -> None:
    record_test(deps, "ML-1", ONE, RUNNING | {"title": "Shorter form", "traffic": "50"}, 0)
    record_test(deps, "ML-1", TWO, {"title": "Only planned"}, 0)
    test = report(deps).tests[0]
    assert [one.title for one in report(deps).tests] == ["Shorter form"]
    assert (test.state, test.is_new, test.traffic, test.project.key) == (AbState.RUNNING, True, 50.0, "ML-1")
    freeze_report(later(deps, MONDAY), "default", WEEK)
    record_test(later(deps, MONDAY + 2 * DAY), "ML-1", ONE, RUNNING | {"state": "ended"}, 1)
    assert [one.state for one in report(deps, WEEK, MONDAY + 3 * DAY).tests] == [AbState.RUNNING]
    assert [one.state for one in report(deps, NEXT, MONDAY + 3 * DAY).tests] == [AbState.ENDED]
    freeze_report(later(deps, MONDAY + 7 * DAY), "default", NEXT)
    assert report(deps, "2026-W16", MONDAY + 8 * DAY).tests == ()


def test_what_was_delivered_is_told_in_the_week_in_which_it_was(deps: Deps) -> None:
    kept = record_plan(deps, "ML-1", PLAN, 0)
    presented = present_plan(deps, "ML-1", {"audience": "Sales"}, kept.edit)
    assert [(one.slot, one.state) for one in report(deps).delivered] == [
        (Slot.PLAN, DeliverableState.PRESENTED)
    ]
    last = accept_plan(deps, "ML-1", presented.edit)
    record_plan(deps, "ML-1", PLAN | {"reason": "Not sure yet"}, last.edit)
    save_deliverable(deps, "ML-1", Slot.PROTOTYPE, {"state": "draft"}, 0)
    save_deliverable(deps, "ML-1", Slot.REPORT, {"state": "rework"}, 0)
    record_test(deps, "ML-1", ONE, RUNNING, 0)
    record_result(deps, "ML-1", ONE, {"verdict": "won", "test": ONE, "state": "complete"}, 0)
    assert {(one.slot, one.state) for one in report(deps).delivered} == {
        (Slot.PLAN, DeliverableState.ACCEPTED),
        (Slot.REPORT, DeliverableState.REWORK),
        (Slot.RESULT, DeliverableState.ACCEPTED),
    }
    freeze_report(later(deps, MONDAY), "default", WEEK)
    save_deliverable(later(deps, MONDAY + DAY), "ML-1", Slot.REPORT, {"state": "rework", "version": "2"}, 1)
    assert report(deps, NEXT, MONDAY + 2 * DAY).delivered == ()


def test_a_deliverable_that_was_shown_once_more_is_told_again(deps: Deps) -> None:
    save_deliverable(deps, "ML-1", Slot.PROTOTYPE, {"state": "accepted"}, 0)
    freeze_report(later(deps, MONDAY), "default", WEEK)
    tuesday = later(deps, MONDAY + DAY)
    review_deliverable(tuesday, "ML-1", Slot.PROTOTYPE, {"feedback": "Still good"}, 1)
    told = report(deps, NEXT, MONDAY + 2 * DAY).delivered
    assert [(one.slot, one.state) for one in told] == [(Slot.PROTOTYPE, DeliverableState.ACCEPTED)]


def test_what_is_due_is_what_the_page_of_it_shows(deps: Deps) -> None:
    save_deliverable(deps, "ML-1", Slot.PROTOTYPE, {"review_on": "2026-04-05"}, 0)
    set_criterion(deps, "ML-1", ONE, {"text": "AUC below 0.7", "by": "2026-04-20"}, 0)
    record_test(deps, "ML-10", ONE, RUNNING | {"check_ins": "2026-04-03"}, 0)
    due = report(deps, at=MONDAY).due
    page = show_due(later(deps, MONDAY), MONDAY).due
    assert [(one.kind, one.on, one.late_days, one.project.key) for one in due] == [
        (one.kind, one.on, one.late_days, one.project.key) for one in page
    ]
    assert [(one.kind, one.late_days) for one in due] == [(DueKind.CHECK_IN, 3), (DueKind.REVIEW, 1)]


def test_a_list_of_its_own_tells_what_a_decision_told_before(deps: Deps) -> None:
    accept(deps)
    record_test(deps, "ML-1", ONE, RUNNING, 0)
    digest = report(deps, at=MONDAY)
    assert {one.action for one in digest.decisions} >= {"plan.accepted", "ab_test.running"}
    assert {one.action for one in decisions_of(digest)}.isdisjoint({"plan.accepted", "ab_test.running"})
    assert decisions_of(replace(digest, version=1)) == list(digest.decisions)


def test_what_is_only_planned_or_a_draft_was_saved_and_has_words(deps: Deps) -> None:
    record_test(deps, "ML-1", ONE, {"title": "Answers"}, 0)
    record_result(deps, "ML-1", ONE, {"verdict": "won", "test": ONE}, 0)
    actions = {one.action for one in report(deps, at=MONDAY).decisions}
    assert actions == {"ab_test.saved", "result.saved"}
    assert actions <= DECISIONS.keys()


def test_stakeholders_read_of_records_but_of_no_person_and_of_their_project_alone(deps: Deps) -> None:
    accept(deps)
    record_test(deps, "ML-10", ONE, RUNNING | {"agreed_by": "Ada and Bob"}, 0)
    asker = Asker(Role.STAKEHOLDER, "eve@example.com")
    digest = show_report(replace(later(deps, MONDAY), asker=asker), WEEK).digest
    assert digest == without_people(digest)
    assert "Ada" not in str(digest)
    assert (len(digest.tests), len(digest.delivered)) == (1, 1)
    mine = of_project(digest, 1)
    assert ([one.plan is not None for one in mine.projects], mine.tests, mine.due) == ([True], (), ())
