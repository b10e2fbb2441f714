"""The rules enforced team by team: how strong each is, since when, and in which words."""

from dataclasses import replace

from tests.store.records import at
from tests.usecases.enforced import floor
from tests.usecases.sites import deps_of

from phasewise.core.ladder import Said
from phasewise.core.model import Instant, Limits, Phase, Policy, Rule, Strength, Strengths
from phasewise.core.rulebook import DEFAULT_TEAM, EVER, Membership, PolicyVersion, Rulebook, Team
from phasewise.sandbox import catalogue
from phasewise.store.db import Database
from phasewise.usecases.enforcing.rising import Since, keep_since, known_since
from phasewise.usecases.in_force import in_force

MINE = (DEFAULT_TEAM, Rule.ONE_ACTIVE, Phase.MODELING)
THEIRS = ("data", Rule.ONE_ACTIVE, Phase.MODELING)


def policy(strength: str, **more: object) -> Policy:
    return Policy(strengths=Strengths({Rule.ONE_ACTIVE: Strength(strength)}), **more)  # type: ignore[arg-type]


def book(usual: Policy, *theirs: tuple[Instant, Policy], members: tuple[Membership, ...] = ()) -> Rulebook:
    versions = tuple(
        PolicyVersion("data", n, start, one, created_at=max(start, at(3)))
        for n, (start, one) in enumerate(theirs, 1)
    )
    return Rulebook(
        (Team("data", versions), Team(DEFAULT_TEAM, (PolicyVersion(DEFAULT_TEAM, 1, EVER, usual),))), members
    )


def since(database: Database, rulebook: Rulebook, now: Instant, *, keeps: bool = False) -> Since:
    deps = replace(deps_of(database), declared=rulebook)
    with database.write() as connection:
        asked = keep_since if keeps else known_since
        return asked(connection, deps.site_id, in_force(connection, deps), now)


def test_a_team_is_spoken_to_since_its_policy_came(sqlite_database: Database) -> None:
    found = since(sqlite_database, book(policy("show"), (EVER, policy("ask"))), at(9), keeps=True)
    assert (found.get(MINE), found[THEIRS]) == (None, at(3))


def test_a_break_begins_anew_and_what_is_to_come_is_not_yet(sqlite_database: Database) -> None:
    changed = book(policy("ask"), (EVER, policy("ask")), (at(5), policy("show")), (at(7), policy("nudge")))
    since(sqlite_database, changed, at(4), keeps=True)
    assert [since(sqlite_database, changed, at(n)).get(THEIRS) for n in (4, 6, 8)] == [at(3), None, at(7)]
    assert since(sqlite_database, changed, at(8))[MINE] == at(4)


def test_only_who_is_in_the_team_is_told_in_its_language(sqlite_database: Database) -> None:
    with floor(sqlite_database) as here:
        ben = here.desk.world.add_user("Ben")
        french = policy("nudge", language="fr", limits=Limits(grace_minutes=5.0))
        strict = book(Policy(), (EVER, french), members=(Membership(ben, "data"),))
        here.desk.deps = replace(here.deps, declared=strict)
        for person in (here.ada, ben):
            for ticket in [here.ticket(person), here.ticket(person)]:
                here.start(ticket, person)
        here.look(6)
        step = here.step()
        assert (step.person, step.said, step.strength) == (ben, Said.NUDGE_BREACH, Strength.NUDGE)
        (comment,) = here.comments(step.issue_id or 0)
        assert "Gardez celui" in here.text(comment)
        here.move(step.issue_id or 0, catalogue.DONE, ben)
        here.look()
        assert here.step().said is Said.CLOSED
