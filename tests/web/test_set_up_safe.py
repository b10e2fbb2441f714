"""The first set-up gives nothing away: to another Jira, or to whoever comes through a proxy."""

from pathlib import Path

import pytest

from phasewise.sandbox.serve import start_in_thread
from tests.usecases.syncing import team_world
from tests.web.test_set_up import setting_up


def test_another_jira_is_not_sent_the_token_of_the_one_before(tmp_path: Path) -> None:
    with setting_up(tmp_path) as setting, start_in_thread(team_world("cloud")) as other:
        setting.until("calendar")
        setting.send("mapping")
        assert setting.draft.get("JIRA_TOKEN") == "a-token"
        answer = setting.send("jira", {"address": setting.jira.url})
        assert (answer.headers["location"], "mapping" in setting.draft.passed) == ("/setup/calendar", True)
        answer = setting.send("jira", {"address": other.url})
        assert answer.headers["location"] == "/setup/account"
        assert (setting.draft.get("JIRA_URL"), setting.draft.passed) == (other.url, ("jira",))
        assert not {"JIRA_TOKEN", "JIRA_EMAIL", "JIRA_SCOPE"} & setting.draft.values.keys()


@pytest.mark.parametrize("header", ["x-forwarded-for", "via", "forwarded"])
def test_who_comes_through_a_proxy_sets_up_nothing_without_the_code(tmp_path: Path, header: str) -> None:
    with setting_up(tmp_path) as setting:
        passed_on = {header: "203.0.113.9"}
        assert setting.browser.get("/setup/jira", headers=passed_on).status_code == 403
        assert setting.browser.get("/setup/jira").status_code == 200
        refused = setting.browser.post("/setup/jira", data={"edit": "0"}, headers=passed_on)
        assert (refused.status_code, setting.draft.edit) == (403, 0)
    with setting_up(tmp_path, code="let-me-in") as setting:
        setting.browser.get("/setup?code=let-me-in", headers=passed_on)
        assert setting.browser.get("/setup/jira", headers=passed_on).status_code == 200


@pytest.mark.parametrize(
    "base",
    [
        "https://",
        "https://a b",
        "https://a\nb",
        "https://u:p@h",
        "http://[::",
        "https://h:99999",
        "https://h?x",
    ],
)
def test_an_address_that_is_none_is_not_kept_where_it_would_stop_every_step(
    tmp_path: Path, base: str
) -> None:
    with setting_up(tmp_path) as setting:
        setting.until("mapping")
        answer = setting.send("webhook", {"base": base})
        assert (answer.status_code, "begins with https://" in answer.text) == (422, True)
        assert not setting.draft.get("BASE_URL")


@pytest.mark.parametrize("edit", ["²", "9" * 5_000, "-1", "x"])
def test_an_edit_that_is_no_number_is_as_one_of_somebody_else(tmp_path: Path, edit: str) -> None:
    with setting_up(tmp_path) as setting:
        answer = setting.browser.post("/setup/jira", data={"edit": edit, "address": setting.jira.url})
        assert (answer.status_code, setting.draft.edit) == (409, 0)


@pytest.mark.parametrize("step", ["account", "webhook", "finish"])
def test_no_step_is_taken_before_those_that_it_needs(tmp_path: Path, step: str) -> None:
    with setting_up(tmp_path) as setting:
        answer = setting.send(step, {"base": "https://pw.example.com"})
        assert (answer.headers["location"], setting.draft.edit) == ("/setup/jira", 0)
        assert setting.completed == []
