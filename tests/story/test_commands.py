"""The commands, as a user runs them, against the sandbox Jira over real HTTP. Those of `unloaded` load by
themselves, too, which takes longer than most of what they do."""

import csv
import io
import json
import signal
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import requests

from phasewise import __version__
from phasewise.sandbox.serve import Running, start_in_thread
from phasewise.sandbox.team import settle_team
from phasewise.sandbox.world import World
from tests.story.commands import PATIENCE_SECONDS, LoadedShell, Shell, eventually

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def jira() -> Iterator[Running]:
    world = World("cloud", seed=5)
    settle_team(world, seed=5, team_size=4, weeks=8, end_ms=time.time_ns() // 1_000_000)
    with start_in_thread(world) as running:
        yield running


@pytest.fixture
def shell(jira: Running, tmp_path: Path) -> Shell:
    return LoadedShell(
        tmp_path,
        JIRA_URL=jira.url,
        JIRA_EMAIL="lead@example.com",
        JIRA_TOKEN="canary-token",
        JIRA_SCOPE="project is not EMPTY",
        TIMEZONE="Europe/Berlin",
    )


@pytest.fixture
def unloaded(shell: Shell) -> Shell:
    """The same, in processes that have loaded nothing."""
    other = Shell(shell.folder)
    other.environment = shell.environment
    return other


def test_the_version_is_told() -> None:
    assert Shell(Path()).run("--version").out.strip() == f"phasewise {__version__}"


def test_a_synchronisation_reports_in_json_what_it_read(unloaded: Shell, jira: Running) -> None:
    ran = unloaded.run("sync", "--json")
    report = json.loads(ran.out)
    assert (ran.code, report["issues_read"], report["issues_new"]) == (0, *[len(jira.world.issues)] * 2)
    again = json.loads(unloaded.run("sync", "--json").out)
    assert (again["issues_read"], again["issues_new"], again["removed"]) == (0, 0, 0)


def test_what_check_finds_is_ready_for_the_file_and_changes_nothing(unloaded: Shell) -> None:
    before = unloaded.run("check")
    assert before.code == 0, before.err
    assert '"10101" = "research"' in before.out
    (unloaded.folder / "phasewise.toml").write_text('[phases]\n"10101" = "modeling"\n')
    assert '"10101" = "modeling"' in unloaded.run("check").out


def test_check_registers_the_webhook_when_told_to_and_asks_nobody_where_nobody_is(
    shell: Shell, jira: Running
) -> None:
    proposed = shell.run("check").out
    assert "polling is complete on its own" in proposed
    shell.environment["PHASEWISE_WEBHOOK_SECRET"] = "canary-secret"
    assert "none is registered for this service" in shell.run("check").out
    assert jira.app.hooks.hooks == {}
    ran = shell.run("check", "--register-webhook", "--json")
    report = json.loads(ran.out)
    assert (ran.code, report["ok"], report["webhook"]["state"]) == (0, True, "ok")
    [hook] = jira.app.hooks.hooks.values()
    assert (hook.url, hook.secret) == ("http://127.0.0.1:8000/webhooks/jira", "canary-secret")
    assert "canary-secret" not in ran.out + ran.err
    jira.app.hooks.hooks.clear()


def test_a_person_at_a_terminal_is_asked_and_may_decline(shell: Shell, jira: Running) -> None:
    shell.environment["PHASEWISE_WEBHOOK_SECRET"] = "canary-secret"
    assert "Register a webhook" in shell.answer("n", "check")
    assert jira.app.hooks.hooks == {}
    assert "now registered" in shell.answer("y", "check")
    assert len(jira.app.hooks.hooks) == 1
    jira.app.hooks.hooks.clear()


def test_tables_are_exported_in_every_format(shell: Shell) -> None:
    shell.run("sync")
    rows = list(csv.DictReader(io.StringIO(shell.run("export", "projects").out)))
    listed = json.loads(shell.run("export", "projects", "--format", "json").out)
    assert [row["key"] for row in rows] == [row["key"] for row in listed] != []
    sheet = shell.run("export", "tasks", "--format", "xlsx", "--output", "tasks.xlsx")
    assert sheet.code == 0
    written = (shell.folder / "tasks.xlsx").read_bytes()
    assert written[:2] == b"PK"
    refused = shell.run("export", "tasks", "--as-of", "2199-01-01T00:00:00Z", "--output", "tasks.xlsx")
    assert refused.code != 0
    assert (shell.folder / "tasks.xlsx").read_bytes() == written


def test_the_audit_speaks_of_both_rules(shell: Shell) -> None:
    shell.run("sync")
    text = shell.run("audit")
    told = json.loads(shell.run("audit", "--json").out)
    assert text.code == 0
    assert told["ages"]["tasks_done"] > 0
    assert "median" in text.out.lower()


def test_a_token_is_shown_once_and_opens_the_api_until_it_is_revoked(shell: Shell) -> None:
    token = json.loads(shell.run("token", "create", "--name", "ci", "--json").out)
    listed = shell.run("token", "list").out
    assert "ci" in listed
    assert token["token"] not in listed
    with shell.running("serve", "--port", "0") as (_, address):
        headers = {"Authorization": f"Bearer {token['token']}"}
        assert requests.get(f"{address}/api/v1/sync", headers=headers, timeout=10).status_code == 200
        shell.run("token", "revoke", token["id"])
        assert requests.get(f"{address}/api/v1/sync", headers=headers, timeout=10).status_code == 401


def test_a_name_is_printed_as_it_is_and_cannot_play_with_the_terminal(unloaded: Shell) -> None:
    unloaded.environment["PYTHONIOENCODING"] = "ascii"
    unloaded.run("token", "create", "--name", "[bold]:bug: \x1b]0;owned\x07 Zoë")
    listed = unloaded.run("token", "list")
    assert (listed.code, listed.err) == (0, "")
    assert "[bold]:bug: ?]0;owned? Zo?" in listed.out


def test_a_running_service_does_what_sync_asks_for(shell: Shell, jira: Running) -> None:
    token = shell.run("token", "create").out.strip()
    with shell.running("serve", "--port", "0") as (_, address):
        headers = {"Authorization": f"Bearer {token}"}
        ask = partial(requests.get, f"{address}/api/v1/sync", headers=headers, timeout=10)
        assert eventually(lambda: ask().json()["last_success_at"])
        issue = next(iter(jira.world.issues))
        now = time.time_ns() // 1_000_000
        jira.world.edit(now, jira.world.service_user, issue, {"summary": "changed while it runs"})
        report = json.loads(shell.run("sync", "--json").out)
        assert (report["issues_changed"], report["census"]) == (1, True)


def test_a_second_service_on_the_same_file_is_refused(shell: Shell) -> None:
    with shell.running("serve", "--port", "0"):
        second = shell.run("serve", "--port", "0")
    assert (second.code, second.err.count("\n")) == (1, 1)
    assert "already serves this database" in second.err


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_d6_a_signal_stops_the_service_cleanly(unloaded: Shell, sent: signal.Signals) -> None:
    with unloaded.running("serve", "--port", "0") as (process, _):
        started = time.monotonic()
        process.send_signal(sent)
        process.wait(PATIENCE_SECONDS)
    assert process.returncode == 0
    assert time.monotonic() - started < 10


def test_the_openapi_document_is_printed_without_any_setting(tmp_path: Path) -> None:
    document = json.loads(Shell(tmp_path).run("openapi").out)
    assert "/api/v1/projects" in document["paths"]


def test_the_database_is_as_this_release_wants_it(unloaded: Shell) -> None:
    assert unloaded.run("db", "upgrade").code == 0
    assert unloaded.run("db", "check").out.strip() == "no difference"


def test_d10_a_backup_made_while_it_serves_brings_everything_back(shell: Shell) -> None:
    shell.run("sync")
    before = shell.run("export", "tasks").out
    with shell.running("serve", "--port", "0"):
        made = shell.run("db", "backup", "instance.backup")
        refused = shell.run("db", "restore", "instance.backup")
    assert (made.code, refused.code) == (0, 1)
    assert "stop it first" in refused.err
    (shell.folder / "data" / "phasewise.db").unlink()
    assert shell.run("db", "restore", "instance.backup").code == 0
    assert shell.run("export", "tasks", "--as-of", "2026-01-01T00:00:00Z").code == 0
    assert shell.run("export", "tasks").out.count("\n") == before.count("\n")


def test_an_address_that_is_not_ours_cannot_be_served(shell: Shell) -> None:
    ran = shell.run("serve", "--host", "192.0.2.1")
    assert ran.code == 1
    assert "cannot listen on 192.0.2.1" in ran.err


def test_the_demo_shows_its_page_and_leaves_nothing_behind(tmp_path: Path) -> None:
    shell = Shell(tmp_path, JIRA_URL="not read by the demo")
    shell.environment["TMPDIR"] = str(tmp_path)
    with shell.running("demo", "--port", "0", "--team-size", "4", "--history-weeks", "6") as (
        process,
        address,
    ):
        page = requests.get(address, timeout=20)
        assert page.status_code == 200
        assert "Portfolio" in page.text
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE_SECONDS)
    assert list(tmp_path.iterdir()) == []
