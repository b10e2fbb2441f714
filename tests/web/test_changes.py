"""/changes: what happened between two instants, by the same numbers that are shown of each."""

import json
import re
from dataclasses import replace

import pytest

from tests.store.records import DONE, TODO, at, epic, moved
from tests.web.story import NOW, Api, Clock, remove, stamp, tell
from tests.web.test_pages import HTML, browse, page, words

HOUR = 3_600_000


def rows(api: Api, since: str, to: str) -> dict[str, dict[str, object]]:
    found = json.loads(browse(api, f"/changes?from={since}&to={to}&format=json").text)
    return {row["project"]: row for row in found}


def test_a_project_that_began_and_its_phases_are_told_in_turn(api: Api) -> None:
    row = rows(api, stamp(0.5), stamp(9.5))["ML-1"]
    assert row["happened"] == [
        "Started",
        "Entered Research on Mar 3",
        "Entered Modeling on Mar 5",
        "Returned to Research on Mar 11",
    ]
    assert row["state"] == ["Not started", "Active"]


def test_the_difference_is_that_of_what_is_shown_of_each_day(api: Api) -> None:
    before, after = (
        next(one for one in api.items("/projects", as_of=stamp(day)) if one["key"] == "ML-1")
        for day in (8, 10.5)
    )
    row = rows(api, stamp(8), stamp(10.5))["ML-1"]
    assert row["weeks"] == round(after["spent_weeks"] - before["spent_weeks"], 3)
    assert row["findings"] == after["findings_open"] - before["findings_open"]


def test_from_a_page_of_another_day_it_tells_what_changed_since_then(api: Api) -> None:
    then = page(api, f"/?as_of={stamp(8)}")
    [since] = {href for href in re.findall(r'href="(/changes[^"]*)"', then) if "from=" in href}
    facts = browse(api, f"{since}&format=json")
    assert [row["project"] for row in json.loads(facts.text)] == ["ML-1"]
    assert {"happened": ["Returned to Research on Mar 11"]}.items() <= json.loads(facts.text)[0].items()
    assert 'href="/changes"' in page(api, "/")


def test_projects_come_finish_and_go(api: Api) -> None:
    tell(api.deps, [epic(20, moved(201, 5, TODO, DONE)), epic(21, created=at(4))])
    remove(api.deps, 10, at(6))
    found = rows(api, stamp(3), stamp(10))
    assert found["ML-20"]["happened"] == ["Finished"]
    assert found["ML-21"]["happened"] == ["New"]
    assert found["ML-10"]["happened"] == ["Left the scope, or was removed"]


def test_findings_that_opened_and_ended_are_listed(api: Api) -> None:
    since, until = stamp(8.5), stamp(11)
    found = api.items("/findings")
    opened = [one["id"] for one in found if since <= one["start"]]
    html = page(api, f"/changes?from={since}&to={until}")
    listed = [one.replace("%3A", ":") for one in re.findall(r'href="/rules/([^"?]+)"', html)]
    assert set(opened) <= set(listed)
    assert f"opened {len(opened)}" in words(html)


def test_the_number_of_findings_is_named_by_what_it_counts(api: Api) -> None:
    """The lists below have those of people, and hints, too."""
    now = sum(one["findings_open"] for one in api.items("/projects", as_of=stamp(11)))
    html = words(page(api, f"/changes?from={stamp(8.5)}&to={stamp(11)}"))
    assert f"Tasks near or over a limit {now} from 0" in html
    assert "Open findings" not in html


def test_by_default_it_is_the_week_that_ends_now(api: Api) -> None:
    assert "Mar 5, 23:59 to Mar 13, 00:00 (UTC)" in words(page(api, "/changes"))


def days(html: str) -> list[str]:
    """What stands in the form: the day it begins after, and the last one."""
    return re.findall(r'type="date" name="(?:from|to)" value="([^"]*)"', html)


def span(html: str) -> str:
    return re.findall(r'<h1>Changes</h1><p class="muted">([^<]+)<', html)[0]


def test_what_the_form_says_is_what_was_compared(api: Api) -> None:
    morning = Api(replace(api.deps, now=Clock(NOW + 6 * HOUR)))
    html = page(morning, "/changes")
    assert span(html) == "Mar 6, 23:59 to Mar 13, 06:00 (UTC)"
    since, until = days(html)
    again = page(morning, f"/changes?from={since}&to={until}")
    assert (span(again), days(again)) == (span(html), ["2026-03-06", "2026-03-13"])


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("from=2026-03-02T00:00:00Z&as_of=2026-03-09T00:00:00Z", ["2026-03-01", "2026-03-08"]),
        ("as_of=2026-03-08T23:59:59.999Z", ["2026-03-01", "2026-03-08"]),
        ("from=2026-03-02T10:00:00Z&to=2026-03-09T10:00:00Z", ["", ""]),
    ],
)
def test_an_instant_is_said_as_the_day_it_ends_or_not_as_a_day(api: Api, asked: str, said: list[str]) -> None:
    assert days(page(api, f"/changes?{asked}")) == said


def test_days_stand_for_their_ends(api: Api) -> None:
    assert "Mar 4, 23:59 to Mar 11, 23:59" in words(page(api, "/changes?from=2026-03-04&to=2026-03-11"))


REFUSED = (
    ("from=2026-03-12&to=2026-03-11", ["2026-03-12", "2026-03-11"], "The beginning must lie before the end"),
    ("from=2026-03-13&to=2026-03-13", ["2026-03-13", "2026-03-13"], "The beginning must lie before the end"),
    ("from=1969-12-31&to=2026-03-11", ["1969-12-31", "2026-03-11"], "1969-12-31 is before 1970"),
    ("from=2026-13-01", ["2026-13-01", ""], "2026-13-01 is no date"),
    ("to=2999-01-01", ["", "2999-01-01"], "2999-01-01 lies in the future"),
    ("from=x", ["", ""], "from is not an RFC 3339 instant"),
)


@pytest.mark.parametrize(("asked", "said", "why"), REFUSED)
def test_a_time_that_cannot_be_compared_is_refused_in_the_form(
    api: Api, asked: str, said: list[str], why: str
) -> None:
    answer = browse(api, f"/changes?{asked}&team=default")
    assert (answer.status_code, days(answer.text)) == (422, said)
    assert why in answer.text
    assert '<input type="hidden" name="team" value="default">' in answer.text
    told = api.ask("GET", f"/changes?{asked}").json()
    assert (told["status"], why in told["detail"]) == (422, True)
    assert browse(api, f"/changes?{asked}&format=json").status_code == 422


def test_why_it_is_refused_is_said_in_the_language_of_the_reader(api: Api) -> None:
    headers = {**HTML, "accept-language": "fr"}
    answer = api.ask("GET", "/changes?from=2026-03-12&to=2026-03-11", headers=headers)
    assert "Le début doit précéder la fin" in answer.text
