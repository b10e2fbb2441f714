"""The bare minimum: the pages a first synchronisation fetches, as many at once, and a plain SQLite upsert.

Run as a process of its own: `python -m bench.floor URL [DATABASE]`. Without a database it only downloads and
parses. Nothing is repeated, checked or computed.
"""

import sqlite3
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any

import orjson
import urllib3

from bench.asked import CLOUD_IDS, FIELDS, OFFSET_IDS, SCOPE, THREADS, batches

HEADERS = {"Content-Type": "application/json", "Authorization": "Basic YmVuY2g6YmVuY2g="}
Json = dict[str, Any]

SCHEMA = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=FULL;
CREATE TABLE issues (id INTEGER PRIMARY KEY, key TEXT, summary TEXT, space TEXT, type TEXT, status TEXT,
  assignee TEXT, parent INTEGER, created TEXT, updated TEXT, estimate INTEGER);
CREATE TABLE changes (issue INTEGER, history INTEGER, item INTEGER, at, author TEXT, field TEXT,
  "before" TEXT, "after" TEXT, before_text TEXT, after_text TEXT, PRIMARY KEY (issue, history, item))
  WITHOUT ROWID;
"""


class Site:
    """One Jira, as its cheapest client."""

    def __init__(self, url: str, threads: ThreadPoolExecutor) -> None:
        self._url = url
        self._threads = threads
        self._pool = urllib3.PoolManager(maxsize=THREADS)
        info = self._pool.request("GET", f"{url}/rest/api/2/serverInfo", headers=HEADERS).json()
        self.is_cloud = info["deploymentType"] == "Cloud"

    def post(self, path: str, body: Json) -> Json:
        answer = self._pool.request("POST", self._url + path, body=orjson.dumps(body), headers=HEADERS)
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status} {answer.data[:200]!r}")
        found: Json = orjson.loads(answer.data)
        return found

    def ids(self) -> Iterator[int]:
        return self._ids_by_token() if self.is_cloud else self._ids_by_offset()

    def _ids_by_token(self) -> Iterator[int]:
        body: Json = {"jql": SCOPE, "fields": ["id"], "maxResults": CLOUD_IDS}
        while True:
            page = self.post("/rest/api/3/search/jql", body)
            yield from (int(issue["id"]) for issue in page["issues"])
            if page["isLast"]:
                return
            body["nextPageToken"] = page["nextPageToken"]

    def _ids_by_offset(self) -> Iterator[int]:
        """The first page says how many there are; the others are asked for at once, and taken as they are."""
        first = self._offset_page(0)
        others = self._threads.map(self._offset_page, range(OFFSET_IDS, first["total"], OFFSET_IDS))
        for page in chain([first], others):
            yield from (int(issue["id"]) for issue in page["issues"])

    def _offset_page(self, start: int) -> Json:
        body = {"jql": SCOPE, "fields": ["created"], "startAt": start, "maxResults": OFFSET_IDS}
        return self.post("/rest/api/2/search", body)

    def whole(self, ids: list[int]) -> tuple[list[Json], dict[int, list[Json]]]:
        """Issues with their histories by issue id."""
        names = [str(issue) for issue in ids]
        if self.is_cloud:
            issues = self.post("/rest/api/3/issue/bulkfetch", {"issueIdsOrKeys": names, "fields": FIELDS})
            logs = self.post(
                "/rest/api/3/changelog/bulkfetch", {"issueIdsOrKeys": names, "maxResults": 10_000}
            )
            histories = {int(log["issueId"]): log["changeHistories"] for log in logs["issueChangeLogs"]}
            return issues["issues"], histories
        body = {
            "jql": f"id in ({','.join(names)})",
            "fields": FIELDS,
            "maxResults": len(ids),
            "expand": ["changelog"],
        }
        found = self.post("/rest/api/2/search", body)["issues"]
        return found, {int(issue["id"]): issue["changelog"]["histories"] for issue in found}


def issue_row(issue: Json) -> tuple[Any, ...]:
    fields = issue["fields"]
    assignee = fields.get("assignee") or {}
    return (
        int(issue["id"]),
        issue["key"],
        fields["summary"],
        fields["project"]["key"],
        fields["issuetype"]["id"],
        fields["status"]["id"],
        assignee.get("accountId") or assignee.get("key"),
        int((fields.get("parent") or {}).get("id") or 0) or None,
        fields["created"],
        fields["updated"],
        fields.get("timeoriginalestimate"),
    )


def change_rows(issue: int, histories: list[Json]) -> Iterator[tuple[Any, ...]]:
    for history in histories:
        author = history.get("author") or {}
        for number, item in enumerate(history["items"]):
            yield (
                issue,
                int(history["id"]),
                number,
                history["created"],
                author.get("accountId") or author.get("key"),
                item.get("fieldId") or item["field"],
                item["from"],
                item["to"],
                item["fromString"],
                item["toString"],
            )


def store(database: sqlite3.Connection, issues: list[Json], histories: dict[int, list[Json]]) -> None:
    with database:
        database.executemany(
            "INSERT INTO issues VALUES (?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET key=excluded.key, "
            "summary=excluded.summary, status=excluded.status, assignee=excluded.assignee, "
            "parent=excluded.parent, updated=excluded.updated, estimate=excluded.estimate",
            map(issue_row, issues),
        )
        rows = (row for issue, some in histories.items() for row in change_rows(issue, some))
        database.executemany("INSERT INTO changes VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING", rows)


def main(url: str, path: str | None) -> None:
    database = sqlite3.connect(path) if path else None
    if database:
        database.executescript(SCHEMA)
    counts = [0, 0]
    with ThreadPoolExecutor(THREADS) as pool:
        site = Site(url, pool)
        for issues, histories in pool.map(site.whole, batches(site.ids(), site.is_cloud)):
            counts[0] += len(issues)
            counts[1] += sum(map(len, histories.values()))
            if database:
                store(database, issues, histories)
    print(f"{counts[0]} issues, {counts[1]} histories")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
