"""Pages that come late, cut, twice, in a circle or not at all: nothing is lost, nothing is made up."""

from datetime import UTC, datetime

import pytest

from tests.blackbox import faults
from tests.blackbox.calls import User, one_line
from tests.blackbox.issues import PHASE, issue, jira_time
from tests.blackbox.strange_jira import Asked, Reply, StrangeJira

TASKS = {"ML-11", "ML-12", "ML-13", "ML-15"}
TOLERATED = ("/configuration", "/editmeta", "/createmeta", "/rest/webhooks/", "/rest/jira-webhook/")


def test_nothing_is_asked_that_jira_refuses(jira: StrangeJira, user: User) -> None:
    assert [user.run(*command).code for command in (["check"], ["sync"], ["sync"], ["sync", "--full"])] == [
        0
    ] * 4
    refused = [asked for asked in jira.asked if asked.status >= 400]
    assert [asked.path for asked in refused if not any(name in asked.path for name in TOLERATED)] == []
    assert {asked.headers.get("authorization") is not None for asked in jira.asked} == {True}


@pytest.mark.parametrize("kind", [faults.cut, pytest.param(faults.half, marks=pytest.mark.slow)])
def test_p5_a_page_cut_in_the_middle_is_asked_for_again(
    kind: faults.Fault, jira: StrangeJira, user: User
) -> None:
    jira.fault = faults.times(1, kind, faults.later_page)
    assert user.run("sync").code == 0
    assert set(user.tasks()) == TASKS


def test_p1_no_request_goes_out_before_retry_after_has_passed(jira: StrangeJira, user: User) -> None:
    slow = Reply(429, {}, {"Retry-After": "1"})
    jira.fault = faults.times(1, lambda asked, due: slow, faults.searching)
    assert user.run("sync").code == 0
    searches = [asked for asked in jira.asked if faults.searching(asked)]
    at = next(place for place, asked in enumerate(searches) if asked.status == 429)
    assert searches[at + 1].at - searches[at].at >= 1
    assert set(user.tasks()) == TASKS


def test_p12_pages_that_run_in_a_circle_end_in_one_line(cloud_jira: StrangeJira, cloud_user: User) -> None:
    def circle(asked: Asked, due: Reply) -> Reply:
        return Reply(200, {**due.body, "nextPageToken": "page-0", "isLast": False})

    cloud_jira.fault = faults.always(circle, lambda asked: asked.path.endswith("/search/jql"))
    assert "circle" in one_line(cloud_user.run("sync"))
    cloud_jira.fault = None
    assert cloud_user.run("sync").code == 0
    assert set(cloud_user.tasks()) == TASKS


def test_p12_an_expired_page_token_starts_the_pages_again(cloud_jira: StrangeJira, cloud_user: User) -> None:
    expired = Reply(400, {"errorMessages": ["The provided next page token is invalid."]})
    cloud_jira.fault = faults.times(1, lambda asked, due: expired, faults.later_page)
    assert cloud_user.run("sync").code == 0
    assert set(cloud_user.tasks()) == TASKS


def test_p13_an_issue_on_two_pages_counts_once(jira: StrangeJira, user: User) -> None:
    jira.issues.append(jira.issues[1])
    assert user.run("sync").code == 0
    assert set(user.tasks()) == TASKS


def test_p11_an_issue_that_slipped_between_two_pages_stays(jira: StrangeJira, user: User) -> None:
    user.run("sync")

    def without(asked: Asked, due: Reply) -> Reply:
        kept = [one for one in due.body["issues"] if one["id"] != "11"]
        return Reply(200, {**due.body, "issues": kept})

    jira.fault = faults.always(without, lambda asked: asked.jql.startswith("(project = ML) ORDER"))
    assert user.run("sync").code == 0
    assert set(user.tasks()) == TASKS


def test_x5_an_issue_deleted_in_jira_is_in_no_list(jira: StrangeJira, user: User) -> None:
    user.run("sync")
    jira.issues = [one for one in jira.issues if one["id"] != "11"]
    assert user.run("sync").code == 0
    assert set(user.tasks()) == TASKS - {"ML-11"}


def test_x3_a_moved_issue_keeps_its_row_under_its_new_key(jira: StrangeJira, user: User) -> None:
    user.run("sync")
    jira.issues[1] = issue(11, ("2026-11-01T10:00", "key", "ML-111"), cloud=jira.cloud, phase="1")
    assert user.run("sync").code == 0
    assert {task["id"]: key for key, task in user.tasks().items()}["11"] == "ML-111"


def test_p23_fewer_issues_than_jira_counts_is_a_warning(cloud_jira: StrangeJira, cloud_user: User) -> None:
    many = Reply(200, {"count": 60})
    cloud_jira.fault = faults.always(lambda asked, due: many, lambda asked: "approximate" in asked.path)
    assert "about 60" in cloud_user.run("sync").err


def test_p16_the_watermark_follows_jiras_clock_not_ours(jira: StrangeJira, user: User) -> None:
    jira.ahead_ms = -3 * 86_400_000
    user.run("sync")
    updated = datetime.fromtimestamp(jira.now_ms() / 1000, UTC).replace(tzinfo=None)
    jira.issues[1]["fields"] |= {"summary": "edited", "updated": jira_time(updated.isoformat())}
    assert user.run("sync").code == 0
    assert user.tasks()["ML-11"]["summary"] == "edited"


def test_p15_a_jira_that_takes_no_epochs_is_asked_in_its_callers_zone(jira: StrangeJira, user: User) -> None:
    jira.takes_epochs = False
    user.run("sync")
    updated = datetime.fromtimestamp(jira.now_ms() / 1000, UTC).replace(tzinfo=None)
    jira.issues[1]["fields"] |= {"summary": "edited", "updated": jira_time(updated.isoformat())}
    assert "1 issues read" in user.run("sync").out
    assert user.tasks()["ML-11"]["summary"] == "edited"


def test_p18_edits_during_an_outage_of_later_pages_are_found_after_it(jira: StrangeJira, user: User) -> None:
    user.run("sync")
    just_now = datetime.fromtimestamp(jira.now_ms() // 1000, UTC).replace(tzinfo=None)
    for one in jira.issues:
        one["fields"] |= {"summary": "edited", "updated": jira_time(just_now.isoformat())}
    jira.fault = faults.always(faults.elsewhere, faults.later_page)
    assert "the token was not sent there" in one_line(user.run("sync", "--full"))
    jira.fault = None
    assert user.run("sync").code == 0
    assert {task["summary"] for task in user.tasks().values()} == {"edited"}


def test_a_scoped_tokens_api_stands_elsewhere_than_what_people_browse(
    cloud_jira: StrangeJira, cloud_user: User
) -> None:
    cloud_jira.prefix = "/ex/jira/1234"
    browse = "https://example.atlassian.net"
    scoped = cloud_user.with_settings(JIRA_URL=browse, JIRA_API_URL=f"{cloud_jira.url}/ex/jira/1234")
    assert scoped.run("sync").code == 0
    assert scoped.tasks()["ML-11"]["url"] == f"{browse}/browse/ML-11"


def test_a_search_that_finds_nothing_at_all_removes_nothing_that_can_be_read(
    jira: StrangeJira, user: User
) -> None:
    user.run("sync")
    nothing = Reply(200, {"issues": [], "isLast": True, "total": 0, "startAt": 0, "count": 0})
    jira.fault = faults.always(lambda asked, due: nothing, lambda asked: "project = ML" in asked.jql)
    ran = user.run("sync")
    assert (ran.code, "0 removed" in ran.out, "matches no issue" in ran.err) == (0, True, True)
    assert set(user.tasks()) == TASKS


def test_x1_a_phase_field_that_is_gone_leaves_the_last_phases(jira: StrangeJira, user: User) -> None:
    user.run("sync")
    before = {key: task["phase"] for key, task in user.tasks().items()}
    jira.fields = [field for field in jira.fields if field["id"] != PHASE]
    for one in jira.issues:
        one["fields"].pop(PHASE)
    assert "no longer lists the phase field" in user.run("sync", "--full").err
    assert {key: task["phase"] for key, task in user.tasks().items()} == before
