"""The small parts on their own: times, documents, guesses of fields, the index."""

import random
from typing import Any

import pytest
from tests.sandbox.builders import DAY, START, Site, running

from phasewise.sandbox import catalogue
from phasewise.sandbox.adf import document, plain_text
from phasewise.sandbox.load_fields import SeenFields, kind_of
from phasewise.sandbox.times import instant_of, iso, parse_iso, start_of_day


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("UTC", "2026-03-02T10:00:00.007+0000"),
        ("Europe/Paris", "2026-03-02T11:00:00.007+0100"),
        ("Asia/Kolkata", "2026-03-02T15:30:00.007+0530"),
        ("America/New_York", "2026-03-02T05:00:00.007-0500"),
    ],
)
def test_instants_are_written_in_the_zone_of_the_site(zone: str, text: str) -> None:
    assert iso(START + 7, zone) == text
    assert parse_iso(text) == START + 7


@pytest.mark.parametrize(
    "text", ["2026-03-02T10:00:00.000Z", "2026-03-02T10:00:00", "2026-03-02T12:00:00.000+02:00"]
)
def test_all_spellings_of_an_instant_are_read(text: str) -> None:
    assert instant_of(text) == instant_of(START) == instant_of(str(START)) == START


def test_a_day_begins_where_the_caller_lives() -> None:
    assert iso(start_of_day(START, "America/New_York")) == "2026-03-02T05:00:00.000+0000"
    summer = START + 60 * DAY
    assert iso(start_of_day(summer, "America/New_York")) == "2026-05-01T04:00:00.000+0000"


def test_days_are_counted_on_the_calendar_across_a_clock_change() -> None:
    """In New York the clocks change on 8 March 2026: that day has 23 hours."""
    site = Site()
    site.clock.now = START + 7 * DAY
    late = site.task(at=parse_iso("2026-03-08T04:59:00.000+0000"))
    early = site.task(at=parse_iso("2026-03-08T05:00:00.000+0000"))
    assert site.found("created >= startOfDay(-1d)", zone="America/New_York") == [early]
    assert site.found("created < startOfDay(-1d)", zone="America/New_York") == [late]


def test_text_becomes_a_document_and_comes_back() -> None:
    text = "First [~accountid:5f01] line\n\nthird"
    assert plain_text(document(text)) == text
    breaks = {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "hardBreak"}, "x", 5]}]}
    assert plain_text(breaks) == "x"
    assert plain_text(7) == "7"


def test_a_document_may_be_nested_deeper_than_python_goes() -> None:
    """Failure X12."""
    deep: dict[str, Any] = {"type": "text", "text": "bottom"}
    for _ in range(5000):
        deep = {"type": "blockquote", "content": [deep]}
    assert plain_text({"type": "doc", "content": [deep]}) == "bottom"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"id": "1", "value": "A"}, "option"),
        ({"id": "1", "value": "A", "child": {"id": "2", "value": "B"}}, "cascade"),
        ([{"id": "1", "value": "A"}], "options"),
        ({"accountId": "5f", "displayName": "Ada"}, "user"),
        ([{"accountId": "5f", "displayName": "Ada"}], "users"),
        (3.5, "number"),
        (True, "other"),
        ("2026-03-02", "date"),
        ("2026-03-02T10:00:00.000+0000", "instant"),
        ("0|i0003b:", "rank"),
        ("ABC-12", "key"),
        ("a text", "text"),
        (["a", "b"], "texts"),
        (["com.atlassian.greenhopper.service.sprint.Sprint@1[id=1]"], "sprint"),
        ([{"id": 1, "name": "Sprint 1", "state": "active", "boardId": 2}], "sprint"),
        ([[]], "other"),
        ({"what": "ever"}, "other"),
    ],
)
def test_the_kind_of_a_field_is_guessed_from_a_value(value: Any, kind: str) -> None:
    assert kind_of(value) == kind


def test_a_field_empty_everywhere_now_may_have_had_options() -> None:
    seen = SeenFields()
    seen.value("customfield_1", None, "10")
    seen.item("customfield_1", "Stage", True, None, "77", (None, "Modeling"))
    seen.value("customfield_2", None, "10")
    seen.item("customfield_2", "Flagged", True, "", "[5, 6]", ("", "Impediment, Waiting"))
    seen.value("customfield_3", None, "10")
    stage, flag, unknown = seen.fields()
    assert (stage.name, stage.schema["type"], [o.name for o in stage.options.values()]) == (
        "Stage",
        "option",
        ["Modeling"],
    )
    assert (flag.schema["items"], {o.id: o.name for o in flag.options.values()}) == (
        "option",
        {"5": "Impediment", "6": "Waiting"},
    )
    assert (unknown.name, unknown.schema["type"]) == ("customfield_3", "any")


def test_a_text_that_sometimes_looks_like_a_key_is_no_link() -> None:
    seen = SeenFields()
    for value in ("ABC-1", "ABC-2", "not a key"):
        seen.value("customfield_1", value, "10")
    assert seen.fields()[0].schema["type"] == "string"


def test_a_page_may_tell_names_and_schemas() -> None:
    seen = SeenFields()
    seen.value("customfield_1", "x", "10")
    schema = {"type": "string", "custom": "com.pyxis.greenhopper.jira:gh-epic-label", "customId": 1}
    seen.head({"names": {"customfield_1": "Epic Name"}, "schema": {"customfield_1": schema}})
    (field,) = seen.fields()
    assert (field.name, field.schema) == ("Epic Name", schema)


def test_what_was_updated_since_is_found_whatever_the_order_of_writes() -> None:
    """Against a plain scan, with so many writes that the index sorts itself anew in between."""
    rng, site = random.Random(7), Site()
    tasks = [site.task(f"Task {n}", at=START + rng.randrange(DAY)) for n in range(1500)]
    for _ in range(4):
        for task in rng.sample(tasks, 300):
            site.world.edit(START + rng.randrange(3 * DAY), site.ada, task, {"summary": str(rng.random())})
        site.world.delete(START, site.ada, tasks.pop())
        limit = START + rng.randrange(3 * DAY)
        scanned = {id for id, issue in site.world.issues.items() if issue.updated >= limit}
        assert set(site.found(f"updated >= {limit}")) == scanned


def test_queries_on_a_board() -> None:
    site = Site()
    epic = site.epic()
    done = site.task(parent=epic)
    site.task(parent=epic)
    site.edit(done, status=catalogue.DONE)
    site.edit(epic, status=catalogue.DONE)
    with running(site) as jira:
        board = "/rest/agile/1.0/board/1"
        assert jira.get(f"{board}/issue", jql="status = Done").json()["total"] == 1
        assert jira.get(f"{board}/issue", jql="status =").status_code == 400
        assert [jira.get(f"{board}/epic", done=d).json()["values"] != [] for d in ("true", "false")] == [
            True,
            False,
        ]
        assert jira.get("/rest/agile/1.0/epic/ML-1").json()["done"] is True
        assert jira.get("/rest/agile/1.0/epic/ML-2/issue").status_code == 404
        assert jira.get("/rest/agile/1.0/board/9").status_code == 404


def test_create_forms_of_cloud() -> None:
    with running(Site()) as jira:
        asked = {"projectKeys": "ML", "expand": "projects.issuetypes.fields"}
        (space,) = jira.get("issue/createmeta", **asked).json()["projects"]
        task = next(kind for kind in space["issuetypes"] if kind["id"] == catalogue.TASK)
        options = task["fields"][catalogue.PHASE_FIELD]["allowedValues"]
        assert [option["id"] for option in options] == [id for id, _ in catalogue.PHASE_OPTIONS]
        assert jira.get("issue/createmeta/ML/issuetypes/1").status_code == 404
