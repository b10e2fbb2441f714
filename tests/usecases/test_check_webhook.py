"""Whether Jira has a webhook for us, and its registration: on Cloud, Data Center 10, and what cannot sign."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from tests.sandbox.receiver import Receiver, receiving
from tests.usecases.syncing import Desk, desk_of, team_world

from phasewise.jira.hints import CENSUS, COMMENT, EVENTS, ISSUE
from phasewise.jira.signature import is_signed
from phasewise.jira.webhook_admin import CLOUD_ONLY, EVERYWHERE
from phasewise.sandbox.hooks import Hook
from phasewise.sandbox.trouble import Fault
from phasewise.store.db import Database
from phasewise.usecases.check_webhook import WebhookReport, check_webhook, put_webhook_right

SECRET, OLD_SECRET = "näxt+/=key", "the-old-one"
HERE = "https://phasewise.example.com"
ADDRESS = f"{HERE}/webhooks/jira"
IN_ADDRESS = f"{ADDRESS}/n%C3%A4xt%2B%2F%3Dkey"
KINDS = (("cloud", ""), ("datacenter", "10.3.24"), ("datacenter", "9.12.1"))
SIGNING = KINDS[:2]


class Place:
    """A site whose webhooks are looked at from `url`."""

    def __init__(self, desk: Desk, url: str) -> None:
        self.desk, self.url = desk, url
        self.deps = replace(desk.deps, webhook_secrets=(SECRET.encode(), OLD_SECRET.encode()))

    @property
    def hooks(self) -> list[Hook]:
        return list(self.desk.running.app.hooks.hooks.values())

    def has(self, **more: Any) -> Hook:
        """Somebody has made a hook already, good unless told otherwise."""
        good = {"url": ADDRESS, "events": [*EVERYWHERE, *CLOUD_ONLY], "secret": SECRET}
        hook = Hook(**{"id": 7, "name": "By hand", **good, **more})
        self.desk.running.app.hooks.hooks[hook.id] = hook
        return hook

    def look(self) -> WebhookReport:
        return check_webhook(self.deps, self.url)

    def put_right(self) -> WebhookReport:
        return put_webhook_right(self.deps, self.url)


@contextmanager
def place(database: Database, kind: tuple[str, str] = SIGNING[0], url: str = HERE) -> Iterator[Place]:
    deployment, version = kind
    with desk_of(database, team_world(deployment)) as desk:
        desk.trouble.datacenter_version = version or desk.trouble.datacenter_version
        yield Place(desk, url)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def told(report: WebhookReport) -> str:
    return " | ".join(check.line for check in report.checks)


def test_exactly_the_events_that_hints_use_are_asked_for() -> None:
    used = {event for event, what in EVENTS.items() if what in (ISSUE, COMMENT, CENSUS)}
    assert used.issuperset(EVERYWHERE + CLOUD_ONLY)
    assert len(set(EVERYWHERE + CLOUD_ONLY)) == len(EVERYWHERE + CLOUD_ONLY)


@pytest.mark.parametrize("kind", SIGNING)
def test_what_is_registered_where_jira_signs_arrives_signed(
    sqlite_database: Database, receiver: Receiver, kind: tuple[str, str]
) -> None:
    with place(sqlite_database, kind, receiver.url) as at:
        before = at.look()
        assert (before.state, bool(before.offer)) == ("missing", True)
        assert at.put_right().state == at.look().state == "ok"
        at.desk.edit(at.desk.some(), summary="Heard")
        ((path, headers, body),) = receiver.wait_for(1)
        assert path == "/webhooks/jira"
        assert is_signed(body, [headers["x-hub-signature"]], (SECRET.encode(),))
        [hook] = at.hooks
        assert (hook.jql, hook.exclude_body, set(hook.events)) == ("", False, set(before.events))


def test_what_cannot_sign_gets_the_secret_in_the_address_and_nobody_is_shown_it(
    sqlite_database: Database, receiver: Receiver
) -> None:
    with place(sqlite_database, KINDS[2], receiver.url) as at:
        report = at.put_right()
        assert (report.state, at.look().state) == ("ok", "ok")
        at.desk.edit(at.desk.some(), summary="Heard")
        ((path, headers, _),) = receiver.wait_for(1)
        assert path == "/webhooks/jira/n%C3%A4xt%2B%2F%3Dkey"
        assert "x-hub-signature" not in headers
        assert [hook.secret for hook in at.hooks] == [None]
        assert "n%C3" not in told(report) + str(report.as_dict())


@pytest.mark.parametrize("kind", KINDS)
def test_a_second_registration_makes_no_second_webhook(
    sqlite_database: Database, kind: tuple[str, str]
) -> None:
    with place(sqlite_database, kind) as at:
        first, second = at.put_right(), at.put_right()
        assert (first.state, second.state, len(at.hooks)) == ("ok", "ok", 1)
        assert "repaired" in told(second)


@pytest.mark.parametrize("kind", KINDS)
def test_a_repair_adds_what_is_missing_and_takes_nothing_away(
    sqlite_database: Database, kind: tuple[str, str]
) -> None:
    url = ADDRESS if kind in SIGNING else IN_ADDRESS
    with place(sqlite_database, kind) as at:
        hook = at.has(url=f"{url}/", events=["sprint_created", "jira:issue_updated"], jql="project = ML")
        hook.enabled, hook.exclude_body = False, True
        found = at.look()
        assert (found.state, len(found.lacks), bool(found.offer)) == ("incomplete", 3, True)
        assert "jira:issue_deleted" in found.lacks[0]
        assert "jira:issue_updated" not in found.lacks[0]
        repaired = at.put_right()
        assert (repaired.state, repaired.lacks, "JQL filter" in told(repaired)) == ("ok", (), True)
        assert {"sprint_created", *found.events} == set(hook.events)
        assert (hook.name, hook.jql, hook.enabled, hook.exclude_body) == (
            "By hand",
            "project = ML",
            True,
            False,
        )


def test_an_unsigned_webhook_of_cloud_is_given_the_secret(sqlite_database: Database) -> None:
    with place(sqlite_database) as at:
        hook = at.has(secret=None)
        assert "no secret" in told(at.look())
        assert (at.put_right().state, hook.secret) == ("ok", SECRET)


def test_an_address_with_a_secret_of_before_is_replaced_by_todays(sqlite_database: Database) -> None:
    with place(sqlite_database, KINDS[2]) as at:
        hook = at.has(url=f"{ADDRESS}/forgotten")
        assert at.look().state == "incomplete"
        assert (at.put_right().state, hook.url) == ("ok", IN_ADDRESS)
        hook.url = f"{ADDRESS}/{OLD_SECRET}"
        assert at.look().state == "ok"
        at.put_right()
        assert hook.url == IN_ADDRESS


def test_webhooks_of_others_are_left_alone(sqlite_database: Database) -> None:
    with place(sqlite_database) as at:
        at.has(url="https://other.example.com/webhooks/jira")
        at.has(id=8, url=f"{HERE}/webhooks/jira-other")
        assert at.look().state == "missing"
        assert (at.put_right().state, len(at.hooks)) == ("ok", 3)


def test_two_webhooks_of_ours_are_one_too_many(sqlite_database: Database) -> None:
    with place(sqlite_database) as at:
        at.has()
        at.has(id=8, url="HTTPS://Phasewise.Example.Com:443/webhooks/jira?x={issue.id}", events=[])
        report = at.look()
        assert (report.state, "2 are registered" in told(report)) == ("ok", True)


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_permission_one_line_says_what_to_click(
    sqlite_database: Database, kind: tuple[str, str]
) -> None:
    with place(sqlite_database, kind) as at:
        at.desk.trouble.may_administer = False
        looked, refused = at.look(), at.put_right()
        assert [one.state for one in (looked, refused)] == ["not_allowed"] * 2
        assert [one.checks[0].level for one in (looked, refused)] == ["warning", "missing"]
        text = looked.checks[0].text
        wanted = (
            "(403)",
            "/plugins/servlet/webhooks",
            ADDRESS,
            "JQL: empty",
            "Issue (created, updated, deleted)",
        )
        assert [part for part in wanted if part not in text] == []
        assert ("PHASEWISE_WEBHOOK_SECRET" in text, SECRET in text, "\n" in text) == (True, False, False)


def test_a_registration_that_is_refused_though_looking_is_allowed_says_the_same(
    sqlite_database: Database,
) -> None:
    with place(sqlite_database) as at:
        at.desk.trouble.faults.append(Fault(method="POST", path="webhook", status=403))
        assert at.put_right().state == "not_allowed"
        assert at.hooks == []


def test_a_registration_whose_answer_is_lost_is_looked_for_and_not_sent_twice(
    sqlite_database: Database,
) -> None:
    with place(sqlite_database) as at:
        at.desk.trouble.faults.append(Fault(kind="apply_then_drop", method="POST", path="webhook"))
        assert at.put_right().state == "ok"
        assert len(at.hooks) == 1


def test_what_jira_does_not_accept_is_told_in_its_words_without_the_secret(sqlite_database: Database) -> None:
    body = f'{{"errorMessages": ["Bad URL {IN_ADDRESS}"]}}'
    with place(sqlite_database, KINDS[2]) as at:
        at.desk.trouble.faults.append(Fault(method="POST", path="webhook", status=400, body=body))
        report = at.put_right()
        assert (report.state, report.checks[0].level) == ("unknown", "missing")
        assert ("Bad URL" in told(report), "n%C3" in told(report)) == (True, False)


@pytest.mark.parametrize("body", ["[]", '[{"name": 1}]', '[1, {"self": "x", "url": 5, "events": "all"}]'])
def test_a_list_with_odd_things_in_it_is_read(sqlite_database: Database, body: str) -> None:
    with place(sqlite_database) as at:
        at.desk.trouble.faults.append(Fault(method="GET", path="webhooks/1.0", status=200, body=body))
        assert at.look().state == "missing"


def test_without_a_secret_one_is_proposed_and_nothing_is_wrong(sqlite_database: Database) -> None:
    with place(sqlite_database) as at:
        report = check_webhook(at.desk.deps, HERE)
        assert (report.state, report.checks[0].level, report.offer) == ("no_secret", "ok", None)
        assert len(report.proposed_secret or "") == 64
        assert report.proposed_secret != check_webhook(at.desk.deps, HERE).proposed_secret
        at.has()
        assert "every delivery is refused" in told(check_webhook(at.desk.deps, HERE))
        at.desk.trouble.may_administer = False
        assert check_webhook(at.desk.deps, HERE).checks[0].level == "ok"


@pytest.mark.parametrize(
    ("url", "kind", "reached"),
    [
        ("https://phasewise.example.com", KINDS[0], True),
        ("http://phasewise.example.com", KINDS[0], False),
        ("https://127.0.0.1:8000", KINDS[0], False),
        ("https://10.1.2.3", KINDS[0], False),
        ("https://phasewise", KINDS[0], False),
        ("http://127.0.0.1:8000", KINDS[1], True),
    ],
)
def test_an_address_that_jira_cannot_reach_is_a_warning_and_registered_all_the_same(
    sqlite_database: Database, url: str, kind: tuple[str, str], reached: bool
) -> None:
    with place(sqlite_database, kind, url) as at:
        report = at.put_right()
        assert (report.state, "cannot reach" in told(report)) == ("ok", not reached)


def test_a_loopback_address_is_of_no_use_to_a_data_center_elsewhere() -> None:
    from phasewise.usecases.webhook_words import may_not_reach

    at_home, elsewhere = "http://localhost:8080", "https://jira.example.com"
    here = "http://localhost:8000/webhooks/jira"
    assert may_not_reach(here, at_home, is_cloud=False) is None
    assert "this machine alone" in (may_not_reach(here, elsewhere, is_cloud=False) or "")
