"""The API answers random histories as the naive reading does: every route, at awkward instants."""

from typing import Any

import pytest

from phasewise.core.model import Group, Phase, Policy
from phasewise.jira.fields import FieldMap
from phasewise.jira.reading import RawIssue
from phasewise.jira.translate import issue_record
from phasewise.store import sites
from phasewise.store.census import mark_removed
from phasewise.store.db import Database
from phasewise.store.issues import save_records
from phasewise.usecases.judge import judge
from tests.jira.raw import DATA_CENTER
from tests.naive.facts import World, world
from tests.naive.histories import make_history
from tests.naive.jira_shapes import FLAG, PHASE, settings_of, site_of
from tests.naive.oracle import Oracle, differences, stamp
from tests.naive.translated import limits_of, rules_of
from tests.web.story import Api, deps_of

SEEDS = [*range(3), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 10))]


def told(database: Database, made: World, now: int, *, cloud: bool = True) -> Api:
    """The API over a naive world, which came by the shapes of Jira Cloud or of Data Center."""
    policy = Policy(
        limits=limits_of(made.policy),
        calendar=rules_of(made.policy),
        leave=made.policy.leave,
        status_overrides={status: Group(group) for status, group in made.policy.groups.items()},
        phase_overrides={option: Phase(phase) for option, phase in made.policy.phases.items()},
    )
    deps = deps_of(database, now=now, policy=policy, url="https://jira.example")
    fields = FieldMap(phase=PHASE, flag=FLAG) if cloud else DATA_CENTER
    shown = site_of(made, cloud=cloud)
    logs = [issue["changelog"] for issue in shown.issues]
    raw = [
        RawIssue(issue, log["histories"], log["total"] == len(log["histories"]))
        for issue, log in zip(shown.issues, logs, strict=True)
    ]
    with database.write() as connection:
        sites.save_site_fields(connection, deps.site_id, sites.SiteFields(phase_field=PHASE, flag_field=FLAG))
        save_records(connection, deps.site_id, [issue_record(one, fields) for one in raw])
        for issue, at in shown.removed.items():
            mark_removed(connection, deps.site_id, issue, at, exactly=True)
    judge(deps)
    return Api(deps)


def differences_at(api: Api, oracle: Oracle, as_of: int) -> list[str]:
    at: dict[str, Any] = {"as_of": stamp(as_of), "limit": 500}
    expected = {
        "/projects": oracle.projects(as_of)["items"],
        "/tasks": oracle.tasks(as_of)["items"],
        "/people": oracle.people(as_of)["items"],
        "/findings": oracle.findings(as_of)["items"],
        "/board": oracle.board(as_of),
        "/compliance": oracle.compliance(as_of, 3)["items"],
    }
    for item in expected["/projects"]:
        expected[f"/projects/{item['key']}"] = oracle.project(item["key"], as_of)
    for item in expected["/tasks"]:
        expected[f"/tasks/{item['key']}"] = oracle.task(item["key"], as_of)
    return [
        f"{path} {line}"
        for path, wanted in expected.items()
        for line in differences(wanted, _plain(path, api.json(path, **at)))
    ]


def _plain(path: str, answer: Any) -> Any:
    """What is comparable: the last weeks, lanes that hold cards, and cards by their keys."""
    if path == "/compliance":
        return answer["items"][-3:]
    if path != "/board":
        return answer.get("items", answer)
    return [
        {**lane, "cards": [{name: card[name] for name in card if name != "id"} for card in lane["cards"]]}
        for lane in answer["items"]
        if lane["cards"]
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_route_agrees_with_the_naive_reading(seed: int, sqlite_database: Database) -> None:
    assert disagreements(seed, sqlite_database) == ""


@pytest.mark.parametrize("seed", [100, 101])
def test_every_route_agrees_on_postgresql_too(seed: int, pg_url: str) -> None:
    database = Database(pg_url)
    assert disagreements(seed, database) == ""
    database.close()


def disagreements(seed: int, database: Database) -> str:
    """What differs, from four points of view."""
    history = make_history(seed)
    tickets = [ticket for ticket in history.world.tickets if ticket.kind != "other"]
    made = world(tickets, history.world.policy)
    oracle = Oracle(site_of(made, cloud=True), settings_of(made.policy))
    api = told(database, made, now=history.after_all())
    return "\n".join(line for as_of in history.looks(4) for line in differences_at(api, oracle, as_of)[:20])
