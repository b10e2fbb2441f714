"""A Jira that refuses: one line that says what to do, exit code 1, and nothing of the token."""

import pytest

from tests.blackbox import faults
from tests.blackbox.calls import User, one_line
from tests.blackbox.issues import FIELDS, PHASE
from tests.blackbox.strange_jira import TOKEN, Reply, StrangeJira


def test_p8_a_refused_token_is_named_and_never_shown(jira: StrangeJira, user: User) -> None:
    line = one_line(user.with_settings(JIRA_TOKEN="bad-canary").run("sync"))
    assert "PHASEWISE_JIRA_TOKEN" in line
    assert "bad-canary" not in line
    assert len([asked for asked in jira.asked if asked.status == 401]) <= 3


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (faults.web_page, "web page instead of data"),
        (faults.elsewhere, "the token was not sent there"),
        (lambda asked, due: Reply(403, {}, {"X-Seraph-LoginReason": "AUTHENTICATION_DENIED"}), "CAPTCHA"),
        (lambda asked, due: Reply(403, {"errorMessages": ["No."]}), "Browse Projects"),
        (lambda asked, due: Reply(200, [1, 2]), "Jira"),
    ],
    ids=["p6-a-web-page", "p7-a-redirect", "p10-a-captcha", "p9-forbidden", "another-shape"],
)
def test_what_stands_before_jira_is_told(
    answer: faults.Fault, said: str, jira: StrangeJira, user: User
) -> None:
    jira.fault = faults.always(answer)
    assert said in one_line(user.run("sync"))


def test_p21_an_address_nobody_serves_is_told(cloud_user: User) -> None:
    line = one_line(cloud_user.with_settings(JIRA_URL="http://127.0.0.1:9").run("sync"))
    assert "refused the connection" in line


def test_a_path_that_is_no_jira_is_told(jira: StrangeJira, user: User) -> None:
    assert "context path" in one_line(user.with_settings(JIRA_URL=f"{jira.url}/wrong").run("sync"))


@pytest.mark.parametrize("scope", ["project = NOPE", "nonsense = 1", "project ~ ML"])
def test_jql_that_jira_refuses_is_quoted_with_the_setting(scope: str, user: User) -> None:
    line = one_line(user.with_settings(JIRA_SCOPE=scope).run("sync"))
    assert "PHASEWISE_JIRA_SCOPE" in line
    assert "Jira says" in line


def test_a_missing_phase_field_is_a_warning(jira: StrangeJira, user: User) -> None:
    jira.fields = [field for field in FIELDS if field["id"] != PHASE]
    ran = user.run("sync")
    assert (ran.code, ran.err.count("\n")) == (0, 1)
    assert "PHASEWISE_JIRA_PHASE_FIELD" in ran.err
    assert {task["phase"] for task in user.tasks().values()} == {"none"}


def test_two_phase_fields_are_named_and_none_is_taken(jira: StrangeJira, user: User) -> None:
    twin = {**next(field for field in FIELDS if field["id"] == PHASE), "id": "customfield_10099"}
    jira.fields = [*FIELDS, twin]
    ran = user.run("sync")
    assert ran.code == 0
    assert all(name in ran.err for name in (PHASE, "customfield_10099", "PHASEWISE_JIRA_PHASE_FIELD"))
    assert {task["phase"] for task in user.tasks().values()} == {"none"}


def test_a_phase_field_of_another_kind_is_a_warning(user: User) -> None:
    ran = user.with_settings(JIRA_PHASE_FIELD="summary").run("sync")
    assert ran.code == 0
    assert "summary (Summary) is no select field" in ran.err


def test_the_right_token_is_in_no_output(user: User) -> None:
    shown = [user.run("check"), user.run("sync"), user.run("check", "--json")]
    assert all(TOKEN not in ran.out + ran.err for ran in shown)
