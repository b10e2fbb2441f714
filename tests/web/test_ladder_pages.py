"""/ladder and /waivers: what is left for a lead, what was moved, what a dry run would have done."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from phasewise.core.ladder import Grant, Move, Said, Told
from phasewise.core.model import Rule, Strength, Strengths
from phasewise.store.audit_log import entries_at
from phasewise.store.boards import Page
from phasewise.store.ladder import Step, save_step
from phasewise.store.waivers import Waiver, add_waiver
from tests.store.records import TODO
from tests.web.story import NOW, POLICY, Api, Clock, stamp
from tests.web.test_pages import page, words

STEP = Step(
    "one_active", "u1", NOW - 5000, "finding:1", "u1", 2, Strength.ACT, is_dry=False, taken_at=NOW - 4000
)
TOLD = replace(STEP, said=Said.ASK_BREACH, told=Told.UNANSWERED, told_at=NOW - 1000)
MOVED = replace(
    STEP, start=NOW - 9000, move=Move.DONE, moved_issue=2, moved_from="3", moved_to="1", moved_at=NOW - 8000
)
DRY = replace(MOVED, start=NOW - 9500, is_dry=True, key="finding:dry")


@pytest.fixture
def after(api: Api) -> Api:
    """A site on which the ladder has been at work."""
    asked = Waiver("77", "one_active", "u1", NOW - 5000, "u1", "both", NOW + 9000, Grant.ASKED, NOW - 500)
    with api.deps.database.write() as connection:
        for step in (TOLD, MOVED, DRY):
            save_step(connection, api.deps.site_id, step)
        add_waiver(connection, api.deps.site_id, asked)
    return api


def listed(api: Api, path: str) -> list[Any]:
    name, _, asked = path.partition("?")
    return list(api.items(name, **dict(part.split("=") for part in asked.split("&") if part)))


def test_the_lists_hold_what_they_say(after: Api) -> None:
    assert [row["told"] for row in listed(after, "/ladder?show=told")] == ["unanswered"]
    (moved,) = listed(after, "/ladder?show=moved")
    assert (moved["moved_issue"], moved["moved_from"], moved["moved_to"]) == ("2", "3", "1")
    (dry,) = listed(after, "/ladder?show=dry")
    assert dry["dry"] is True
    assert len(listed(after, "/ladder")) == 3


def test_the_waivers_are_listed_and_filtered(after: Api) -> None:
    (waiver,) = listed(after, "/waivers?state=asked")
    assert (waiver["id"], waiver["finding"], waiver["holds"]) == ("77", f"one_active:u1:{NOW - 5000}", False)
    assert listed(after, "/waivers?state=granted") == []


def test_the_pages_say_what_a_lead_can_do(after: Api) -> None:
    text = words(page(after, "/ladder"))
    assert "has had no answer for a working day" in text
    assert "Waivers 1" in text
    assert "Moved back from In Progress to To Do." in words(page(after, "/ladder?show=moved"))
    assert "Grant u1 until" in words(page(after, "/waivers"))
    assert "1 finding for the lead, 1 waiver to decide on" in words(page(after, "/"))


def test_nothing_for_the_lead_is_said_where_there_is_nothing(api: Api) -> None:
    assert "for the lead" not in words(page(api, "/"))
    html = page(api, "/ladder")
    assert "Nothing is left for a lead. No rule goes further than being shown here" in words(html)
    assert '<a class="strong-link" href="/policy">' in html
    assert "Nobody has a waiver." in words(page(api, "/waivers"))
    assert "No waiver is in this state." in words(page(api, "/waivers?state=granted"))
    asking = replace(POLICY, strengths=Strengths({Rule.FIVE_DAYS: Strength.ASK}))
    loud = words(page(Api(replace(api.deps, policy=asking)), "/ladder?show=moved"))
    assert "No ticket was moved back." in loud
    assert "No rule goes further" not in loud


def test_its_name_says_what_it_is(api: Api) -> None:
    assert "<h1>In Jira</h1>" in page(api, "/ladder")
    assert "<h1>Waivers</h1>" in page(api, "/waivers")
    assert '<a href="/ladder">In Jira</a>' in page(api, "/")


# ------------------------------------------------------------ forms


def send(api: Api, path: str, **fields: str) -> httpx.Response:
    """A form as a page of ours sends it."""
    headers = {"sec-fetch-site": "same-origin", "accept": "text/html"}
    return api.ask("POST", path, data=fields, headers=headers)


def open_finding(api: Api) -> str:
    return str(api.items("/findings", state="open", rule="one_active")[0]["id"])


def test_a_finding_is_waived_by_a_form(after: Api) -> None:
    finding = open_finding(after)
    form = page(after, f"/waivers/new?finding={finding}")
    assert "Person Bob" in words(form)
    assert "ML-3 ML-4" in words(form)
    for _ in range(2):
        answer = send(after, "/waivers/new", finding=finding, until="2026-03-20", reason=" two  heads ")
        assert (answer.status_code, answer.headers["location"]) == (303, "/waivers")
    later = Api(replace(after.deps, now=Clock(NOW + 1000)))
    (waived,) = later.items("/findings", state="waived")
    assert (waived["id"], waived["waiver"]["reason"]) == (finding, "two heads")
    assert (waived["waiver"]["until"], waived["waiver"]["decided_by"]) == (stamp(19), "this machine")
    assert len(listed(after, "/waivers?state=granted")) == 1


@pytest.mark.parametrize(
    ("until", "reason", "said"),
    [
        ("2026-03-12", "the data comes late", "This day is over: give 2026-03-13 or a later one"),
        ("tomorrow", "the data comes late", "Give a day like 2026-12-01"),
        ("2029-01-01", "the data comes late", "more than a year ahead"),
        ("2026-03-20", "", "Say why, in a few words"),
        ("2026-03-20", "x" * 1001, "at most 1,000 characters; these are 1,001"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    after: Api, until: str, reason: str, said: str
) -> None:
    answer = send(after, "/waivers/new", finding=open_finding(after), until=until, reason=reason)
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert (f'value="{until}"' in answer.text, f">{reason}</textarea>" in answer.text) == (True, True)
    assert answer.text.count('aria-invalid="true"') == 1
    assert listed(after, "/waivers?state=granted") == []


@pytest.mark.parametrize(
    "finding", ["one_active:nobody:1", "nonsense", "one_active:ada:x", "a:b:" + "9" * 30]
)
def test_what_is_over_or_was_never_there_cannot_be_waived(after: Api, finding: str) -> None:
    assert after.ask("GET", f"/waivers/new?finding={finding}").status_code == 404
    assert send(after, "/waivers/new", finding=finding, until="2026-03-20", reason="x").status_code == 404


@pytest.mark.parametrize(("decision", "state"), [("grant", "granted"), ("decline", "declined")])
def test_a_waiver_that_was_asked_for_is_decided_by_a_button(after: Api, decision: str, state: str) -> None:
    assert send(after, "/waivers/decide", waiver="77", decision=decision).status_code == 303
    (waiver,) = listed(after, f"/waivers?state={state}")
    assert (waiver["id"], waiver["decided_by"]) == ("77", "this machine")
    assert "/waivers/decide" not in page(after, "/waivers")


def test_a_waiver_that_would_be_over_is_not_granted_and_the_list_says_why(after: Api) -> None:
    late = Waiver("78", "one_active", "u1", NOW - 5000, "u1", "both", NOW - 1, Grant.ASKED, NOW - 500)
    with after.deps.database.write() as connection:
        add_waiver(connection, after.deps.site_id, late)
    answer = send(after, "/waivers/decide", waiver="78", decision="grant")
    assert answer.status_code == 409
    assert "This waiver would be over already" in words(answer.text)
    assert send(after, "/waivers/decide", waiver="79", decision="grant").status_code == 404
    assert send(after, "/waivers/decide", waiver="78", decision="perhaps").status_code == 422


def test_a_move_has_a_button_and_what_cannot_be_undone_says_why(after: Api) -> None:
    assert page(after, "/ladder?show=moved").count("/ladder/undo") == 1
    assert "/ladder/undo" not in page(after, "/ladder?show=dry")
    answer = send(after, "/ladder/undo", key="finding:1")
    assert answer.status_code == 409
    assert "Nothing was moved about this finding" in words(answer.text)
    assert send(after, "/ladder/undo", key="finding:none").status_code == 404
    assert "only listed by a dry run" in words(send(after, "/ladder/undo", key="finding:dry").text)


def test_a_move_is_undone_by_its_button(after: Api) -> None:
    step = replace(MOVED, moved_issue=7, moved_from="3", moved_to=TODO, key="finding:7", start=NOW - 9900)
    with after.deps.database.write() as connection:
        save_step(connection, after.deps.site_id, step)
    assert send(after, "/ladder/undo", key="finding:7").status_code == 303
    assert "Being moved forward again" in words(page(after, "/ladder?show=moved"))
    (effect,) = after.items("/effects")
    assert (effect["key"], effect["kind"], effect["target"]) == ("finding:7:undo", "transition", "7")


def test_a_task_over_its_limit_is_split_by_its_button(after: Api) -> None:
    old = replace(TOLD, rule="five_days", subject="3", issue_id=3, said=Said.NUDGE_BREACH, told=None)
    with after.deps.database.write() as connection:
        save_step(connection, after.deps.site_id, old)
    assert page(after, "/ladder?show=all").count("/ladder/split") == 1
    assert send(after, "/ladder/split", task="3").headers["location"] == "/effects"
    (effect,) = after.items("/effects")
    assert (effect["kind"], effect["target"]) == ("split", "3")
    again = send(after, "/ladder/split", task="3")
    assert (again.status_code, "This task was split already" in words(again.text)) == (409, True)
    assert send(after, "/ladder/split", task="7").status_code == 409
    assert send(after, "/ladder/split", task="99").status_code == 404


def test_what_a_lead_decides_is_in_the_audit_log(after: Api) -> None:
    send(after, "/waivers/new", finding=open_finding(after), until="2026-03-20", reason="two heads")
    send(after, "/waivers/decide", waiver="77", decision="decline")
    with after.deps.database.read() as connection:
        entries = entries_at(connection, after.deps.site_id, NOW + 1, Page(9, None))
    assert sorted((one.action, one.actor) for one in entries if one.action != "token.made") == [
        ("waiver.declined", "this machine"),
        ("waiver.granted", "this machine"),
    ]
    assert "two heads" not in str(entries), "the reason is emptied with the waiver when somebody is erased"


def test_s11_no_form_is_taken_from_elsewhere(after: Api) -> None:
    for path in ("/waivers/new", "/waivers/decide", "/ladder/undo", "/ladder/split"):
        headers = {"origin": "https://evil.example"}
        assert after.ask("POST", path, data={"key": "finding:1"}, headers=headers).status_code == 403
