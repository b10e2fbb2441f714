"""Teams: which projects are theirs is asked of Jira, and their policies count for what is theirs."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select
from tests.store.records import DOING, DONE, TODO, at, epic, item, moved, subtask, task
from tests.usecases.rows import count
from tests.usecases.sites import deps_of, save
from tests.usecases.syncing import Desk, desk_of, team_world
from tests.usecases.test_check_site import said

from phasewise.core.calendar import TICKS_PER_DAY
from phasewise.core.model import CalendarRules, Group, Limits, Policy, Rule, Strength, Strengths
from phasewise.core.rulebook import DEFAULT_TEAM, EVER, Membership, PolicyVersion, Rulebook, Team, one_team
from phasewise.store import tables as tables_of_store
from phasewise.store import teams as store
from phasewise.store.db import Database
from phasewise.store.policies import changed_in_file
from phasewise.usecases.adopt_policy import adopt_policy
from phasewise.usecases.check_site import check_site
from phasewise.usecases.deps import Deps
from phasewise.usecases.judge import judge
from phasewise.usecases.moment import moment
from phasewise.usecases.paging import Paging
from phasewise.usecases.show_capacity import show_capacity
from phasewise.usecases.show_people import show_people
from phasewise.usecases.show_person import show_person
from phasewise.usecases.show_portfolio import show_portfolio
from phasewise.usecases.show_projects import show_projects
from phasewise.usecases.tables import of_rules
from phasewise.usecases.views import FindingShown
from phasewise.usecases.waive_finding import finding_to_waive, waive_finding
from phasewise.web.portfolio_file import file_columns

SEVEN = CalendarRules(weekdays=(0, 1, 2, 3, 4, 5, 6))
STRICT = Policy(Limits(five_days=2.0))


def book(name: str, policy: Policy, scope: str | None = None, members: Iterable[Membership] = ()) -> Rulebook:
    teams = (
        Team(name, (PolicyVersion(name, 1, EVER, policy),), scope),
        Team(DEFAULT_TEAM, (PolicyVersion(DEFAULT_TEAM, 1, EVER, Policy()),)),
    )
    return Rulebook(teams, tuple(members))


# ------------------------------------------------------------------ which projects are theirs


def placed(desk: Desk) -> dict[int, str]:
    with desk.database.read() as connection:
        return store.teams_of_projects(connection, desk.deps.site_id)


def of_desk(desk: Desk, scope: str, **more: object) -> None:
    desk.deps = replace(desk.deps, declared=book("data", STRICT, scope, **more))  # type: ignore[arg-type]


def test_a_project_is_of_the_first_team_whose_scope_its_epic_matches(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        of_desk(desk, "project = DS")
        desk.sync()
        assert placed(desk)[desk.some(level=1, space="DS")] == "data"
        assert placed(desk)[desk.some(level=1, space="ML")] == DEFAULT_TEAM


def test_a_poll_asks_only_about_projects_that_are_new_or_changed(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        of_desk(desk, "labels = ours")
        desk.sync()
        desk.pass_time(60_000)
        asked = desk.poll().requests
        changed = desk.some(level=1)
        desk.edit(changed, labels=["ours"])
        desk.pass_time(60_000)
        assert desk.poll().requests > asked
        assert placed(desk)[changed] == "data"


def test_a_scope_that_jira_refuses_is_said_and_moves_no_project(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        of_desk(desk, "project = DS")
        desk.sync()
        before = placed(desk)
        of_desk(desk, "colour = blue")
        desk.sync()
        assert "team_scope" in desk.codes()
        assert placed(desk) == before
        level, text = said(check_site(desk.deps), "Team data")
        assert (level, "[teams.data] scope" in text) == ("missing", True)


def test_projects_of_a_team_that_is_gone_are_of_the_next_whose_scope_they_match(
    sqlite_database: Database,
) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        both = (
            *book("data", STRICT, "project = DS").teams[:1],
            *book("all", STRICT, "project in (DS, ML)").teams,
        )
        usual = desk.deps
        desk.deps = replace(usual, declared=Rulebook(both))
        adopt_policy(desk.deps)
        desk.sync()
        of_space = desk.some(level=1, space="DS")
        desk.pass_time(3_600_000)
        desk.poll()
        assert placed(desk)[of_space] == "data"
        desk.deps = replace(usual, declared=Rulebook(both[1:]))
        adopt_policy(desk.deps)
        desk.pass_time(3_600_000)
        desk.poll()
        assert placed(desk)[of_space] == "all"


def test_projects_are_placed_anew_once_teams_stand_in_another_order(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        some, rest = book("data", STRICT, "project = DS").teams
        every = replace(book("all", STRICT, "project in (DS, ML)").teams[0])
        usual = desk.deps
        desk.deps = replace(usual, declared=Rulebook((some, every, rest)))
        adopt_policy(desk.deps)
        desk.sync()
        of_space = desk.some(level=1, space="DS")
        assert placed(desk)[of_space] == "data"
        desk.deps = replace(usual, declared=Rulebook((every, some, rest)))
        adopt_policy(desk.deps)
        desk.pass_time(3_600_000)
        asked = desk.poll().requests
        assert placed(desk)[of_space] == "all"
        desk.pass_time(3_600_000)
        assert desk.poll().requests < asked


def test_check_counts_what_a_team_has_and_names_members_nobody_knows(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        of_desk(desk, "project = DS", members=[Membership("nobody", "data")])
        found = [one for one in check_site(desk.deps).checks if one.what == "Team data"]
        assert [one.level for one in found] == ["ok", "warning"]
        assert "nobody" in found[1].text
        of_desk(desk, "project = DS and labels = none-has-it")
        assert said(check_site(desk.deps), "Team data")[0] == "warning"


def test_check_shows_the_mapping_of_a_file_that_changed_and_says_from_when_it_counts(
    sqlite_database: Database,
) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        usual = desk.deps
        for policy in (Policy(), Policy(status_overrides={DOING: Group.WATCHING})):
            desk.deps = replace(usual, declared=one_team(policy))
            report = check_site(desk.deps)
            told = [one.text for one in report.checks if one.what == "Policy"]
            adopt_policy(desk.deps)
            desk.sync()
        assert any(line.startswith(f'"{DOING}" = "watching"') for line in report.mapping)
        assert "something new for default: it counts from the next start" in told[0]
        assert not [one for one in check_site(desk.deps).checks if one.what == "Policy"]


def test_check_names_a_team_that_the_file_names_no_more(sqlite_database: Database) -> None:
    deps = replace(deps_of(sqlite_database), declared=book("data", STRICT))
    adopt_policy(deps)
    with sqlite_database.read() as connection:
        assert changed_in_file(connection, deps.site_id, deps.declared_rulebook) == []
        assert changed_in_file(connection, deps.site_id, one_team(Policy())) == ["data"]


# ------------------------------------------------------------------ what their policies find


def site(database: Database, rulebook: Rulebook, **teams: int) -> Deps:
    """A site whose projects are of these teams."""
    deps = replace(deps_of(database), declared=rulebook)
    with database.write() as connection:
        placed = {project: name for name, project in teams.items()}
        store.place(connection, deps.site_id, placed, DEFAULT_TEAM)
    return deps


def held(number: int, start: float, project: int) -> object:
    return task(number, moved(number, start, TODO, DOING), parent_id=project, assignee="ada")


def test_a_task_is_old_by_the_limit_of_its_project(sqlite_database: Database) -> None:
    deps = site(sqlite_database, book("data", STRICT), data=1)
    save(deps, epic(1), epic(2), held(10, 0, 1), held(11, 0, 2))
    judge(deps)
    assert count(sqlite_database, "findings", rule="five_days", task_id=10, breach_at=at(2)) == 1
    assert count(sqlite_database, "findings", rule="five_days", task_id=11, breach_at=at(7)) == 1


def test_a_task_that_moves_counts_by_each_project_while_it_is_there(sqlite_database: Database) -> None:
    deps = site(sqlite_database, book("data", STRICT), data=1)
    into = item(90, 4, "IssueParentAssociation", "2", "1")
    save(
        deps,
        epic(1),
        epic(2),
        replace(held(10, 0, 2), history=(moved(10, 0, TODO, DOING), into), parent_id=1),
    )
    judge(deps)
    assert count(sqlite_database, "findings", rule="five_days", start=at(4), breach_at=at(4)) == 1


def test_a_rule_that_is_off_for_a_team_is_hidden_of_what_is_theirs(database: Database) -> None:
    off = Policy(strengths=Strengths({Rule.NO_PHASE: Strength.OFF, Rule.ONE_ACTIVE: Strength.OFF}))
    deps = site(database, book("data", off, members=[Membership("bob", "data")]), data=1)
    save(deps, epic(1), epic(2), held(10, 0, 1), held(11, 0, 2))
    save(deps, *(task(n, moved(n, 1, TODO, DOING), parent_id=2, assignee="bob") for n in (20, 21)))
    judge(deps)
    rules = {row.rule for row in shown(deps)}
    assert rules == {Rule.ONE_ACTIVE, Rule.FIVE_DAYS, Rule.NO_PHASE}
    assert {row.person for row in shown(deps) if row.rule is Rule.ONE_ACTIVE} == {"ada"}
    assert {row.project for row in shown(deps) if row.rule is Rule.NO_PHASE} == {"2"}


def shown(deps: Deps) -> list[FindingShown]:
    with moment(deps, at(9)) as then:
        return list(of_rules.findings(then))


def test_a_project_that_changes_its_team_is_judged_again(sqlite_database: Database) -> None:
    deps = site(sqlite_database, book("data", STRICT))
    save(deps, epic(1), held(10, 0, 1))
    judge(deps)
    with sqlite_database.write() as connection:
        assert store.place(connection, deps.site_id, {1: "data"}, DEFAULT_TEAM) == [1]
    assert judge(deps).issues > 0
    assert count(sqlite_database, "findings", rule="five_days", breach_at=at(2)) == 1


def test_a_project_that_changes_its_team_has_its_effort_by_their_calendar(sqlite_database: Database) -> None:
    deps = site(sqlite_database, book("data", Policy(calendar=SEVEN)))
    save(deps, epic(1), task(10, moved(1, 4, TODO, DOING), moved(2, 9, DOING, DONE), parent_id=1))
    judge(deps)
    before = show_projects(deps, None, Paging(10)).items[0]
    with sqlite_database.write() as connection:
        store.place(connection, deps.site_id, {1: "data"}, DEFAULT_TEAM)
    judge(deps)
    after = show_projects(deps, None, Paging(10)).items[0]
    assert [(one.team, one.effort_days) for one in (before, after)] == [(DEFAULT_TEAM, 3.0), ("data", 5.0)]


def test_time_counts_by_the_calendar_of_the_project(sqlite_database: Database) -> None:
    deps = site(sqlite_database, book("data", Policy(calendar=SEVEN)), data=1)
    lived = (moved(1, 4, TODO, DOING), moved(2, 9, DOING, DONE))
    save(deps, epic(1), task(10, *lived, parent_id=1, assignee="ada"))
    judge(deps)
    assert count(sqlite_database, "completions", age_ticks=5 * TICKS_PER_DAY) == 1
    with moment(deps, None) as now:
        assert now.of_project(1).calendar.week_days_at(at(0)) == 7
        assert now.calendar.week_days_at(at(0)) == 5


def test_a_person_has_the_limit_of_their_team_on_the_days_they_are_in_it(sqlite_database: Database) -> None:
    two = Policy(Limits(one_active=2))
    member = Membership("ada", "data", "2026-03-03", "2026-03-04")
    deps = site(sqlite_database, book("data", two, members=[member]))
    save(deps, epic(1), held(10, 0, 1), held(11, 0, 1))
    judge(deps)
    stretches = [(at(0), at(1)), (at(3), None)]
    for start, end in stretches:
        assert count(sqlite_database, "findings", rule="one_active", start=start, end=end) == 1
    assert count(sqlite_database, "findings", rule="one_active") == 2
    over = [show_people(deps, when, Paging(10)).items[0].over_limit for when in (at(0.5), at(2), at(4))]
    assert over == [True, False, True]


def test_pages_tell_the_limits_of_the_team_whose_it_is(sqlite_database: Database) -> None:
    policy = Policy(Limits(one_active=2, five_days=2.0))
    deps = site(sqlite_database, book("data", policy, members=[Membership("bob", "data")]), data=1)
    save(deps, epic(1), epic(2), held(10, 0, 1), held(11, 0, 2))
    save(deps, *(task(n, moved(n, 1, TODO, DOING), parent_id=2, assignee="bob") for n in (20, 21, 22)))
    judge(deps)
    facts = show_portfolio(deps, at(6), weeks=4)
    limits = {(one.rule, one.tickets[0].id): one.limits for lane in facts.lanes for one in lane.troubles}
    assert {
        place: found.one_active for place, found in limits.items() if found and place[0] == "one_active"
    } == {
        (Rule.ONE_ACTIVE, 10): 1,
        (Rule.ONE_ACTIVE, 20): 2,
    }
    cards = {card.ticket.id: card.limits for lane in facts.lanes for card in lane.active}
    assert [(cards[n] or Limits()).five_days for n in (10, 11)] == [2.0, 5.0]


def test_the_file_of_projects_tells_the_limit_of_the_team_whose_each_is(sqlite_database: Database) -> None:
    deps = site(sqlite_database, book("data", STRICT), data=1)
    save(deps, epic(1), held(10, 0, 1))
    judge(deps)
    facts = show_portfolio(deps, at(1.5), weeks=4)
    problems = next(one for one in file_columns(facts) if one.name == "problems")
    assert problems.written is not None
    assert "ML-10 at 1.5 of 2 working days" in problems.written(facts.projects[0])


def test_a_week_is_as_long_as_the_team_of_a_person_works_on_both_pages(sqlite_database: Database) -> None:
    four = Policy(calendar=CalendarRules(weekdays=(0, 1, 2, 3)))
    deps = site(sqlite_database, book("data", four, members=[Membership("bob", "data")]))
    save(deps, epic(1), held(10, 0, 1), task(11, moved(11, 0, TODO, DOING), parent_id=1, assignee="bob"))
    judge(deps)
    people = {one.person.id: one for one in show_capacity(deps, at(7), 1).people}
    for person, long in (("ada", 5.0), ("bob", 4.0)):
        (week,) = show_person(deps, at(7), person, 1).weeks
        assert (people[person].days, people[person].work_days) == ((long,), (long,))
        assert (week.days, week.work_days) == (long, long)


def test_a_waiver_lasts_to_the_end_of_the_day_where_the_team_is(sqlite_database: Database) -> None:
    tokyo = Policy(Limits(five_days=2.0), CalendarRules("Asia/Tokyo"))
    deps = replace(site(sqlite_database, book("data", tokyo), data=1), now=lambda: at(4.7))
    save(deps, epic(1), held(10, 0, 1))
    judge(deps)
    with moment(deps, None) as now:
        (found,) = [one.id for one in of_rules.findings(now) if one.rule is Rule.FIVE_DAYS]
    assert finding_to_waive(deps, found).today.isoformat() == "2026-03-07"
    waive_finding(deps, found, "2026-03-09", "Nearly there", "lead")
    assert count(sqlite_database, "waivers", until=at(8) - 9 * 3_600_000) == 1


def test_leave_is_that_of_the_team_a_person_is_in(sqlite_database: Database) -> None:
    away = Policy(leave={"ada": (("2026-03-02", "2026-03-06"),)})
    member = Membership("ada", "data", "2026-03-04")
    deps = site(sqlite_database, book("data", away, members=[member]))
    save(deps, epic(1), held(10, 0, 1))
    judge(deps)
    # Two days before she is in the team, then the leave and a weekend, then three more.
    assert count(sqlite_database, "findings", rule="five_days", breach_at=at(10)) == 1


# ------------------------------------------------------------------ what their statuses mean

IDLE = Policy(status_overrides={DOING: Group.WATCHING})


def groups(database: Database, issue: int) -> list[str]:
    i = tables_of_store.intervals.c
    with database.read() as connection:
        found = connection.execute(select(i.group).where(i.issue_id == issue).order_by(i.start))
        return [row.group for row in found]


def test_a_status_means_what_the_team_of_the_project_says(sqlite_database: Database) -> None:
    deps = site(sqlite_database, book("data", IDLE), data=1)
    save(deps, epic(1, moved(1, 1, TODO, DOING)), epic(2), held(10, 1, 1), held(11, 1, 2))
    save(deps, subtask(20, 10, moved(20, 2, TODO, DOING)), subtask(21, 99, moved(21, 2, TODO, DOING)))
    judge(deps)
    assert [groups(sqlite_database, n)[-1] for n in (1, 10, 20)] == ["watching"] * 3
    assert [groups(sqlite_database, n)[-1] for n in (11, 21)] == ["active"] * 2


def test_of_a_task_that_moves_each_part_means_what_its_team_says(sqlite_database: Database) -> None:
    deps = site(sqlite_database, book("data", IDLE), data=1)
    into = item(90, 4, "IssueParentAssociation", "2", "1")
    save(deps, epic(1), epic(2), task(10, moved(10, 1, TODO, DOING), into, parent_id=1, assignee="ada"))
    save(deps, subtask(20, 10, moved(20, 3, TODO, DOING)), subtask(21, 10))
    judge(deps)
    assert groups(sqlite_database, 10) == ["todo", "active", "watching"]
    assert groups(sqlite_database, 20) == ["todo", "active", "watching"]
    assert groups(sqlite_database, 21) == ["todo"]
