"""/policy: what is in force, what a change would do, and the change, without JavaScript."""

import re
from dataclasses import replace
from html import unescape

import httpx
import pytest

from phasewise.core.model import Group, Limits, Policy
from phasewise.core.rulebook import DEFAULT_TEAM, Membership, PolicyVersion, Rulebook, Team
from phasewise.usecases.policies.plain import plain_of
from phasewise.usecases.show_policy import show_policy
from tests.web.story import Api
from tests.web.test_pages import browse, page, words

FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def posted(api: Api, path: str, fields: dict[str, str], **headers: str) -> httpx.Response:
    ours = {"sec-fetch-site": "same-origin", "accept": "text/html"} | headers
    return api.ask("POST", path, data=fields, headers=ours)


def filled(**changed: str) -> dict[str, str]:
    """The form as a browser sends it, with some values changed."""
    plain = {key: text for key, text in plain_of(Policy()).items() if key != "calendar.weekdays"}
    ticks = {f"calendar.weekdays.{day}": "on" for day in ("mon", "tue", "wed", "thu", "fri")}
    sent = {"team": "default", "seen": "1", "remark": "", "weekdays": "ticked", **plain, **ticks}
    return sent | {key.replace("__", "."): text for key, text in changed.items()}


def newest(api: Api) -> PolicyVersion:
    return show_policy(api.deps, None).team.newest


def test_the_page_tells_the_policy_in_plain_words(api: Api) -> None:
    told = unescape(words(page(api, "/policy")))
    for text in (
        "Active tickets per person 1 ticket",
        "Working weekdays Mon, Tue, Wed, Thu, Fri",
        "Version 1",
    ):
        assert text in told


def test_what_the_file_maps_is_told_by_the_names_that_jira_has(api: Api) -> None:
    said = Policy(
        status_overrides={"4": Group.WATCHING, "77": Group.PAUSED},
        leave={"ada": (("2026-03-02", "2026-03-03"),)},
    )
    book = Rulebook((Team(DEFAULT_TEAM, (PolicyVersion(DEFAULT_TEAM, 1, 0, said),)),))
    api.app.state.deps = replace(api.app.state.deps, declared=book)
    told = unescape(words(page(api, "/policy")))
    for text in ("Status Waiting (4) watching", "Status 77 paused", "Leave of Ada (ada)"):
        assert text in told


def test_a_change_is_looked_at_and_then_made(api: Api) -> None:
    seen = posted(api, "/policy/preview", filled(rules__five_days="2", remark="Shorter <tasks>"))
    told = words(seen.text)
    assert "Age limit of a task from 5 working days → to 2 working days" in told
    assert "More findings" in told
    assert newest(api).number == 1
    fields = {unescape(name): unescape(text) for name, text in FIELD.findall(seen.text)}
    assert posted(api, "/policy", fields).status_code == 303
    version = newest(api)
    assert (version.number, version.policy.limits.five_days, version.by) == (2, 2.0, "this machine")
    history = unescape(words(page(api, "/policy")))
    assert "Version 2 in force" in history
    assert "Shorter <tasks>" in history


def test_wrong_values_come_back_with_what_is_wrong_beside_them(api: Api) -> None:
    answer = posted(
        api,
        "/policy/preview",
        filled(rules__one_active="0", timezone="Mars", calendar__extra='"><b>', remark="R"),
    )
    assert answer.status_code == 422
    for part in (
        'id="problem-rules.one_active"',
        "Must be 1 or more",
        'value="Mars"',
        "Must be a time zone name",
        'value="&#34;&gt;&lt;b&gt;"',
        'name="remark" value="R"',
        '<a href="#timezone">Time zone</a>',
    ):
        assert part in answer.text
    assert "<b>" not in answer.text


@pytest.mark.parametrize("path", ["/policy", "/policy/preview"])
def test_no_weekday_at_all_is_wrong_and_no_change_is_said(api: Api, path: str) -> None:
    fields = {key: text for key, text in filled().items() if not key.startswith("calendar.weekdays.")}
    assert "Must be a list" in unescape(posted(api, path, fields).text)
    assert "Nothing would change" in posted(api, path, filled()).text
    assert newest(api).number == 1


def test_to_go_on_editing_loses_nothing(api: Api) -> None:
    answer = posted(api, "/policy/edit", filled(rules__five_days="2", strength__modeling__no_phase="off"))
    assert 'name="rules.five_days" value="2"' in answer.text
    assert re.search(r'<details open><summary>By phase<span class="hidden-text">: No phase', answer.text)


def test_what_somebody_changed_meanwhile_is_looked_at_again(api: Api) -> None:
    assert posted(api, "/policy", filled(rules__five_days="2")).status_code == 303
    answer = posted(api, "/policy", filled(rules__five_days="3"))
    assert answer.status_code == 409
    assert "2 working days" in answer.text
    assert 'name="seen" value="2"' in answer.text


def test_a_form_from_elsewhere_changes_nothing(api: Api) -> None:
    answer = posted(api, "/policy", filled(rules__five_days="2"), **{"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert newest(api).number == 1


def test_each_team_has_its_page(api: Api) -> None:
    def team(name: str, policy: Policy, scope: str | None = None) -> Team:
        return Team(name, (PolicyVersion(name, 1, 0, policy),), scope)

    nlp = team("N L&P", Policy(limits=Limits(one_active=4)), "project = NLP")
    book = Rulebook((nlp, team(DEFAULT_TEAM, Policy())), (Membership("ada", "N L&P", "2026-01-01"),))
    api.app.state.deps = replace(api.app.state.deps, declared=book)
    told = words(page(api, "/policy?team=N+L%26P"))
    for text in ("4 tickets", "project = NLP", "Ada (from 2026-01-01)"):
        assert text in told
    assert browse(api, "/policy?team=nobody").status_code == 404
