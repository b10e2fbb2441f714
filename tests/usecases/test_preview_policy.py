"""What a proposed policy would find: the same as if all were judged by it, and nothing written."""

from dataclasses import replace

import pytest
from tests.store.records import DOING, DONE, TODO, at, epic, moved, task
from tests.usecases.rows import all_rows
from tests.usecases.sites import deps_of, save
from tests.usecases.worlds import make_world

from phasewise.core.model import CalendarRules, Group, Limits, Phase, Policy, Rule, Strength, Strengths
from phasewise.core.rulebook import DEFAULT_TEAM, Membership, PolicyVersion, Rulebook, Team
from phasewise.store.boards import Page
from phasewise.store.db import Database
from phasewise.store.finding_pages import FindingFilter, findings_at
from phasewise.usecases.deps import Deps
from phasewise.usecases.judge import judge
from phasewise.usecases.policies.comparing import Comparison
from phasewise.usecases.preview_policy import DAY_MS, preview_policy

NOW = at(30)
STRICT = Policy(limits=Limits(one_active=1, five_days=2.0, grace_minutes=0, watching=0, paused=0))
PRODUCT = Policy(
    strengths=Strengths({Rule.NO_PROJECT: Strength.OFF}, {Phase.NONE: {Rule.NO_PHASE: Strength.OFF}})
)


def site(database: Database, *history: tuple[int, float, float | None], policy: Policy | None = None) -> Deps:
    """Ada's tasks in Research, each active between two days (None: still)."""
    deps = replace(deps_of(database, policy), now=lambda: NOW)
    tasks = []
    for number, start, end in history:
        moves = [moved(number * 10, start, TODO, DOING)]
        moves += [] if end is None else [moved(number * 10 + 1, end, DOING, DONE)]
        tasks.append(task(number, *moves, parent_id=1, phase_option="10101", assignee="ada"))
    save(deps, epic(1), *tasks)
    judge(deps)
    return deps


def found(deps: Deps, policy: Policy, new: Policy, **more: int) -> list[tuple[str, str, str, int]]:
    preview = preview_policy(replace(deps, policy=policy), DEFAULT_TEAM, new, **more)
    return sorted((one.change, one.rule.value, one.subject, one.start) for one in preview.found.differences)


def test_a_lower_limit_opens_what_a_higher_one_lets_pass(database: Database) -> None:
    deps = site(database, (10, 21, 24.5), (11, 28, None))
    strict = Policy(limits=Limits(five_days=2.0))
    assert found(deps, Policy(), strict) == [
        ("opens", "five_days", "10", at(22)),
        ("opens", "five_days", "11", at(29)),
    ]
    preview = preview_policy(deps, DEFAULT_TEAM, strict)
    opens, closes = preview.found.opens, preview.found.closes
    assert (opens.count, opens.open_now, closes.count) == (2, 1, 0)
    assert preview.sentences() == [
        "In the last 30 days it would have opened 2 findings (1 open now) and closed 0 findings."
    ]
    assert preview.as_dict()["findings"][0]["name"] == "ML-10"


def test_a_higher_limit_of_tickets_closes_findings_and_the_way_back_opens_them(
    sqlite_database: Database,
) -> None:
    deps, loose = site(sqlite_database, (10, 22, 23), (11, 22.5, 23)), Policy(limits=Limits(one_active=2))
    assert found(deps, Policy(), loose) == [("closes", "one_active", "ada", at(22.5))]
    assert found(deps, loose, Policy()) == [("opens", "one_active", "ada", at(22.5))]


def test_an_estimate_may_come_to_be_too_long(sqlite_database: Database) -> None:
    deps = replace(deps_of(sqlite_database), now=lambda: NOW)
    save(deps, epic(1), task(10, parent_id=1, phase_option="10101", estimate_seconds=4 * 8 * 3600))
    judge(deps)
    strict = Policy(limits=Limits(five_days=2.0))
    assert found(deps, Policy(), strict) == [("opens", "estimate_too_long", "10", at(0))]
    assert found(deps, strict, Policy()) == [("closes", "estimate_too_long", "10", at(0))]


def test_leave_in_the_file_is_tried_too(sqlite_database: Database) -> None:
    deps = site(sqlite_database, (10, 21, 26.5))
    away = Policy(leave={"ada": (("2026-03-23", "2026-03-27"),)})
    assert found(deps, Policy(), away) == [("closes", "five_days", "10", at(25))]


def test_what_only_begins_earlier_neither_opens_nor_closes(sqlite_database: Database) -> None:
    deps = site(sqlite_database, (10, 14, None))
    assert found(deps, Policy(), Policy(limits=Limits(five_days=3.0))) == []


def test_what_was_over_before_the_window_is_not_counted(sqlite_database: Database) -> None:
    deps = site(sqlite_database, (10, 0, 3.5))
    assert found(deps, Policy(), STRICT, days=20) == []
    assert len(found(deps, Policy(), STRICT, days=30)) == 1


def test_another_strength_shows_or_hides_what_was_found_already(sqlite_database: Database) -> None:
    deps = replace(deps_of(sqlite_database), now=lambda: NOW)
    save(deps, task(10, assignee="ada"), task(11, phase_option="10101", assignee="ada"))
    judge(deps)
    assert found(deps, Policy(), PRODUCT) == [
        ("closes", "no_phase", "10", at(0)),
        ("closes", "no_project", "10", at(0)),
        ("closes", "no_project", "11", at(0)),
    ]
    assert len(found(deps, PRODUCT, Policy())) == 3


def test_the_strength_in_the_phase_of_the_ticket_counts(sqlite_database: Database) -> None:
    deps = site(sqlite_database, (10, 22, 23), (11, 22.5, 23))
    hidden = Strengths(phases={Phase.RESEARCH: {Rule.ONE_ACTIVE: Strength.OFF}})
    elsewhere = Strengths(phases={Phase.MODELING: {Rule.ONE_ACTIVE: Strength.OFF}})
    assert found(deps, Policy(), Policy(strengths=hidden)) == [("closes", "one_active", "ada", at(22.5))]
    assert found(deps, Policy(), Policy(strengths=elsewhere)) == []


def test_only_findings_of_the_team_are_counted(sqlite_database: Database) -> None:
    deps = site(sqlite_database, (10, 21, None), (11, 22, None))
    teams = Rulebook((one("NLP"), one(DEFAULT_TEAM)), (Membership("ada", "NLP"),))
    both = replace(deps, declared=teams)
    loose = Policy(limits=Limits(one_active=2, five_days=50.0))
    rules = {
        team: {one.rule for one in preview_policy(both, team, loose).found.differences}
        for team in ("NLP", DEFAULT_TEAM)
    }
    assert rules == {"NLP": {Rule.ONE_ACTIVE}, DEFAULT_TEAM: {Rule.FIVE_DAYS}}


def one(team: str) -> Team:
    return Team(team, (PolicyVersion(team, 1, 0, Policy()),))


def test_what_the_numbers_leave_out_is_said(sqlite_database: Database) -> None:
    deps = site(sqlite_database)
    preview = preview_policy(
        deps,
        DEFAULT_TEAM,
        Policy(calendar=CalendarRules(weekdays=(0, 1)), status_overrides={"3": Group.PAUSED}),
    )
    assert (preview.changes_mapping, preview.left_out) == (True, (Rule.RABBIT_HOLE,))
    assert [text.split()[:2] for text in preview.sentences()[1:]] == [["The", "mapping"], ["Rabbit", "holes"]]


@pytest.mark.parametrize("seed", range(4))
def test_a_preview_says_what_judging_everything_again_would(sqlite_database: Database, seed: int) -> None:
    loose = Policy(limits=Limits(one_active=2, five_days=30.0), calendar=CalendarRules(weekdays=(0, 1, 2)))
    deps = replace(deps_of(sqlite_database, loose), now=lambda: NOW)
    for life in make_world(seed):
        save(deps, *life)
    judge(deps)
    before = all_rows(sqlite_database)
    preview = preview_policy(deps, DEFAULT_TEAM, STRICT).found
    assert all_rows(sqlite_database) == before
    judged = Comparison(NOW - 30 * DAY_MS, NOW)
    old = all_findings(deps)
    judge(replace(deps, policy=STRICT))
    judged.add(old, all_findings(deps))
    assert preview.opens.count > preview.closes.count
    assert sorted(preview.differences, key=repr) == sorted(judged.differences, key=repr)


def all_findings(deps: Deps) -> list[object]:
    with deps.database.read() as connection:
        rows = findings_at(connection, deps.site_id, NOW, FindingFilter(), Page())
    return [one for one in rows if one.rule is not Rule.RABBIT_HOLE]
