"""No list, page or export puts people in an order by how well they did, and none has a number for it."""

from io import BytesIO
from typing import Any

import orjson
import pytest

from phasewise.store.db import Database
from phasewise.usecases.as_of.tables import TABLES
from phasewise.usecases.export_table import export_table
from phasewise.usecases.show_capacity import show_capacity
from phasewise.usecases.show_portfolio import show_portfolio
from phasewise.web.app import create_app
from phasewise.web.dates import Dates
from phasewise.web.lanes import lanes_of
from tests.store.records import DOING, DONE, TODO, epic, moved, task
from tests.web.story import ADA, BOB, MODELING, Api, deps_of, tell

SCORES = {"score", "rank", "rating", "points", "velocity"}


def api_where(database: Database, good: dict[str, Any], bad: dict[str, Any]) -> Api:
    """One finished five tasks in time, one after the other; the other one had two at once for a week, too old
    both of them, and finished neither. Now each has one young active ticket."""
    well = [
        task(20 + n, moved(20 + n, n, TODO, DOING), moved(30 + n, n + 0.5, DOING, DONE), **good, **MODELING)
        for n in range(1, 6)
    ]
    badly = [
        task(n, moved(10 + n, 1, TODO, DOING), moved(90 + n, 9, DOING, TODO), **bad, **MODELING)
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
    for model, _ in TABLES.values():
        assert set(model.model_fields) & (SCORES | {"compliance"}) == set()


def is_of_people(schema: dict[str, Any]) -> bool:
    return bool({"person", "assignee", "display_name", "owner"} & set(schema.get("properties", ())))
