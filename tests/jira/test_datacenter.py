"""Reading Data Center: offset pages whose rows shift, histories by expand, ids that a node does not know."""

import random
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from tests.jira.calling import by_path, calling
from tests.jira.raw import history, issue, item
from tests.jira.scripted import Reply, Seen

from phasewise.errors import JiraError
from phasewise.jira import offsets
from phasewise.jira.client import JiraClient
from phasewise.jira.reading import Row

SERVER = Reply({"deploymentType": "Data Center", "serverTime": "2026-09-27T10:03:11.123+0000"})
SCOPE = "(project = MLP)"
STEP = 90_000


class Rows:
    """A Data Center that lists these ids in this order; `between` happens after each page."""

    def __init__(self, count: int, size: int = 1000, between: Callable[["Rows"], None] | None = None) -> None:
        self.ids = list(range(1, count + 1))
        self.size = size
        self.window = 10**9
        self.starts: list[int] = []
        self.between = between or (lambda _: None)

    def __call__(self, seen: Seen) -> Reply:
        body = seen.body
        since = re.search(r"created >= (\d+)", body["jql"])
        ids = [n for n in self.ids if since is None or n * STEP >= int(since.group(1))]
        start, size = body["startAt"], min(body["maxResults"], self.size)
        if start + size > self.window:
            return Reply({"errorMessages": ["Result window is too large"]}, status=400)
        self.starts.append(start)
        rows = [{"id": str(n), "fields": {"created": n * STEP}} for n in ids[start : start + size]]
        reply = Reply({"issues": rows, "startAt": start, "maxResults": size, "total": len(ids)})
        self.between(self)
        return reply


def site(search: Callable[[Seen], Reply], **routes: Any) -> Callable[[Seen], Reply]:
    return by_path({"/rest/api/2/serverInfo": SERVER, "/rest/api/2/search": search, **routes})


def listed(client: JiraClient) -> list[int]:
    return [issue_id for page in client.ids(SCOPE) for issue_id in page]


def test_pages_overlap_and_serve_each_row_once() -> None:
    rows = Rows(25, size=10)
    with calling(site(rows)) as (client, jira):
        assert listed(client) == list(range(1, 26))
    assert sorted(rows.starts) == [0, 5, 10, 15]
    assert jira.seen[-1].body["jql"].endswith("ORDER BY created ASC, key ASC")


def test_a_server_that_gives_one_row_at_a_time_is_read_to_the_end() -> None:
    with calling(site(Rows(4, size=1))) as (client, _):
        assert listed(client) == [1, 2, 3, 4]


@pytest.mark.parametrize("gone", [1, 4, 7, 20])
def test_p11_rows_deleted_before_the_place_lose_none_behind_it(gone: int) -> None:
    def delete(rows: Rows) -> None:
        if len(rows.starts) == 3:
            del rows.ids[:gone]

    with calling(site(Rows(100, size=20, between=delete))) as (client, _):
        assert set(range(gone + 1, 101)) <= set(listed(client))


def test_p11_rows_inserted_before_the_place_lose_none_behind_it_and_are_found_by_a_repeat() -> None:
    def insert(rows: Rows) -> None:
        if len(rows.starts) == 2:
            rows.ids[:0] = range(200, 215)

    with calling(site(Rows(100, size=20, between=insert))) as (client, _):
        found = listed(client)
    assert set(found) == {*range(1, 101), *range(200, 215)}


@pytest.mark.parametrize("turn", range(20))
def test_p11_pages_that_come_in_any_order_while_rows_go_lose_none(turn: int) -> None:
    chance = random.Random(turn)
    gone: set[int] = set()

    def delete(rows: Rows) -> None:
        gone.update(chance.sample(rows.ids, 3))
        rows.ids = [n for n in rows.ids if n not in gone]

    with calling(site(Rows(300, size=30, between=delete))) as (client, _):
        found = listed(client)
    assert set(range(1, 301)) - gone <= set(found)


def test_after_the_first_page_the_others_are_asked_for_side_by_side() -> None:
    together = threading.Barrier(7, timeout=60)
    rows = Rows(45, size=10)

    def ask(clause: str, start: int, size: int) -> tuple[list[Row], int | None]:
        if start:
            together.wait()
        listed = [{"id": str(n)} for n in rows.ids[start : start + 10]]
        return listed, len(rows.ids)

    pages = offsets.walk(SCOPE, ask, lambda field, at: f"{field} >= {at}")
    assert [int(row["id"]) for page in pages for row in page] == rows.ids


def test_who_takes_only_the_first_page_asks_for_no_other() -> None:
    rows = Rows(5000)
    with calling(site(rows)) as (client, _):
        next(client.ids(SCOPE))
    assert rows.starts == [0]


def test_p11_everything_deleted_meanwhile_is_an_end() -> None:
    def delete(rows: Rows) -> None:
        rows.ids.clear()

    with calling(site(Rows(100, size=20, between=delete))) as (client, _):
        assert listed(client) == list(range(1, 21))


def test_p11_pages_that_never_stand_still_end_with_a_sentence() -> None:
    def churn(rows: Rows) -> None:
        rows.ids = [n + 1000 for n in rows.ids]

    with (
        calling(site(Rows(100, size=20, between=churn))) as (client, _),
        pytest.raises(JiraError, match="faster than they can be read"),
    ):
        listed(client)


def test_p13_a_total_that_changes_is_no_end() -> None:
    def grow(rows: Rows) -> None:
        if len(rows.ids) < 130:
            rows.ids += range(len(rows.ids) + 1, len(rows.ids) + 11)

    with calling(site(Rows(100, size=20, between=grow))) as (client, _):
        assert set(listed(client)) == set(range(1, 131))


def test_beyond_ten_thousand_rows_the_window_moves_on() -> None:
    rows = Rows(25_000)
    rows.window = 10_000
    with calling(site(rows)) as (client, _):
        found = listed(client)
    assert set(found) == set(range(1, 25_001))
    assert len(found) == 25_000


def test_histories_come_with_the_issue_and_are_counted() -> None:
    whole = {"startAt": 0, "maxResults": 1, "total": 1, "histories": [history(1, item("status", "1", "3"))]}
    cut = {**whole, "total": 120}
    rows = [
        {**issue(), "changelog": whole},
        {**issue(), "id": "10002", "changelog": cut},
        {**issue(), "id": "10003"},
    ]
    with calling(site(lambda _: Reply({"issues": rows, "total": 3}))) as (client, jira):
        result = client.read([10001, 10002, 10003], ["summary"])
    assert {raw.issue["id"]: raw.whole for raw in result.issues} == {
        "10001": True,
        "10002": False,
        "10003": False,
    }
    assert (jira.seen[-1].body["expand"], jira.seen[-1].body["validateQuery"]) == (["changelog"], False)


def test_an_id_that_makes_the_search_fail_is_found_by_halves_and_confirmed() -> None:
    def search(seen: Seen) -> Reply:
        ids = re.findall(r"\d+", seen.body["jql"])
        if "10003" in ids:
            return Reply({"errorMessages": ["10003 does not exist"]}, status=400)
        return Reply({"issues": [{**issue(), "id": name} for name in ids], "total": len(ids)})

    with calling(site(search)) as (client, jira):
        result = client.read([10001, 10002, 10003, 10004], ["summary"])
    assert sorted(raw.issue["id"] for raw in result.issues) == ["10001", "10002", "10004"]
    assert result.missing == {10003}
    assert jira.paths()[-1] == "/rest/api/2/issue/10003"


def test_w6_an_issue_the_index_does_not_know_is_read_from_the_database() -> None:
    alone = {**issue(), "changelog": {"total": 0, "histories": []}}
    empty = Reply({"issues": [], "total": 0})
    with calling(site(lambda _: empty, **{"/rest/api/2/issue/10001": Reply(alone)})) as (client, _):
        result = client.read([10001], ["summary"])
    assert [raw.issue["id"] for raw in result.issues] == ["10001"]
    assert result.missing == frozenset()


def test_the_count_is_the_total_of_a_search() -> None:
    with calling(site(Rows(42))) as (client, _):
        assert client.approximate_count(SCOPE) == 42
