"""/changes: what happened between two instants, by the same numbers that are shown of each."""

import json
import re

import pytest

from tests.store.records import DONE, TODO, at, epic, moved
from tests.web.story import Api, remove, stamp, tell
from tests.web.test_pages import browse, page, words


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
    assert "Mar 6, 00:00 to Mar 13, 00:00 (UTC)" in words(page(api, "/changes"))


def test_days_stand_for_their_ends(api: Api) -> None:
    assert "Mar 4, 23:59 to Mar 11, 23:59" in words(page(api, "/changes?from=2026-03-04&to=2026-03-11"))


@pytest.mark.parametrize(
    "asked", ["from=2026-03-12&to=2026-03-11", "from=x", "to=2999-01-01", "from=2026-13-01"]
)
def test_a_time_that_cannot_be_compared_is_refused(api: Api, asked: str) -> None:
    assert browse(api, f"/changes?{asked}").status_code == 422
