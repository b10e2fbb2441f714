"""What `phasewise check` says, and that it says it in one line each."""

import tomllib
from dataclasses import replace

import pytest
from tests.mail.post_office import SENDER, post_office
from tests.usecases.syncing import HOUR, desk_of, team_world

from phasewise.errors import SettingsError
from phasewise.sandbox import catalogue
from phasewise.sandbox.trouble import Fault
from phasewise.store.db import Database
from phasewise.usecases.check_site import check_site
from phasewise.usecases.checks import CheckReport


def said(report: CheckReport, what: str) -> tuple[str, str]:
    return next((check.level, check.text) for check in report.checks if check.what == what)


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_a_good_site_is_fine_throughout(sqlite_database: Database, deployment: str) -> None:
    with desk_of(sqlite_database, team_world(deployment)) as desk:
        report = check_site(desk.deps)
        assert report.ok
        assert {check.level for check in report.checks} == {"ok"}
        assert said(report, "Phase field") == ("ok", f"{catalogue.PHASE_FIELD} (Phase)")
        assert f"({deployment})" in said(report, "Jira")[1]
        assert report.as_dict()["ok"] is True


def test_the_mapping_is_ready_for_phasewise_toml(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        found = tomllib.loads("\n".join(check_site(desk.deps).mapping))
        assert found["phases"][catalogue.AB_TESTING] == "ab_testing"
        assert len(found["phases"]) == 6
        assert found["statuses"][catalogue.DONE] == "done"
        assert found["statuses"][catalogue.TODO] == "todo"


def test_a_hostile_name_cannot_leave_its_comment(sqlite_database: Database) -> None:
    world = team_world()
    world.rename_status(catalogue.BLOCKED, 'x"\n[statuses]\n"1" = "done"')
    with desk_of(sqlite_database, world) as desk:
        found = tomllib.loads("\n".join(check_site(desk.deps).mapping))
        assert "1" not in found["statuses"]


def test_a_refused_token_is_one_line_that_says_what_to_do(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        desk.trouble.token = "another"
        report = check_site(desk.deps)
        assert not report.ok
        level, text = said(report, "Reading Jira")
        assert (level, "PHASEWISE_JIRA_TOKEN" in text) == ("missing", True)
        assert all("\n" not in line for line in report.lines())


def test_a_scope_that_jira_does_not_accept_is_missing(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world(), scope="project = NOWHERE") as desk:
        report = check_site(desk.deps)
        assert not report.ok
        assert "NOWHERE" in said(report, "Reading Jira")[1]


def test_a_scope_that_matches_nothing_is_missing(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world(), scope="labels = nothing") as desk:
        assert said(check_site(desk.deps), "Scope")[0] == "missing"


def test_no_scope_is_refused_with_an_example(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk, pytest.raises(SettingsError, match="project = MLP"):
        check_site(desk.scoped(None))


def test_a_missing_permission_is_named(sqlite_database: Database) -> None:
    body = '{"permissions": {"BROWSE_PROJECTS": {"havePermission": false}}}'
    with desk_of(sqlite_database, team_world()) as desk:
        desk.trouble.faults.append(Fault(path="mypermissions", status=200, body=body))
        level, text = said(check_site(desk.deps), "Permissions")
        assert (level, "Browse Projects" in text) == ("missing", True)


def test_a_clock_that_is_wrong_is_a_warning(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        jiras = desk.world.now
        object.__setattr__(desk.deps, "now", lambda: jiras() - 2 * HOUR)
        report = check_site(desk.deps)
        assert report.ok
        assert said(report, "Clock")[0] == "warning"
        assert "+120.0 minutes" in said(report, "Clock")[1]


def test_a_mail_server_that_takes_us_is_fine_and_another_is_missing(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk, post_office() as post:
        desk.deps = replace(desk.deps, mailer=post.smtp())
        assert said(check_site(desk.deps), "Mail") == (
            "ok",
            f"127.0.0.1:{post.port} takes mails from {SENDER}",
        )
        desk.deps = replace(desk.deps, mailer=post.smtp(user="me", password="secret"))
        report = check_site(desk.deps)
        assert not report.ok
        level, text = said(report, "Mail")
        assert (level, "clear text" in text, "secret" in text) == ("missing", True, False)


def test_nothing_is_written_to_jira(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        before = {issue.id: issue.updated for issue in desk.world.issues.values()}
        check_site(desk.deps)
        assert {issue.id: issue.updated for issue in desk.world.issues.values()} == before
