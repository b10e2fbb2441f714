"""Every number of a weekly report is what the API says at the report's instant, on Cloud and Data Center."""

from collections.abc import Iterator
from typing import Any

import pytest

from phasewise.core.calendar import Calendar, calendar_of
from phasewise.core.weeks import Week, report_week, week_labelled
from phasewise.store.db import Database
from phasewise.usecases.judge import judge
from phasewise.usecases.sync_site import sync_site
from tests.naive.facts import world
from tests.naive.histories import History, make_history
from tests.naive.oracle import stamp
from tests.usecases.syncing import desk_of, team_world
from tests.web.story import Api
from tests.web.test_agreement import told

SERIOUS = ("warning", "breach")
SAME = (
    "key", "summary", "url", "state", "phases_now", "last_phase", "idle_since", "loops", "elapsed_days",
    "spent_weeks", "planned_weeks", "findings_open",
)  # fmt: skip


def api_of(database: Database, history: History, *, cloud: bool) -> Api:
    made = world([one for one in history.world.tickets if one.kind != "other"], history.world.policy)
    return told(database, made, now=history.after_all(), cloud=cloud)


def weeks_of(history: History, api: Api) -> Iterator[tuple[Week, Any]]:
    """The weeks of the middle and the end of a history, with the report of each."""
    calendar: Calendar = calendar_of(api.deps.policy.calendar)
    for at in (history.start + (history.end - history.start) // 2, history.end):
        week = week_labelled(report_week(at, calendar).label, calendar)
        yield week, api.json(f"/reports/{week.label}")["digest"]


@pytest.mark.parametrize(("seed", "cloud"), [(5, True), (8, False)])
def test_every_number_equals_the_api_at_the_reports_instant(
    seed: int, cloud: bool, sqlite_database: Database
) -> None:
    history = make_history(seed)
    api = api_of(sqlite_database, history, cloud=cloud)
    for week, digest in weeks_of(history, api):
        as_of = digest["instant"]
        assert as_of == stamp(min(week.end, history.after_all()))
        assert_projects(api, digest, as_of)
        assert_findings(api, digest, as_of)
        assert_people(api, digest, as_of)
        assert_compliance(api, digest, as_of)


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_every_number_of_the_demo_team_does_too(deployment: str, sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world(deployment, weeks=3)) as desk:
        sync_site(desk.deps, census=True)
        judge(desk.deps)
        api = Api(desk.deps)
        digest = api.json(f"/reports/{api.json('/compliance', weeks=2)['items'][0]['label']}")["digest"]
        assert digest["totals"]["finished"]
        for assert_same in (assert_projects, assert_findings, assert_people, assert_compliance):
            assert_same(api, digest, digest["instant"])


def assert_projects(api: Api, digest: Any, as_of: str) -> None:
    listed = {one["id"]: one for one in api.items("/projects", as_of=as_of, limit=500)}
    before = {one["id"]: one for one in api.items("/projects", as_of=digest["start"], limit=500)}
    told_of = {one["id"]: one for one in digest["projects"]}
    assert {one for one, row in listed.items() if row["state"] != "done"} <= told_of.keys()
    assert digest["done"] == sum(row["state"] == "done" for row in listed.values())
    for project, said in told_of.items():
        row = listed[project]
        assert {name: said[name] for name in SAME} == {name: row[name] for name in SAME}
        assert (said["owner"] or {}).get("id") == row["owner"]
        assert said["tasks"] == sum(one["tasks"] for one in row["by_phase"].values())
        assert said["tasks_done"] == sum(one["tasks_done"] for one in row["by_phase"].values())
        then = before[project]["effort_days"] if project in before else 0.0
        assert said["health"] == row["health"]
        assert said["week_days"] == pytest.approx(row["effort_days"] - then, abs=0.0021)
        # HEALTH
        assert_happened(api, digest, said, as_of)


def assert_happened(api: Api, digest: Any, said: Any, as_of: str) -> None:
    since = digest["since"]
    shown = api.json(f"/projects/{said['key']}", as_of=as_of)
    entered = [
        (one["phase"], one["start"], one["is_return"]) for one in shown["visits"] if one["start"] >= since
    ]
    assert [(one["phase"], one["at"], one["is_return"]) for one in said["phase_moves"]] == entered
    tasks = [api.json(f"/tasks/{one['key']}", as_of=as_of) for one in shown["tasks"]]
    finished = {one["key"]: one["age_days"] for one in tasks if entered_done(one["intervals"], since)}
    assert {
        one["ticket"]["key"]: one["age_days"] for one in said["finished"] if one["age_days"] is not None
    } == {
        key: age
        for key, age in finished.items()
        if not next(one for one in tasks if one["key"] == key)["history_incomplete"]
    }
    assert {one["ticket"]["key"] for one in said["finished"]} == finished.keys()


def entered_done(intervals: list[Any], since: str) -> bool:
    """Whether the task is done and came into done at `since` or later."""
    run: list[Any] = []
    for one in intervals:
        run = [*run, one] if one["status_group"] == "done" else []
    return bool(run) and run[0]["start"] >= since and run[-1]["end"] is None


def assert_findings(api: Api, digest: Any, as_of: str) -> None:
    found = api.items("/findings", as_of=as_of, state="open", limit=500)
    serious = {one["id"]: one["severity"] for one in found if one["severity"] in SERIOUS}
    problems = [*digest["loose_problems"]]
    problems += [problem for one in digest["projects"] for problem in one["problems"]]
    problems += [problem for one in digest["people"] for problem in one["problems"]]
    assert {one["id"]: one["severity"] for one in problems if one["severity"] in SERIOUS} == serious
    totals = digest["totals"]
    assert (totals["breaches"], totals["warnings"]) == (
        list(serious.values()).count("breach"),
        list(serious.values()).count("warning"),
    )
    since = {one["id"]: one["breach_at"] or one["start"] for one in found}
    assert all(one["since"] == since[one["id"]] for one in problems if one["severity"] in SERIOUS)


def assert_people(api: Api, digest: Any, as_of: str) -> None:
    listed = {one["id"]: one for one in api.items("/people", as_of=as_of, limit=500)}
    ages = {one["key"]: one["age_days"] for one in api.items("/tasks", as_of=as_of, limit=500)}
    assert [one["person"]["id"] for one in digest["people"]] == list(listed)
    for one in digest["people"]:
        row = listed[one["person"]["id"]]
        assert {held["ticket"]["key"] for held in one["active"]} <= set(row["active"])
        assert one["over_limit"] == row["over_limit"]
        assert all(held["age_days"] == ages[held["ticket"]["key"]] for held in one["active"])


def assert_compliance(api: Api, digest: Any, as_of: str) -> None:
    weeks = api.items("/compliance", as_of=as_of, team="default", weeks=9)
    said = [*digest["compliance"]["before"], digest["compliance"]["week"]]
    names = ("label", "start", "end")
    assert [[one[n] for n in (*names, "kept", "active_days", "over_days")] for one in said] == [
        [one[n] for n in (*names, "compliance", "active_person_days", "over_person_days")] for one in weeks
    ]
