"""The audit finds exactly what was planted, by hand-made numbers (the story is in tests/web/story.py)."""

from datetime import date

import pytest
from tests.store.records import DOING, DONE, TODO, at, moved, task
from tests.web.story import ADA, NOW, deps_of, remove, story, tell

from phasewise.core.findings import UNRECORDED
from phasewise.core.model import Rule
from phasewise.errors import BadRequestError
from phasewise.store.db import Database
from phasewise.usecases.audit import audit_lines
from phasewise.usecases.audit_history import audit_history
from phasewise.usecases.deps import Deps

MONDAY, WEDNESDAY = date(2026, 3, 2), date(2026, 3, 11)


@pytest.fixture
def deps(sqlite_database: Database) -> Deps:
    made = deps_of(sqlite_database)
    tell(made, story())
    return made


def test_person_days_over_the_limit_are_counted_by_working_day(deps: Deps) -> None:
    # Ada: Tue 3, Wed 4, Tue 10, Wed 11, Thu 12; over on Wed 11 and Thu 12.
    # Bob: Thu 5, Fri 6, Mon 9 to Thu 12; over on Thu 12.
    found = audit_history(deps, MONDAY).one_active
    assert (found.person_days, found.person_days_over, found.share_over) == (11, 3, 0.273)
    assert found.compliance == round(1 - 3 / 11, 3)


def test_only_the_time_asked_for_is_audited(deps: Deps) -> None:
    found = audit_history(deps, WEDNESDAY, as_of=at(10)).one_active
    assert (found.person_days, found.person_days_over) == (2, 1)


def test_over_the_limit_within_the_grace_is_not_over(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    minute = 1 / 24 / 60
    hand_over = moved(2, 1.5 + 15 * minute, DOING, DONE)
    tell(
        deps,
        [task(1, moved(1, 1, TODO, DOING), hand_over, **ADA), task(2, moved(3, 1.5, TODO, DOING), **ADA)],
    )
    found = audit_history(deps, MONDAY).one_active
    assert (found.person_days_over, found.compliance) == (0, 1.0)


def test_without_active_time_there_is_no_share(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    tell(deps, [task(1)])
    found = audit_history(deps, MONDAY)
    assert (found.one_active.share_over, found.one_active.compliance) == (None, None)
    assert (found.ages.median_days, found.ages.p85_days) == (None, None)


def test_weeks_add_up_to_the_whole_and_cover_the_time_audited(deps: Deps) -> None:
    found = audit_history(deps, MONDAY)
    assert [(one.label, one.person_days, one.person_days_over) for one in found.weeks] == [
        ("2026-W10", 4, 0),
        ("2026-W11", 7, 3),
    ]
    year = audit_history(deps).weeks
    assert (len(year), sum(one.person_days for one in year)) == (53, 11)


def test_where_history_begins_is_told(deps: Deps, sqlite_database: Database) -> None:
    assert audit_history(deps, MONDAY).history_from == at(0)
    assert audit_history(deps_of(sqlite_database, url="https://other.example"), MONDAY).history_from is None


def test_findings_are_counted_by_rule(deps: Deps) -> None:
    counts = {
        one.rule: (one.findings, one.breaches, one.open) for one in audit_history(deps, MONDAY).findings
    }
    assert counts[Rule.ONE_ACTIVE] == (2, 2, 2)
    assert counts[Rule.FIVE_DAYS] == (1, 1, 1)
    assert counts[Rule.NO_PHASE] == (1, 0, 1)
    assert counts[Rule.NO_PROJECT] == (1, 0, 1)
    assert counts[Rule.NO_ASSIGNEE] == (0, 0, 0)
    assert list(counts) == [rule for rule in Rule if rule not in UNRECORDED]


def test_ages_are_those_at_done_by_nearest_rank(deps: Deps) -> None:
    done = [
        task(100 + days, moved(1000 + days, 0.001, TODO, DOING), moved(2000 + days, days, DOING, DONE))
        for days in (1, 2, 3, 4)
    ]
    tell(deps, done)
    ages = audit_history(deps, MONDAY).ages
    assert (ages.tasks_done, ages.left_out) == (5, 0)
    assert (ages.median_days, ages.p85_days, ages.most_days) == (2.0, 3.999, 3.999)


def test_a_task_with_an_incomplete_history_is_left_out_of_the_ages(deps: Deps) -> None:
    half = task(200, moved(2001, 1, TODO, DOING), moved(2002, 4, DOING, DONE), history_whole=False)
    tell(deps, [half])
    ages = audit_history(deps, MONDAY).ages
    assert (ages.tasks_done, ages.left_out, ages.median_days) == (2, 1, 2.0)
    assert audit_history(deps, MONDAY).untidy.history_incomplete == 1


def test_projects_that_went_back_are_named(deps: Deps) -> None:
    found = audit_history(deps, MONDAY)
    assert [(one.key, one.loops) for one in found.looped] == [("ML-1", 1)]
    assert found.projects == 2
    assert audit_history(deps, MONDAY, as_of=at(9)).looped == []
    assert audit_history(deps, date(2026, 3, 12)).looped == []


def test_statuses_and_options_without_a_meaning_are_named(deps: Deps) -> None:
    tell(deps, [task(300, status="77", phase_option="x", phase_option_name="Deploy?", **ADA)])
    found = audit_history(deps, MONDAY)
    assert [(one.id, one.name) for one in found.unmapped_statuses] == [("77", "Status 77")]
    assert [(one.id, one.name) for one in found.unmapped_phase_options] == [("x", "Deploy?")]


def test_tickets_that_lack_something_are_counted_once(deps: Deps) -> None:
    untidy = audit_history(deps, MONDAY).untidy
    assert untidy.tasks == 1
    assert untidy.by_rule[Rule.NO_PHASE] == untidy.by_rule[Rule.NO_PROJECT] == 1
    remove(deps, 7, at(10))
    assert audit_history(deps, MONDAY).untidy.tasks == 0


def test_unless_told_otherwise_a_year_is_audited(deps: Deps) -> None:
    found = audit_history(deps)
    assert (found.since, found.as_of) == (at(11 - 365), NOW)


def test_a_time_that_ends_before_it_begins_is_refused(deps: Deps) -> None:
    with pytest.raises(BadRequestError, match="--since"):
        audit_history(deps, date(2026, 3, 13))


def test_an_audit_can_be_read_by_people(deps: Deps) -> None:
    lines = dict(audit_lines(audit_history(deps, MONDAY)))
    assert lines["From"] == "2026-03-02T00:00:00.000Z"
    assert lines["Person-days with more active tickets than the limit"] == "27.3% (3 of 11)"
    assert lines["Age of a task when done, median"] == "2.0 working days"
    assert lines["  ML-1 Issue 1"] == "1 loop"
    assert lines["one_active"] == "2 found, 2 breaches, 2 open"
    assert lines["Statuses without a meaning"] == "none"


def test_an_audit_as_json_has_instants_as_text(deps: Deps) -> None:
    body = audit_history(deps, MONDAY).model_dump(mode="json")
    assert body["as_of"] == "2026-03-13T00:00:00.000Z"
    assert body["one_active"]["person_days"] == 11
