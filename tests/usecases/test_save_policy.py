"""A policy changed: a new version, under a name, and the history stays."""

from dataclasses import replace

import pytest
from tests.store.records import at
from tests.usecases.sites import deps_of

from phasewise.core.model import Limits, Policy
from phasewise.core.rulebook import DEFAULT_TEAM, EVER, PolicyVersion, Rulebook, Source, Team
from phasewise.errors import BadRequestError, ConflictError, NotFoundError
from phasewise.store.audit_log import entries_at
from phasewise.store.boards import Page
from phasewise.store.db import Database
from phasewise.usecases.deps import Deps
from phasewise.usecases.save_policy import Proposal, apply_file, save_policy
from phasewise.usecases.show_policy import show_policy

LOOSE, STRICT = Policy(limits=Limits(one_active=3)), Policy(limits=Limits(one_active=2))


def saved(deps: Deps, policy: Policy, **more: object) -> PolicyVersion:
    return save_policy(deps, Proposal(DEFAULT_TEAM, policy, **more))  # type: ignore[arg-type]


def test_an_edit_is_a_version_from_now_on_with_who_and_why(database: Database) -> None:
    deps = deps_of(database)
    saved(deps, LOOSE, remark="more hands")
    newest, first = show_policy(deps, None).versions
    assert (first.version.number, first.version.effective_from, first.changed) == (1, EVER, ())
    assert (newest.version.number, newest.version.effective_from) == (2, at(1000))
    assert (newest.version.source, newest.version.by) == (Source.PAGE, "command line")
    assert newest.version.remark == "more hands"
    assert [one.text for one in newest.changed] == ["Active tickets per person: 1 ticket -> 3 tickets"]


def test_an_edit_is_in_the_audit_log(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    saved(deps, LOOSE)
    with deps.database.read() as connection:
        (entry,) = entries_at(connection, deps.site_id, at(1001), Page(10))
    assert (entry.action, entry.subject, entry.actor) == ("policy.changed", "default", "command line")
    assert entry.detail["changed"] == ["Active tickets per person: 1 ticket -> 3 tickets"]


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    saved(deps, LOOSE, seen=1)
    with pytest.raises(ConflictError):
        saved(deps, STRICT, seen=1)
    assert saved(deps, STRICT, seen=2).number == 3


def test_no_change_makes_no_version_and_no_team_no_policy(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    with pytest.raises(BadRequestError, match="Nothing would change"):
        saved(deps, Policy())
    with pytest.raises(NotFoundError, match="there are: default"):
        save_policy(deps, Proposal("nobody", LOOSE))


def test_the_file_applied_undoes_what_a_page_changed(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    saved(deps, LOOSE)
    (version,) = apply_file(deps)
    assert (version.number, version.policy, version.source) == (3, Policy(), Source.FILE)
    assert apply_file(deps) == []


def test_a_changed_file_makes_versions_of_the_teams_it_changes(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    saved(deps, LOOSE)
    teams = [Team(name, (PolicyVersion(name, 1, EVER, STRICT),)) for name in ("NLP", DEFAULT_TEAM)]
    made = apply_file(replace(deps, declared=Rulebook(tuple(teams))))
    assert sorted((one.team, one.policy.limits.one_active) for one in made) == [("NLP", 2), ("default", 2)]
