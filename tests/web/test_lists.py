"""What all lists share: pages, cursors, `as_of`, and the block that says how fresh the data is."""

import base64
import json
from typing import Any

import pytest

from phasewise.store import sites
from phasewise.store.db import Database
from tests.store.records import at, task
from tests.web.story import NOW, Api, deps_of, stamp, story, tell

LISTS = ("/projects", "/tasks", "/people", "/findings", "/board")


def walk(api: Api, path: str, limit: int, **asked: Any) -> list[Any]:
    """All entries of a list, page by page."""
    found: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        page = api.json(path, limit=limit, **asked, **cursor)
        assert len(page["items"]) <= limit
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}


@pytest.mark.parametrize("path", LISTS)
def test_a_list_says_of_which_instant_and_how_fresh_it_is(api: Api, path: str) -> None:
    page = api.json(path)
    assert (page["next"], page["as_of"]) == (None, "2026-03-13T00:00:00.000Z")
    assert page["sync"] == {
        "last_success_at": "2026-03-12T23:59:40.000Z",
        "watermark": "2026-03-12T23:59:30.000Z",
        "mode": "poll",
        "lag_seconds": 30.0,
        "stale": False,
        "last_error": None,
    }


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_together_are_the_list(api: Api, path: str, limit: int) -> None:
    assert walk(api, path, limit) == api.items(path)
    assert walk(api, path, limit, as_of=stamp(9.5)) == api.items(path, as_of=stamp(9.5))


def test_pages_keep_the_filters(api: Api) -> None:
    assert walk(api, "/findings", 1, severity="breach") == api.items("/findings", severity="breach")
    assert walk(api, "/tasks", 1, person="ada") == api.items("/tasks", person="ada")


def test_later_pages_are_of_the_same_instant_as_the_first(api: Api) -> None:
    first = api.json("/tasks", limit=1)
    later = Api(deps_of(api.deps.database, now=NOW + 3_600_000))
    assert later.json("/tasks", cursor=first["next"])["as_of"] == first["as_of"]
    assert later.json("/tasks", cursor=first["next"], as_of=stamp(10))["as_of"] == stamp(10)


def test_what_comes_between_two_pages_repeats_and_skips_nothing(api: Api) -> None:
    first = api.json("/tasks", limit=2)
    tell(api.deps, [task(1000), task(1001, key="AA-1", space_key="AA")])
    rest = api.json("/tasks", cursor=first["next"])
    keys = [task["key"] for task in first["items"] + rest["items"]]
    assert keys == ["ML-2", "ML-3", "ML-4", "ML-5", "ML-7", "ML-1000"]


@pytest.mark.parametrize("limit", ["500", "501", "100000", "9" * 30])
def test_a_limit_above_the_most_is_cut(api: Api, limit: str) -> None:
    assert len(api.items("/tasks", limit=limit)) == 5


def test_a_page_has_50_entries_unless_told_otherwise(api: Api) -> None:
    tell(api.deps, [task(number) for number in range(100, 700)])
    assert len(api.items("/tasks")) == 50
    assert len(api.items("/tasks", limit=5000)) == 500


@pytest.mark.parametrize("limit", ["0", "-1", "ten", "1.5", "", "9" * 5000])
def test_another_limit_is_refused(api: Api, limit: str) -> None:
    assert api.get("/tasks", limit=limit).status_code == 422


def cursor_of(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense",
        "é",
        "////",
        cursor_of("tasks"),
        cursor_of("people", at(1), "ML", 4, "ML-2"),
        cursor_of("tasks", at(1), "ML", "4", "ML-2"),
        cursor_of("tasks", at(1), "ML", True, "ML-2"),
        cursor_of("tasks", 2**70, "ML", 4, "ML-2"),
        cursor_of("tasks", at(1), "ML", 2**70, "ML-2"),
        cursor_of("tasks", at(1), "\ud800", 4, "ML-2"),
        cursor_of("tasks", at(1), "ML\x00", 4, "ML-2"),
        cursor_of("tasks", at(99), "ML", 4, "ML-2"),
        "W" * 3000,
    ],
)
def test_a_cursor_of_another_list_or_none_at_all_is_refused(api: Api, cursor: str) -> None:
    answer = api.get("/tasks", cursor=cursor)
    assert (answer.status_code, answer.json()["title"]) == (422, "Bad request")


def test_a_made_up_place_is_looked_up_like_any_other(api: Api) -> None:
    assert api.items("/tasks", cursor=cursor_of("tasks", at(10), "ML" * 300, 4, "ML-2")) == []
    assert len(api.items("/findings", cursor=cursor_of("findings", at(10), at(99), "z" * 300, ""))) > 1


@pytest.mark.parametrize("path", [*LISTS, "/projects/ML-1", "/tasks/ML-2"])
@pytest.mark.parametrize(
    "as_of",
    [
        "2026-03-13T00:00:00.002Z",
        "2027-01-01T00:00:00Z",
        "9999-12-31T23:59:59-14:00",
        "2026-03-12",
        "2026-03-12T00:00:00",
        "2026-03-12 00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-03-12T24:00:00Z",
        "1773273600000",
        "now",
        "",
        "２026-03-12T00:00:00Z",
    ],
)
def test_an_instant_in_the_future_or_malformed_is_refused(api: Api, path: str, as_of: str) -> None:
    assert api.get(path, as_of=as_of).status_code == 422


@pytest.mark.parametrize(
    ("as_of", "shown"),
    [
        ("2026-03-12T01:30:00+01:30", "2026-03-12T00:00:00.000Z"),
        ("2026-03-12T01:30:00 01:30", "2026-03-12T00:00:00.000Z"),
        ("2026-03-12t00:00:00.5z", "2026-03-12T00:00:00.500Z"),
        ("2026-03-12T00:00:00.0001Z", "2026-03-12T00:00:00.001Z"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00.000Z"),
    ],
)
def test_an_instant_may_be_written_in_any_zone(api: Api, as_of: str, shown: str) -> None:
    assert api.json("/tasks", as_of=as_of)["as_of"] == shown


def test_p16_now_is_told_by_jiras_clock_where_ours_is_wrong(api: Api) -> None:
    slow = deps_of(api.deps.database, now=at(10))
    with slow.database.write() as connection:
        sites.save_sync_state(connection, slow.site_id, clock_skew_ms=NOW - at(10))
    page = Api(slow).json("/tasks")
    assert (page["as_of"], page["sync"]["lag_seconds"]) == (stamp(11), 30.0)
    assert Api(slow).get("/tasks", as_of=stamp(11)).status_code == 200


def test_before_the_first_synchronisation_lists_are_empty(api: Api) -> None:
    with api.deps.database.write() as connection:
        sites.save_sync_state(connection, api.deps.site_id, watermark=None, last_success_at=None)
    sync = api.json("/projects")["sync"]
    assert (sync["last_success_at"], sync["lag_seconds"], sync["stale"]) == (None, None, True)


def test_both_databases_give_the_same_pages(database: Database) -> None:
    deps = deps_of(database)
    tell(deps, [*story(), task(100, assignee="zoé", assignee_name="Zoé", key="Ä-1", space_key="Ä")])
    api = Api(deps)
    for path in LISTS:
        assert walk(api, path, 2) == api.items(path)
    assert [task["key"] for task in api.items("/tasks", limit=5)] == ["ML-2", "ML-3", "ML-4", "ML-5", "ML-7"]
    assert [lane["person"] for lane in api.items("/board")] == ["ada", "bob", "zoé", None]
    assert api.items("/tasks", person="a\x00da") == []
    far = cursor_of("tasks", at(10), "z" * 300, 4, "ML-2")
    assert api.get("/tasks", cursor=far).status_code == 200
    starts = [finding["start"] for finding in api.items("/findings")]
    assert starts == sorted(starts, reverse=True)
