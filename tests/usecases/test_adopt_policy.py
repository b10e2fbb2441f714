"""phasewise.toml applied: a changed policy is a new version from then on, and what was found before stays."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from tests.store.records import DOING, TODO, at, epic, moved, task
from tests.usecases.rows import count, rows_of
from tests.usecases.sites import deps_of, save

from phasewise.core.model import CalendarRules, Group, Limits, Policy, Rule, Strength, Strengths
from phasewise.core.rulebook import DEFAULT_TEAM, EVER, Membership, PolicyVersion, Rulebook, Source, Team
from phasewise.store import policies, sites
from phasewise.store.db import Database
from phasewise.usecases.adopt_policy import adopt_policy, differences
from phasewise.usecases.deps import Deps
from phasewise.usecases.judge import judge

USUAL = Policy(
    Limits(five_days=4.0),
    CalendarRules("Europe/Paris", (0, 1, 2), "FR", extra=("2026-03-07",)),
    {"ada": (("2026-03-04", "2026-03-05"),)},
    strengths=Strengths({Rule.ONE_ACTIVE: Strength.ASK}),
)


def declared(usual: Policy, search: Policy | None = None, members: Sequence[Membership] = ()) -> Rulebook:
    named = [("search", search)] if search else []
    teams = [
        Team(name, (PolicyVersion(name, 1, EVER, policy),), None if name == DEFAULT_TEAM else "project = S")
        for name, policy in [*named, (DEFAULT_TEAM, usual)]
    ]
    return Rulebook(tuple(teams), tuple(members))


def of(database: Database, book: Rulebook, now: int, *, synchronised: bool = True) -> Deps:
    deps = replace(deps_of(database), declared=book, now=lambda: now)
    if synchronised:
        with database.write() as connection:
            sites.save_sync_state(connection, deps.site_id, watermark=1)
    return deps


def book_of(deps: Deps) -> Rulebook:
    with deps.database.read() as connection:
        return deps.rulebook(connection)


def test_the_first_start_keeps_what_the_file_says_from_ever(database: Database) -> None:
    said = declared(USUAL, Policy(), [Membership("ada", "search", "2026-03-01")])
    deps = of(database, said, at(9))
    assert [one.version.team for one in adopt_policy(deps)] == ["search", DEFAULT_TEAM]
    kept = book_of(replace(deps, declared=None))
    assert kept.default.newest == PolicyVersion(DEFAULT_TEAM, 1, EVER, USUAL, created_at=at(9))
    assert (kept.memberships, kept.teams[0].scope) == (said.memberships, "project = S")


def test_the_same_file_makes_no_version(sqlite_database: Database) -> None:
    adopt_policy(of(sqlite_database, declared(USUAL), at(9)))
    assert adopt_policy(of(sqlite_database, declared(USUAL), at(10))) == []


def test_a_changed_file_is_a_version_of_the_team_it_changes(sqlite_database: Database) -> None:
    adopt_policy(of(sqlite_database, declared(USUAL, Policy()), at(9)))
    changed = replace(USUAL, limits=Limits(five_days=3.0))
    deps = of(sqlite_database, declared(changed, Policy()), at(10))
    (one,) = adopt_policy(deps)
    assert (one.version.team, one.version.number, one.version.effective_from) == (DEFAULT_TEAM, 2, at(10))
    assert [version.number for version in book_of(deps).default.versions] == [1, 2]
    assert one.before is not None
    assert list(differences(one.before, one.version.policy)) == ["limits.five_days: 4.0 -> 3.0"]


def test_before_the_first_synchronisation_the_file_is_put_right(sqlite_database: Database) -> None:
    adopt_policy(of(sqlite_database, declared(USUAL), at(9), synchronised=False))
    deps = of(sqlite_database, declared(Policy()), at(10), synchronised=False)
    (one,) = adopt_policy(deps)
    assert (one.version.number, one.version.effective_from) == (1, EVER)
    assert len(book_of(deps).default.versions) == 1


def test_a_version_of_a_page_stays_until_the_file_says_something_else(sqlite_database: Database) -> None:
    deps = of(sqlite_database, declared(USUAL), at(9))
    adopt_policy(deps)
    page = PolicyVersion(DEFAULT_TEAM, 0, 0, Policy(), Source.PAGE, "lead", at(10), "quieter")
    with sqlite_database.write() as connection:
        added = policies.add_version(connection, deps.site_id, page)
    assert added == replace(page, number=2, effective_from=at(10))
    assert adopt_policy(of(sqlite_database, declared(USUAL), at(11))) == []
    assert book_of(deps).default.newest == added
    (third,) = adopt_policy(of(sqlite_database, declared(replace(USUAL, language="fr")), at(12)))
    assert (third.version.number, third.before) == (3, Policy())


def test_a_version_never_begins_before_the_one_it_follows(sqlite_database: Database) -> None:
    deps = of(sqlite_database, declared(USUAL), at(9))
    adopt_policy(deps)
    for now in (at(10), at(10), at(9)):
        with sqlite_database.write() as connection:
            version = PolicyVersion(DEFAULT_TEAM, 0, 0, Policy(), created_at=now)
            policies.add_version(connection, deps.site_id, version)
    starts = [one.effective_from for one in book_of(deps).default.versions]
    assert starts == [EVER, at(10), at(10) + 1, at(10) + 2]


def test_a_team_that_the_file_names_no_more_is_gone_and_may_come_back(sqlite_database: Database) -> None:
    adopt_policy(of(sqlite_database, declared(USUAL, Policy()), at(9)))
    without = of(sqlite_database, declared(USUAL), at(10))
    adopt_policy(without)
    adopt_policy(without)
    assert [team.name for team in book_of(without).teams] == [DEFAULT_TEAM]
    again = of(sqlite_database, declared(USUAL, Policy()), at(11))
    adopt_policy(again)
    assert [(team.name, team.newest.number) for team in book_of(again).teams] == [
        ("search", 3),
        (DEFAULT_TEAM, 1),
    ]


def test_processes_that_begin_at_once_make_one_version(database: Database) -> None:
    adopt_policy(of(database, declared(USUAL), at(9)))
    deps = of(database, declared(replace(USUAL, language="fr")), at(10))
    with ThreadPoolExecutor(4) as pool:
        found = [one for made in pool.map(lambda _: adopt_policy(deps), range(4)) for one in made]
    assert [one.version.number for one in found] == [2]
    assert [one.number for one in book_of(deps).default.versions] == [1, 2]


# ------------------------------------------------------------------ judged by them


def held(number: int, start: float) -> object:
    return task(number, moved(number, start, TODO, DOING), parent_id=1, assignee="ada")


def test_a_limit_ends_what_it_allows_and_changes_nothing_before_it(sqlite_database: Database) -> None:
    deps = of(sqlite_database, declared(Policy()), at(9))
    adopt_policy(deps)
    save(deps, epic(1), held(10, 1), held(11, 2))
    judge(deps)
    assert count(sqlite_database, "findings", rule="one_active", start=at(2), end=None) == 1
    looser = of(sqlite_database, declared(Policy(Limits(one_active=2))), at(9))
    adopt_policy(looser)
    judge(looser)
    ended = {"rule": "one_active", "start": at(2), "end": at(9), "policy_version": 1}
    assert count(sqlite_database, "findings", **ended) == count(
        sqlite_database, "findings", rule="one_active"
    )


def test_another_mapping_holds_for_all_history_and_another_limit_from_then_on(
    sqlite_database: Database,
) -> None:
    deps = of(sqlite_database, declared(Policy(Limits(five_days=2.0))), at(9))
    adopt_policy(deps)
    save(deps, epic(1), held(10, 1))
    judge(deps)
    found = rows_of(sqlite_database, "findings")
    kept = {"rule": "five_days", "start": at(2), "breach_at": at(3), "policy_version": 1}
    assert count(sqlite_database, "findings", **kept) == 1
    adopt_policy(of(sqlite_database, declared(Policy(Limits(five_days=3.0))), at(9)))
    judge(deps)
    assert rows_of(sqlite_database, "findings") == found
    paused = Policy(Limits(five_days=3.0), status_overrides={DOING: Group.PAUSED})
    adopt_policy(of(sqlite_database, declared(paused), at(9)))
    judge(deps)
    assert count(sqlite_database, "findings", rule="five_days") == 0
    assert count(sqlite_database, "intervals", issue_id=10, group="paused", start=at(1)) == 1


def test_a_stricter_limit_finds_from_its_own_start_on(sqlite_database: Database) -> None:
    adopt_policy(of(sqlite_database, declared(Policy(Limits(five_days=9.0))), at(7)))
    deps = of(sqlite_database, declared(Policy(Limits(five_days=2.0))), at(7.5))
    adopt_policy(deps)
    save(deps, epic(1), held(10, 1))
    judge(deps)
    assert count(sqlite_database, "findings", rule="five_days", start=at(7.5), breach_at=at(7.5)) == 1


def test_other_working_days_leave_the_time_before_as_it_was(sqlite_database: Database) -> None:
    deps = of(sqlite_database, declared(Policy()), at(5))
    adopt_policy(deps)
    save(deps, epic(1), held(10, 0))
    every_day = Policy(calendar=CalendarRules(weekdays=(0, 1, 2, 3, 4, 5, 6)))
    later = of(sqlite_database, declared(every_day), at(6))
    adopt_policy(later)
    judge(later)
    # Five days until Friday's end, nothing on Saturday, and Sunday counts.
    assert count(sqlite_database, "findings", rule="five_days", breach_at=at(6)) == 1
