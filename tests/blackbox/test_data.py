"""Issues as they should not be: what can be read is, what cannot is named, and the next run goes on."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.blackbox import faults
from tests.blackbox.calls import User
from tests.blackbox.issues import Shape, issue
from tests.blackbox.strange_jira import Asked, Reply, StrangeJira

READABLE_DATES = [
    "2026-09-02T12:00:00.000+0200",
    "2026-09-02T10:00:00Z",
    "2026-09-02T10:00:00+00:00",
    "2026-09-02T10:00:00.000999Z",
    1_788_343_200_000,
]
ABSURD_DATES = ["0001-01-01T00:00:00.000+0000", "9999-12-31T23:59:59.999-1400", "", None, "soon"]


def one_spoilt(spoil: Callable[[Shape], Any]) -> faults.Fault:
    """ML-11 comes spoilt whenever it is read whole."""

    def make(asked: Asked, due: Reply) -> Reply:
        body = json.loads(due.content)
        for one in body["issues"]:
            if one["id"] == "11":
                spoil(one)
        return Reply(200, body)

    return faults.always(make, faults.reading)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: one.pop("fields"),
        lambda one: one.update(fields=None),
        lambda one: one["fields"].update(status=None),
        lambda one: one["fields"].update(issuetype=[]),
        lambda one: one["fields"].update(created="soon"),
    ],
    ids=["no-fields", "fields-null", "no-status", "odd-type", "odd-created"],
)
def test_an_issue_that_cannot_be_read_is_named_and_taken_later(
    spoil: Callable[[Shape], Any], cloud_jira: StrangeJira, cloud_user: User
) -> None:
    cloud_jira.fault = one_spoilt(spoil)
    ran = cloud_user.run("sync")
    assert ran.code == 0
    assert "1 issue could not be read, and left out: 11: " in ran.err
    assert "ML-12" in cloud_user.tasks()
    cloud_jira.fault = None
    assert cloud_user.run("sync").code == 0
    assert "ML-11" in cloud_user.tasks()


def test_x10_every_written_form_of_a_date_means_its_instant(jira: StrangeJira, user: User) -> None:
    for place, form in enumerate(READABLE_DATES):
        one = issue(100 + place, ("2026-09-02T10:00", "status", "3"), cloud=jira.cloud, assignee="ada")
        one["changelog"]["histories"][0]["created"] = form
        jira.issues.append(one)
    user.run("sync")
    ages = {user.tasks()[f"ML-{100 + place}"]["age_days"] for place in range(len(READABLE_DATES))}
    assert len(ages) == 1


def test_x10_absurd_dates_cost_their_issue_only(jira: StrangeJira, user: User) -> None:
    for place, form in enumerate(ABSURD_DATES):
        one = issue(100 + place, cloud=jira.cloud)
        one["fields"]["created"] = form
        jira.issues.append(one)
    ran = user.run("sync")
    assert (ran.code, "5 unreadable" in ran.out) == (0, True)
    assert set(user.tasks()) == {"ML-11", "ML-12", "ML-13", "ML-15"}


def test_x7_people_without_names_and_histories_without_authors_are_read(
    jira: StrangeJira, user: User
) -> None:
    jira.issues[1]["changelog"]["histories"][0]["author"] = None
    jira.issues[2]["changelog"]["histories"][0].pop("author")
    gone = {"accountId" if jira.cloud else "key": "unknown:1", "displayName": None}
    jira.issues[3]["fields"]["assignee"] = gone
    assert "0 unreadable" in user.run("sync").out
    assert user.tasks()["ML-13"]["assignee"] == "unknown:1"


def test_w19_text_no_database_can_hold_and_large_issues_are_kept(jira: StrangeJira, user: User) -> None:
    jira.issues[1]["fields"]["summary"] = "a\0b\ud800c"
    jira.issues[2]["fields"]["summary"] = "x" * 54_000
    assert "0 unreadable" in user.run("sync").out
    assert user.tasks()["ML-11"]["summary"] == "a�b�c"


def test_numbers_beyond_64_bits_are_named(jira: StrangeJira, user: User) -> None:
    jira.issues[1]["changelog"]["histories"][0]["id"] = str(2**80)
    ran = user.run("sync")
    assert (ran.code, "64 bits" in ran.err) == (0, True)
    assert "ML-12" in user.tasks()


def test_e1_histories_split_over_many_pages_are_whole(cloud_jira: StrangeJira, cloud_user: User) -> None:
    back_and_forth = [
        (f"2026-09-{1 + n // 4:02d}T{10 + n % 4}:00", "status", "31"[n % 2]) for n in range(100)
    ]
    cloud_jira.issues.append(issue(90, *back_and_forth, assignee="ada"))
    cloud_jira.histories_page = 7
    cloud_user.run("sync")
    rows = cloud_user.run("export", "intervals").out.splitlines()
    assert len([row for row in rows if row.startswith("90:")]) == 101
