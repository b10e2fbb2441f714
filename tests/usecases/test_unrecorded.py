"""What is missing of projects becomes findings with the first record of its kind, and ends with its own."""

import random
from dataclasses import replace

import pytest
from pydantic import ValidationError
from sqlalchemy import select
from tests.usecases.recording import NOW, PLAN, POLICY, SKIPPED, later, recorder, story, worked
from tests.web.accounts import Browser
from tests.web.story import tell

from phasewise.core.deliverables import Slot
from phasewise.core.model import Finding, Phase, Rule, Strength, Strengths
from phasewise.policy_tables import PolicyTables
from phasewise.store.db import Database
from phasewise.store.dirty import mark_all
from phasewise.store.finding_pages import finding_of
from phasewise.store.tables import findings
from phasewise.usecases.audit_history import audit_history
from phasewise.usecases.deps import Deps
from phasewise.usecases.judge import judge
from phasewise.usecases.records.due import show_due
from phasewise.usecases.records.record_plan import accept_plan, record_plan
from phasewise.usecases.records.record_test import record_result, record_test
from phasewise.usecases.records.save_deliverable import save_deliverable
from phasewise.usecases.rejudge import rejudge
from phasewise.usecases.show_portfolio import show_portfolio

DAY = 86_400_000
RULES = ("project_without_plan", "deliverable_missing")
OTHER = [worked(11, Phase.MODELING, 2, 3, project=10), worked(12, Phase.AB_TESTING, 3, 4, project=10)]
Row = tuple[str, int, int, int | None, str]


def made(database: Database) -> Deps:
    """ML-1 explored and models on, ML-10 has modelled and tested."""
    return recorder(database, [*story(), *OTHER])


@pytest.fixture
def deps(sqlite_database: Database) -> Deps:
    return made(sqlite_database)


def on(deps: Deps, day: float) -> Deps:
    """The same, so many days after NOW."""
    return later(deps, NOW + round(day * DAY))


def found(deps: Deps) -> list[Row]:
    """Rule, project, start and end in days after NOW, phases."""
    judge(deps)
    which = select(findings).where(findings.c.rule.in_(RULES)).order_by("rule", "subject", "start")
    with deps.database.read() as connection:
        return [row_of(finding_of(row)) for row in connection.execute(which)]


def row_of(one: Finding) -> Row:
    start, end = one.start - NOW, None if one.end is None else one.end - NOW
    days = start // DAY, None if end is None else end // DAY
    return one.rule.value, one.project or 0, *days, str(one.detail.get("phases", ""))


def test_a_site_that_records_nothing_has_none_and_the_audit_does_not_speak_of_them(deps: Deps) -> None:
    mark_everything(deps)
    assert found(deps) == []
    assert not {one.rule.value for one in audit_history(deps).findings} & set(RULES)
    assert [one.project.key for one in show_due(deps, None).lacking] == ["ML-1", "ML-10"]


def test_the_first_plan_tells_of_all_projects_and_an_accepted_one_ends_its_own(deps: Deps) -> None:
    record_plan(deps, "ML-1", PLAN, 0)
    assert found(deps) == [
        ("project_without_plan", 1, 0, None, ""),
        ("project_without_plan", 10, 0, None, ""),
    ]
    accept_plan(on(deps, 2), "ML-1", 1)
    assert found(deps) == [("project_without_plan", 1, 0, 2, ""), ("project_without_plan", 10, 0, None, "")]


def test_the_first_deliverable_tells_of_all_projects_and_what_is_accepted_ends_it(database: Database) -> None:
    deps = made(database)
    record_test(deps, "ML-10", "1" * 12, {"state": "ended", "control": "x", "reading_rule": "y"}, 0)
    record_result(deps, "ML-10", "1" * 12, {"verdict": "won", "state": "complete"}, 0)
    assert found(deps) == []
    save_deliverable(on(deps, 1), "ML-1", Slot.EDA_NOTEBOOK, {"state": "draft"}, 0)
    lacking = ("deliverable_missing", 10, 1, None, "modeling")
    assert found(deps) == [("deliverable_missing", 1, 1, None, "data_exploration"), lacking]
    save_deliverable(on(deps, 3), "ML-1", Slot.EDA_NOTEBOOK, {"state": "accepted"}, 1)
    save_deliverable(on(deps, 5), "ML-1", Slot.EDA_NOTEBOOK, {"state": "rework"}, 2)
    assert found(deps) == [
        ("deliverable_missing", 1, 1, 3, "data_exploration"),
        ("deliverable_missing", 1, 5, None, "data_exploration"),
        lacking,
    ]


def test_two_phases_at_once_are_one_finding_until_both_are_over(deps: Deps) -> None:
    save_deliverable(deps, "ML-10", Slot.PROTOTYPE, {"state": "accepted"}, 0)
    late = on(deps, 2)
    accept_plan(late, "ML-10", record_plan(late, "ML-10", PLAN | SKIPPED, 0).edit)
    lacking = {one.project.key: set(one.slots) for one in show_due(on(deps, 3), None).lacking}
    assert lacking["ML-10"] == {Phase.MODELING}
    save_deliverable(on(deps, 4), "ML-10", Slot.EVALUATION_REPORT, {"state": "accepted"}, 0)
    assert ("deliverable_missing", 10, 0, 4, "modeling ab_testing") in found(deps)


def test_judging_all_anew_finds_the_same_rows_and_so_does_the_night(deps: Deps) -> None:
    record_plan(deps, "ML-1", PLAN, 0)
    save_deliverable(on(deps, 1), "ML-10", Slot.PROTOTYPE, {"state": "accepted"}, 0)
    accept_plan(on(deps, 2), "ML-1", 1)
    before = found(deps)
    mark_everything(deps)
    assert (found(deps), len(before)) == (before, 4)
    compared = rejudge(on(deps, 3))
    assert compared is not None
    assert (compared.judged > 0, compared.differences) == (True, 0)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_the_order_of_news_and_records_the_rows_are_the_same(
    seed: int, sqlite_database: Database
) -> None:
    """Jira's news come after what was recorded, in any order, and are told of twice."""
    deps = recorder(sqlite_database)
    record_plan(deps, "ML-1", PLAN, 0)
    accept_plan(on(deps, 2), "ML-1", 1)
    save_deliverable(on(deps, 1), "ML-1", Slot.EDA_NOTEBOOK, {"state": "draft"}, 0)
    news = [*OTHER, *OTHER, *story()]
    random.Random(seed).shuffle(news)
    for one in news:
        tell(deps, [one])
    assert found(deps) == [
        ("deliverable_missing", 1, 1, None, "data_exploration"),
        ("deliverable_missing", 10, 1, None, "modeling ab_testing"),
        ("project_without_plan", 1, 0, 2, ""),
        ("project_without_plan", 10, 0, None, ""),
    ]


def test_what_is_recorded_later_does_not_undo_what_was_found_before(database: Database) -> None:
    deps = made(database)
    record_plan(deps, "ML-1", PLAN, 0)
    accept_plan(on(deps, 4), "ML-1", 1)
    judge(deps)
    late = on(deps, 9)
    days = {day: _troubles(late, day) for day in (0, 1, 5)}
    assert days == {0: set(), 1: {"ML-1", "ML-10"}, 5: {"ML-10"}}


def test_a_team_that_wants_none_of_them_turns_them_off(deps: Deps) -> None:
    record_plan(deps, "ML-1", PLAN, 0)
    judge(deps)
    off = replace(POLICY, strengths=Strengths({Rule.PROJECT_WITHOUT_PLAN: Strength.OFF}))
    assert _troubles(on(deps, 1), 1) == {"ML-1", "ML-10"}
    assert _troubles(replace(on(deps, 1), policy=off), 1) == set()
    with pytest.raises(ValidationError, match="project_without_plan"):
        PolicyTables.model_validate({"strength": {"project_without_plan": "nudge"}})


def _troubles(deps: Deps, day: int) -> set[str]:
    """The projects that the portfolio of that day calls without a plan."""
    shown = show_portfolio(deps, NOW + day * DAY, weeks=8)
    told = (one for project in shown.projects for one in project.troubles)
    return {one.tickets[0].key for one in told if one.rule == "project_without_plan"}


def test_a_plan_saved_by_a_form_closes_the_finding(deps: Deps) -> None:
    lead = Browser(deps)
    assert lead.post("/projects/ML-1/plan", after="0", **PLAN).status_code == 303
    judge(deps)
    late = Browser(on(deps, 1))
    page = late.get(f"/rules/project_without_plan:1:{NOW}").text
    assert ">no accepted plan</a>" in page
    assert "ML-1 is past Research without an accepted plan" in late.get("/projects/ML-1").text
    assert all("ML-10 Issue 10" in late.get(path).text for path in ("/rules", "/changes"))
    assert late.post("/projects/ML-1/plan/accept", after="1").status_code == 303
    judge(deps)
    assert "is past Research" not in Browser(on(deps, 2)).get("/projects/ML-1").text


def mark_everything(deps: Deps) -> None:
    with deps.database.write() as connection:
        mark_all(connection, deps.site_id)
