"""No list, page or export puts people in an order by how well they did, and none has a number for it."""

import re
from io import BytesIO
from typing import Any

import orjson
import pytest

from phasewise.store.db import Database
from phasewise.usecases.export_table import export_table
from phasewise.usecases.show_capacity import show_capacity
from phasewise.usecases.show_portfolio import show_portfolio
from phasewise.usecases.tables.index import TABLES
from phasewise.web.app import create_app
from phasewise.web.dates import Dates
from phasewise.web.lanes import lanes_of
from phasewise.web.rights import RIGHTS
from tests.store.records import DOING, DONE, TODO, epic, moved, task
from tests.web.story import ADA, BOB, MODELING, Api, deps_of, tell

SCORES = {"score", "rank", "rating", "points", "velocity"}


def api_where(database: Database, good: dict[str, Any], bad: dict[str, Any], end: str = TODO) -> Api:
    """One finished five tasks in time, one after the other; the other one had two at once for a week, too old
    both of them, and finished neither, or late (`end`). Now each has one young active ticket."""
    well = [
        task(20 + n, moved(20 + n, n, TODO, DOING), moved(30 + n, n + 0.5, DOING, DONE), **good, **MODELING)
        for n in range(1, 6)
    ]
    badly = [
        task(n, moved(10 + n, 1, TODO, DOING), moved(90 + n, 9, DOING, end), **bad, **MODELING)
        for n in (40, 41)
    ]
    now = [
        task(50 + n, moved(50 + n, 10, TODO, DOING), **who, **MODELING) for n, who in enumerate((good, bad))
    ]
    deps = deps_of(database)
    tell(deps, [epic(1), *well, *badly, *now])
    return Api(deps)


def orders(api: Api) -> dict[str, list[str | None]]:
    """The people in every place that lists people, in the order in which they stand there."""
    facts = show_portfolio(api.deps, None, weeks=26)
    lanes, _ = lanes_of(facts, Dates(facts.zone, facts.as_of))
    exported = BytesIO()
    export_table(api.deps, "people", "json", exported)
    return {
        "people": [one["id"] for one in api.items("/people")],
        "board": [one["person"] for one in api.items("/board") if one["person"]],
        "project": api.items("/projects")[0]["people"],
        "export": [one["id"] for one in orjson.loads(exported.getvalue())],
        "lanes": [lane.name.casefold() for lane in lanes if lane.name != "Nobody"],
        "map": [one.person.id for one in show_capacity(api.deps, None, 12).people],
        "members": [one.person.id for one in facts.projects[0].members],
    }


@pytest.mark.parametrize(("good", "bad"), [(ADA, BOB), (BOB, ADA)], ids=["ada", "bob"])
def test_who_did_well_stands_where_who_did_badly_would(
    good: dict[str, Any], bad: dict[str, Any], sqlite_database: Database
) -> None:
    api = api_where(sqlite_database, good, bad)
    closed = [(one["rule"], one["person"]) for one in api.items("/findings", severity="breach")]
    assert set(closed) == {("one_active", bad["assignee"]), ("five_days", bad["assignee"])}
    assert {tuple(order) for order in orders(api).values()} == {("ada", "bob")}


# ------------------------------------------------------------ every route

ROWS_OF_PEOPLE = {
    "GET /": "/",
    "GET /board": "/board",
    "GET /people": "/people",
    "GET /api/v1/people": "/api/v1/people",
    "GET /api/v1/board": "/api/v1/board",
    "GET /reports/{team}/{week}": "/reports/default/2026-W11",
    "GET /reports/{team}/{week}/mail": "/reports/default/2026-W11/mail",
    "GET /api/v1/reports/{week}": "/api/v1/reports/2026-W11",
}
"""Where rows are people. What is wrong *now* with somebody's tickets comes first on the board and the
portfolio; what they have done does not move them."""

ROWS_OF_OTHERS = {
    "tickets, projects and findings, by their own ids and times": {
        "GET /projects/{key}",
        "GET /projects/{key}/why",
        "GET /board/move",
        "GET /untidy",
        "GET /untidy/set",
        "GET /rules",
        "GET /rules/{finding_id:path}",
        "GET /changes",
        "GET /ladder",
        "GET /waivers",
        "GET /waivers/new",
        "GET /deliveries",
        "GET /effects",
        "GET /api/v1/tasks",
        "GET /api/v1/tasks/{key}",
        "GET /api/v1/projects",
        "GET /api/v1/projects/{key}",
        "GET /api/v1/findings",
        "GET /api/v1/ladder",
        "GET /api/v1/waivers",
        "GET /api/v1/deliveries",
        "GET /api/v1/effects",
        "GET /due",
        "GET /tests",
        *(
            f"GET /projects/{{key}}/{one}"
            for one in ("plan", "deliverables", "decisions", "tests", "results")
        ),
    },
    "reports, by their weeks; what is said in one, and what differs between two, by project": {
        "GET /reports",
        "GET /reports/{team}/{week}/compare",
        "GET /reports/{team}/{week}/edit",
        "GET /reports/{team}/{week}/send",
        "GET /api/v1/reports",
        "GET /api/v1/reports/{week}/difference",
    },
    "one exception at a time, projects before people, people by name": {
        "GET /review",
        "GET /review/{review_id}",
    },
    "who gets reports, by their mail address or by what they are called": {
        "GET /account/report",
        "GET /reports/links",
        "GET /reports/plan",
        "GET /reports/recipients",
        "GET /reports/recipients/edit",
    },
    "one person": {"GET /people/{person:path}", "GET /account", "GET /users/{account_id}"},
    "what is named so, by kind and name": {"GET /search"},
    "weeks of the whole team": {"GET /audit", "GET /api/v1/compliance"},
    "accounts, by their mail address; what was done to rights, by its time": {
        "GET /users",
        "GET /audit-log",
        "GET /api/v1/audit-log",
    },
}


def test_every_route_is_known_to_show_people_in_no_order_or_none_at_all() -> None:
    of_others = set().union(*ROWS_OF_OTHERS.values())
    shown = {route for route, least in RIGHTS.items() if route.startswith("GET ") and least is not None}
    quiet = {"GET /events", "GET /help", "GET /at", "GET /api/v1/sync", "GET /policy", "GET /policy/edit"}
    quiet |= {"GET /begin"}
    assert shown - ROWS_OF_PEOPLE.keys() - of_others == quiet & shown, "say here whether its rows are people"


def seen_in(api: Api, address: str) -> list[str]:
    """The two people in the order in which they first stand in an answer, its frame apart."""
    headers = {"accept": "text/html", "authorization": f"Bearer {api.token}"}
    answer = api.ask("GET", address, headers=headers)
    assert answer.status_code == 200, address
    text = answer.text.partition("<main")[2] or answer.text
    found = re.findall(r">(Ada|Bob)<|display_name\":\"(Ada|Bob)\"", text)
    return list(dict.fromkeys(page or data for page, data in found))


@pytest.mark.parametrize(("good", "bad"), [(ADA, BOB), (BOB, ADA)], ids=["ada", "bob"])
def test_no_page_and_no_answer_puts_people_in_the_order_of_what_they_did(
    good: dict[str, Any], bad: dict[str, Any], sqlite_database: Database
) -> None:
    api = api_where(sqlite_database, good, bad, end=DONE)
    orders = {route: seen_in(api, address) for route, address in ROWS_OF_PEOPLE.items()}
    assert {route: order for route, order in orders.items() if order != ["Ada", "Bob"]} == {}


def test_no_list_can_be_asked_for_in_another_order() -> None:
    paths = create_app(None).openapi()["paths"].values()
    asked = {one["name"] for path in paths for how in path.values() for one in how.get("parameters", ())}
    assert asked & {"sort", "sort_by", "order", "order_by", "rank", "by"} == set()


def test_what_is_said_of_a_person_is_no_score_and_compliance_is_of_no_person() -> None:
    schemas = create_app(None).openapi()["components"]["schemas"]
    of_people = {name: set(one["properties"]) for name, one in schemas.items() if is_of_people(one)}
    assert {"PersonShown", "FindingShown", "Lane"} <= of_people.keys()
    for fields in of_people.values():
        assert fields & (SCORES | {"compliance", "active_person_days", "over_person_days"}) == set()
    for name, table in TABLES.items():
        banned = SCORES if name == "compliance" else SCORES | {"compliance"}
        assert set(table.model.model_fields) & banned == set()


def is_of_people(schema: dict[str, Any]) -> bool:
    return bool({"person", "assignee", "display_name", "owner"} & set(schema.get("properties", ())))


def test_whatever_a_lead_sees_of_a_person_that_person_sees_no_later(api: Api) -> None:
    of_people = [one for one in api.items("/findings") if one["person"] is not None]
    assert {one["rule"] for one in of_people} >= {"one_active", "five_days"}
    for one in of_people:
        assert one["visible_from_person"] is not None
        assert one["visible_from"] is None or one["visible_from_person"] <= one["visible_from"]
