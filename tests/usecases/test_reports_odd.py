"""Weekly reports of teams, plans, waivers and decisions; of weeks and sites that are out of the ordinary."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from tests.store.records import DOING, TODO, at, epic, moved, task
from tests.usecases.recording import PLAN, recorder
from tests.web.story import ADA, BOB, MODELING, POLICY, RESEARCH, Clock, deps_of, story, tell

from phasewise.core.digest import Digest
from phasewise.core.health import Colour, HealthReason
from phasewise.core.model import CalendarRules, Rule
from phasewise.core.review import ReviewChoice
from phasewise.core.rights import Asker, Role
from phasewise.core.rulebook import EVER, Membership, PolicyVersion, Rulebook, Team, one_team
from phasewise.errors import ForbiddenError
from phasewise.store import reports, teams
from phasewise.store.audit_log import Entry, add_entry
from phasewise.store.db import Database
from phasewise.usecases.deps import Deps
from phasewise.usecases.erase_person import erase_person
from phasewise.usecases.records.record_plan import accept_plan, record_plan
from phasewise.usecases.reports.edit_draft import save_remark
from phasewise.usecases.reports.freeze_report import freeze_report
from phasewise.usecases.reports.show_report import show_report
from phasewise.usecases.reviews import begin_review, keep_decision
from phasewise.usecases.waive_finding import waive_finding

WEEK, NEXT = "2026-W10", "2026-W11"


def digest_of(deps: Deps, week: str = WEEK, team: str | None = None) -> Digest:
    return show_report(deps, week, team).digest


def with_teams(database: Database, *members: Membership) -> Deps:
    """ML-10 is of the team `search`, ML-1 of the default one."""
    search = Team("search", (PolicyVersion("search", 1, EVER, POLICY),), "project = ML")
    declared = Rulebook((search, *one_team(POLICY).teams), members)
    deps = replace(deps_of(database), declared=declared)
    with database.write() as connection:
        teams.place(connection, deps.site_id, {10: "search", 1: "default"}, "default")
    tell(deps, story())
    return deps


def test_a_team_has_its_own_projects_and_people_in_its_report(sqlite_database: Database) -> None:
    deps = with_teams(sqlite_database, Membership("ada", "search"))
    own, usual = digest_of(deps, NEXT, "search"), digest_of(deps, NEXT)
    assert [[one.key for one in digest.projects] for digest in (own, usual)] == [["ML-10"], ["ML-1"]]
    assert [[one.person.id for one in digest.people] for digest in (own, usual)] == [["ada"], ["bob"]]
    assert [one.rule for one in own.people[0].problems] == [Rule.ONE_ACTIVE]
    assert own.compliance.week.kept is None
    assert own.loose_problems == ()
    assert len(usual.loose_problems) == digest_of(deps, NEXT).totals.hints


def test_both_databases_make_and_freeze_the_same_report(database: Database) -> None:
    deps = deps_of(database)
    tell(deps, story())
    with database.write() as connection:
        add_entry(connection, deps.site_id, Entry(at(3), "Lea", "policy.changed", "default"))
    save_remark(deps, "default", WEEK, "Well done")
    before = digest_of(deps)
    assert freeze_report(deps, "default", WEEK)
    assert not freeze_report(deps, "default", WEEK)
    assert digest_of(deps) == before
    assert (before.totals.finished, before.totals.started, len(before.decisions)) == (1, 2, 1)


def test_an_empty_team_has_an_empty_report(sqlite_database: Database) -> None:
    deps = with_teams(sqlite_database)
    with deps.database.write() as connection:
        teams.place(connection, deps.site_id, {10: "default"}, "search")
    digest = digest_of(deps, WEEK, "search")
    assert (digest.projects, digest.people, digest.totals.projects) == ((), (), 0)
    assert freeze_report(deps, "search", WEEK)


def test_who_leads_one_team_says_nothing_in_the_report_of_another(sqlite_database: Database) -> None:
    deps = with_teams(sqlite_database)
    lead = replace(deps, asker=Asker(Role.MEMBER, "Lea", leads=frozenset({"search"})))
    save_remark(lead, "search", WEEK, "mine")
    with pytest.raises(ForbiddenError, match="ask its lead"):
        save_remark(lead, "default", WEEK, "theirs")


def test_weeks_spent_beyond_the_plan_colour_the_project(sqlite_database: Database) -> None:
    deps = recorder(sqlite_database)
    plan = PLAN | {"data_exploration_likely": "0.5", "modeling_likely": "1", "modeling_high": "1"}
    small = {"productization_likely": "0.1", "ab_testing_likely": "0.1", "results_analysis_likely": "0.1"}
    accept_plan(deps, "ML-1", record_plan(deps, "ML-1", plan | small, 0).edit)
    deps = replace(deps, now=Clock(deps.now() + 1000))
    digest = show_report(deps, as_of=deps.now()).digest
    project = next(one for one in digest.projects if one.key == "ML-1")
    assert (project.planned_weeks, project.health.reason) == (1.8, HealthReason.BREACH_OPEN)
    (decision,) = [
        one for one in show_report(deps, as_of=deps.now()).digest.decisions if "accept" in one.action
    ]
    assert decision.project is not None
    assert decision.project.key == "ML-1"


def test_waivers_that_were_granted_are_told_and_forgotten_with_the_person(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    tell(deps, story())
    busy = next(one for one in digest_of(deps, NEXT).people if one.person.id == "ada").problems[0]
    waive_finding(deps, busy.id, "2026-03-20", "Ada trains Eve", "Lea")
    deps = replace(deps, now=Clock(at(14.5)))
    (waiver,) = digest_of(deps, NEXT).waivers
    assert (waiver.rule, waiver.reason, waiver.by) == (Rule.ONE_ACTIVE, "Ada trains Eve", "Lea")
    assert freeze_report(deps, "default", NEXT)
    assert digest_of(deps, NEXT).waivers == (waiver,)
    erase_person(deps, "ada")
    (waiver,) = digest_of(deps, NEXT).waivers
    assert (waiver.reason, waiver.person.name) == ("", None)
    assert waiver.person.id.startswith("erased-")


def test_what_a_review_said_about_somebody_is_in_no_report(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    tell(deps, story())
    review = begin_review(deps, "default", WEEK, 1)
    keep_decision(deps, review.review_id, "person-ada", ReviewChoice.HELP, "Ada cannot do it alone")
    (decision,) = digest_of(deps).decisions
    assert (decision.action, decision.subject, "text" in decision.detail) == ("review.help", "", False)
    assert freeze_report(deps, "default", WEEK)
    with sqlite_database.read() as connection:
        assert "alone" not in str(reports.body_of(connection, deps.site_id, "default", WEEK))


def test_a_waiver_of_a_ticket_names_it_and_its_problem_is_gone(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    tell(deps, story())
    (problem,) = next(one for one in digest_of(deps, NEXT).projects if one.key == "ML-1").problems
    waive_finding(deps, problem.id, "2026-03-20", "The client knows", "Lea")
    later = digest_of(replace(deps, now=Clock(at(11.5))), NEXT)
    assert [one.ticket.key for one in later.waivers if one.ticket] == ["ML-3"]
    assert next(one for one in later.projects if one.key == "ML-1").colour is Colour.GREEN


def test_decisions_of_the_team_are_told_those_of_others_and_sign_ins_are_not(
    sqlite_database: Database,
) -> None:
    deps = deps_of(sqlite_database)
    tell(deps, story())
    said = [
        ("policy.changed", "default"), ("policy.changed", "search"), ("plan.accepted", "1"),
        ("plan.accepted", "default"), ("session.ended", "default"), ("policyholder.paid", "default"),
    ]  # fmt: skip
    with deps.database.write() as connection:
        for n, (action, subject) in enumerate(said):
            add_entry(connection, deps.site_id, Entry(at(3) + n, "Lea", action, subject))
        add_entry(connection, deps.site_id, Entry(at(8), "Lea", "policy.changed", "default"))
    found = digest_of(deps).decisions
    assert [(one.action, one.subject) for one in found] == [said[0], said[2]]
    assert [one.project.key if one.project else None for one in found] == [None, "ML-1"]


def test_a_week_in_which_the_clocks_change_is_whole(sqlite_database: Database) -> None:
    """Paris, 23 to 29 March 2026: a week of 167 hours, and five working days."""
    policy = replace(POLICY, calendar=CalendarRules(zone="Europe/Paris"))
    deps = deps_of(sqlite_database, now=at(40), policy=policy)
    tell(deps, [epic(1), task(2, moved(21, 10, TODO, DOING), **ADA, **RESEARCH)])
    digest = digest_of(deps, "2026-W13")
    paris = ZoneInfo("Europe/Paris")
    assert digest.start == int(datetime(2026, 3, 23, tzinfo=paris).timestamp() * 1000)
    assert digest.end - digest.start == 167 * 3_600_000
    (person,) = digest.people
    assert (person.days, digest.projects[0].week_days, digest.zone) == (5.0, 5.0, "Europe/Paris")
    assert digest_of(deps, "2026-W12").end == digest.start


def test_what_is_told_of_a_person_who_was_away_or_handed_over(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database, policy=replace(POLICY, leave={"ada": (("2026-03-05", "2026-03-06"),)}))
    tell(deps, [epic(1), task(2, moved(21, 1, TODO, DOING), moved(22, 3, DOING, TODO), **ADA, **RESEARCH)])
    (person,) = digest_of(deps).people
    assert (person.days, person.away_days, person.active) == (2.0, 2.0, ())
    assert dict(person.waiting) == {"todo": 1}


def test_bad_input_400_projects_are_all_told_worst_first(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    names = [
        "=HYPERLINK()",
        "a\nb, <b>c</b>",
        "\u202eright to left \u0645\u0631\u062d\u0628\u0627 \U0001f600",
    ]
    epics = [replace(epic(n), summary=names[n % 3]) for n in range(1, 401)]
    late = task(1000, moved(1, 0, TODO, DOING), **{**BOB, **MODELING, "parent_id": 400})
    tell(deps, [*epics, late])
    digest = digest_of(deps, NEXT)
    assert len(digest.projects) == 400
    assert [digest.projects[0].key, digest.projects[1].key] == ["ML-400", "ML-1"]
    assert digest.projects[0].colour is Colour.RED
    assert {one.summary for one in digest.projects} == set(names)
