"""A small Jira written from public documents only, knowing nothing of the product or of its sandbox.

It refuses what a real Jira would refuse (unknown parameters, unbounded or unknown JQL, too many ids), keeps
every request in `asked`, and does to an answer whatever `fault` says."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.blackbox import strange_jql
from tests.blackbox.issues import FIELDS, LINK, STATUSES, TYPES, Shape, at_ms, status
from tests.keepalive import EndingServer

TOKEN, EMAIL = "right-token", "lead@example.com"
LAST_HISTORIES = 40  # how many expand=changelog gives on Cloud


@dataclass
class Asked:
    """One request as it came, and the answer it got."""

    method: str
    path: str
    query: dict[str, str]
    body: Shape
    headers: dict[str, str]
    at: float = field(default_factory=time.monotonic)
    status: int = 0

    @property
    def jql(self) -> str:
        return str(self.query.get("jql", self.body.get("jql", "")))


@dataclass
class Reply:
    """An answer. `cut` closes the connection after so many bytes of the body; `pause` waits before it."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    pause: float = 0.0
    dribble: float = 0.0

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Fault = Callable[[Asked, Reply], Reply]


class RefusedError(Exception):
    """What Jira answers with 400 and `errorMessages`."""

    status = 400


@dataclass
class StrangeJira:
    """What the Jira knows and how it misbehaves; `fault` sees each request and the answer due to it."""

    issues: list[Shape]
    cloud: bool = True
    fields: list[Shape] = field(default_factory=lambda: list(FIELDS))
    statuses: list[Shape] = field(default_factory=lambda: [status(one) for one in STATUSES])
    fault: Fault | None = None
    asked: list[Asked] = field(default_factory=list)
    page: int = 3
    histories_page: int = 4
    zone: str = "America/New_York"
    takes_epochs: bool = True
    ahead_ms: int = 0
    prefix: str = ""
    url: str = ""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000 + self.ahead_ms

    def found(self, reference: str) -> Shape | None:
        former = (one for one in self.issues for item in _items(one)
                  if item["field"] == "Key" and item["fromString"] == reference)  # fmt: skip
        exact = (one for one in self.issues if reference in (one["id"], one["key"]))
        return next(exact, None) or next(former, None)

    def matching(self, jql: str) -> list[Shape]:
        return strange_jql.select(self, jql)

    def jqls(self) -> list[str]:
        return sorted({asked.jql for asked in self.asked if asked.jql})


def _items(issue: Shape) -> Iterator[Shape]:
    for history in (issue.get("changelog") or {}).get("histories") or ():
        yield from history.get("items") or ()


class Answers:
    """The routes, each a method that takes the request and returns what to answer with 200."""

    def __init__(self, jira: StrangeJira) -> None:
        self.jira = jira

    def reply(self, asked: Asked) -> Reply:
        try:
            return self._authorised(asked)
        except RefusedError as refused:
            return Reply(refused.status, {"errorMessages": [str(refused)], "errors": {}})

    def _authorised(self, asked: Asked) -> Reply:
        given = asked.headers.get("authorization")
        basic = base64.b64encode(f"{EMAIL}:{TOKEN}".encode()).decode()
        right = f"Basic {basic}" if self.jira.cloud else f"Bearer {TOKEN}"
        if given is not None and given != right:
            return Reply(401, b"Client must be authenticated to access this resource.",
                         {"Content-Type": "text/plain"})  # fmt: skip
        base = f"{self.jira.prefix}/rest/api/"
        parts = asked.path.removeprefix(base).split("/")
        if not asked.path.startswith(base) or parts[0] not in ("2", "3" if self.jira.cloud else "2"):
            return Reply(404, {"errorMessages": ["null for uri"]})
        return self._route(asked, "/".join(parts[1:]), anonymous=given is None)

    def _route(self, asked: Asked, path: str, anonymous: bool) -> Reply:
        if anonymous and path == "myself":
            return Reply(401, {"errorMessages": ["You are not authenticated."]})
        plain = {
            ("GET", "serverInfo"): self.server_info, ("GET", "myself"): self.myself,
            ("GET", "mypermissions"): self.permissions,
            ("GET", "field"): lambda _: self.jira.fields, ("GET", "status"): lambda _: self.jira.statuses,
            ("GET", "issuetype"): self.types, ("GET", "project"): self.projects,
        }  # fmt: skip
        cloud = {
            ("GET", "search/jql"): self.search_jql, ("POST", "search/jql"): self.search_jql,
            ("POST", "search/approximate-count"): self.count, ("POST", "issue/bulkfetch"): self.bulkfetch,
            ("POST", "changelog/bulkfetch"): self.changelogs, ("GET", "project/search"): self.project_search,
        }  # fmt: skip
        server = {("GET", "search"): self.search, ("POST", "search"): self.search}
        routes = plain | (cloud if self.jira.cloud else server)
        if (asked.method, path) in routes:
            return Reply(200, routes[asked.method, path](asked))
        if self.jira.cloud and path == "search":
            return Reply(410, {"errorMessages": ["The requested API has been removed. Please migrate to "
                                                 "the /rest/api/3/search/jql API."]})  # fmt: skip
        return self._by_name(asked, path.split("/"))

    def _by_name(self, asked: Asked, parts: list[str]) -> Reply:
        if asked.method == "GET" and parts[0] == "issue" and len(parts) in (2, 3):
            issue = self.jira.found(parts[1])
            if issue is None:
                return Reply(404, {"errorMessages": ["Issue does not exist or you do not have permission"]})
            if len(parts) == 2:
                return Reply(200, self.shown(issue, asked.query.get("fields", "*all").split(","),
                                             asked.query.get("expand", "")))  # fmt: skip
            if parts[2] == "changelog" and self.jira.cloud:
                return Reply(200, self.changelog(issue, asked))
        if asked.method == "GET" and parts[0] == "project" and len(parts) == 2:
            found = [one for one in self.projects(asked) if parts[1] in (one["key"], one["id"])]
            return Reply(200, found[0]) if found else Reply(404, {"errorMessages": ["No project"]})
        return Reply(404, {"errorMessages": [f"no such resource {asked.method} {'/'.join(parts)}"]})

    # ------------------------------------------------------------------ the site

    def server_info(self, asked: Asked) -> Shape:
        zone_now = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(self.jira.now_ms() / 1000))
        return {
            "baseUrl": self.jira.url, "version": "1001.0.0" if self.jira.cloud else "10.3.4",
            "versionNumbers": [1001, 0, 0] if self.jira.cloud else [10, 3, 4], "serverTitle": "Strange",
            "deploymentType": "Cloud" if self.jira.cloud else "Server", "buildNumber": 100,
            "serverTime": f"{zone_now}.{self.jira.now_ms() % 1000:03d}+0000",
        }  # fmt: skip

    def myself(self, asked: Asked) -> Shape:
        name = {"accountId": "robot"} if self.jira.cloud else {"key": "robot", "name": "robot"}
        return name | {"displayName": "Robot", "timeZone": self.jira.zone, "active": True, "locale": "en_US"}

    def permissions(self, asked: Asked) -> Shape:
        if self.jira.cloud and "permissions" not in asked.query:
            raise RefusedError("The 'permissions' query parameter is required.")
        names = asked.query.get("permissions", "BROWSE_PROJECTS").split(",")
        return {"permissions": {name: {"key": name, "havePermission": True} for name in names}}

    def types(self, asked: Asked) -> list[Shape]:
        level = {kind: {"hierarchyLevel": TYPES[kind][2]} if self.jira.cloud else {} for kind in TYPES}
        return [{"id": TYPES[kind][0], "name": TYPES[kind][1], "subtask": kind == "subtask"} | level[kind]
                for kind in TYPES]  # fmt: skip

    def projects(self, asked: Asked) -> list[Shape]:
        known = {
            one["fields"]["project"]["id"]: one["fields"]["project"]
            for one in self.jira.issues
            if one.get("fields")
        }
        return list(known.values())

    def project_search(self, asked: Asked) -> Shape:
        wanted = asked.query.get("keys")
        found = [one for one in self.projects(asked) if wanted in (None, one["key"])]
        return {"values": found, "isLast": True, "total": len(found), "startAt": 0, "maxResults": 50}

    # ------------------------------------------------------------------ searching and reading

    def search_jql(self, asked: Asked) -> Shape:
        given = _only(asked, "jql", "nextPageToken", "maxResults", "fields", "expand", "properties",
                      "fieldsByKeys", "failFast", "reconcileIssues")  # fmt: skip
        names = _listed(given.get("fields", "id"))
        if asked.method == "POST" and not isinstance(given.get("expand", ""), str):
            raise RefusedError("expand must be a string")
        issues = self.jira.matching(str(given.get("jql", "")))
        start = int(str(given.get("nextPageToken") or "page-0").removeprefix("page-"))
        size = min(int(given.get("maxResults", 50)), self.jira.page)
        shown = [
            self.shown(one, names, str(given.get("expand", "")), default="id")
            for one in issues[start : start + size]
        ]
        last = start + size >= len(issues)
        return {"issues": shown, "isLast": last} | ({} if last else {"nextPageToken": f"page-{start + size}"})

    def search(self, asked: Asked) -> Shape:
        given = _only(asked, "jql", "startAt", "maxResults", "fields", "expand", "validateQuery")
        issues = self.jira.matching(str(given.get("jql", "")))
        start, size = int(given.get("startAt", 0)), min(int(given.get("maxResults", 50)), self.jira.page)
        names, expand = _listed(given.get("fields", "*navigable")), ",".join(_listed(given.get("expand", "")))
        shown = [self.shown(one, names, expand) for one in issues[start : start + size]]
        return {"startAt": start, "maxResults": size, "total": len(issues), "issues": shown}

    def count(self, asked: Asked) -> Shape:
        return {"count": len(self.jira.matching(str(_only(asked, "jql").get("jql", ""))))}

    def bulkfetch(self, asked: Asked) -> Shape:
        given = _only(asked, "issueIdsOrKeys", "fields", "expand", "fieldsByKeys", "properties")
        wanted = given["issueIdsOrKeys"]
        if not 0 < len(wanted) <= 100 or not isinstance(given.get("expand", []), list):
            raise RefusedError("issueIdsOrKeys must hold 1 to 100 issues, expand be a list")
        found = {str(one["id"]): one for name in wanted if (one := self.jira.found(str(name)))}
        names, expand = given.get("fields", ["*navigable"]), ",".join(given.get("expand", []))
        errors = [
            {"id": str(name), "errorMessage": "Issue not found"}
            for name in wanted
            if not self.jira.found(str(name))
        ]
        issues = [self.shown(found[one], names, expand) for one in sorted(found, key=int)]
        return {"issues": issues, "issueErrors": errors, "expand": "names,schema"}

    def changelogs(self, asked: Asked) -> Shape:
        given = _only(asked, "issueIdsOrKeys", "fieldIds", "maxResults", "nextPageToken")
        wanted, names = given["issueIdsOrKeys"], given.get("fieldIds") or []
        if not 0 < len(wanted) <= 1000 or len(names) > 10 or not 1 <= given.get("maxResults", 1000) <= 10_000:
            raise RefusedError("at most 1000 issues, 10 fields and 10000 results")
        start = int(str(given.get("nextPageToken") or "0"))
        size = min(given.get("maxResults", 1000), self.jira.histories_page)
        rows = [(one["id"], history) for name in wanted if (one := self.jira.found(str(name)))
                for history in self.histories(one) if _touches(history, names)]  # fmt: skip
        logs: dict[str, list[Shape]] = {}
        for number, history in rows[start : start + size]:
            logs.setdefault(number, []).append({**history, "created": _epoch(history.get("created"))})
        more = {"nextPageToken": str(start + size)} if start + size < len(rows) else {}
        return {"issueChangeLogs": [{"issueId": one, "changeHistories": logs[one]} for one in logs]} | more

    def changelog(self, issue: Shape, asked: Asked) -> Shape:
        rows, start = self.histories(issue), int(asked.query.get("startAt", 0))
        size = min(int(asked.query.get("maxResults", 100)), self.jira.histories_page)
        page = {"values": rows[start : start + size], "startAt": start, "maxResults": size}
        return page | {"total": len(rows), "isLast": start + size >= len(rows)}

    def histories(self, issue: Shape) -> list[Shape]:
        return list((issue.get("changelog") or {}).get("histories") or ())

    def shown(self, issue: Shape, names: Sequence[str], expand: str, default: str = "") -> Shape:
        own = {"id": issue["id"], "self": f"{self.jira.url}/rest/api/2/issue/{issue['id']}"}
        if default == "id" and list(names) == ["id"]:
            return own
        own["key"] = issue["key"]
        if "fields" in issue:
            every = any(name.startswith("*") for name in names)
            own["fields"] = {name: value for name, value in issue["fields"].items() if every or name in names}
        if "changelog" in expand and "changelog" in issue:
            rows = self.histories(issue)
            rows = list(reversed(rows))[:LAST_HISTORIES] if self.jira.cloud else rows
            total = issue["changelog"].get("total", len(rows))
            own["changelog"] = {"startAt": 0, "maxResults": len(rows), "total": total, "histories": rows}
        return own


def _touches(history: Shape, names: Sequence[str]) -> bool:
    called = {item.get("fieldId", item.get("field")) for item in history.get("items") or ()}
    called |= {{"IssueParentAssociation": "parent", "Epic Link": LINK, "Key": "issuekey"}.get(str(name), name)
               for name in called}  # fmt: skip
    return not names or bool(called & set(names))


def _epoch(created: Any) -> Any:
    if not isinstance(created, str) or not created.endswith("+0000"):
        return created
    return at_ms(created.removesuffix("+0000"))


def _only(asked: Asked, *names: str) -> Shape:
    given = asked.query if asked.method == "GET" else asked.body
    unknown = set(given) - set(names)
    if unknown or (asked.method == "POST" and asked.query):
        raise RefusedError(f"unknown parameters: {sorted(unknown | set(asked.query))}")
    return given


def _listed(value: Any) -> list[str]:
    return (
        [one for one in value.split(",") if one]
        if isinstance(value, str)
        else [str(one) for one in value or ()]
    )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # headers and body go out in two writes: the second would wait 40 ms
    jira: StrangeJira

    def do_GET(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(size) or b"{}") if size else {}
        parts = urlsplit(self.path)
        query = {
            name: ",".join(values) for name, values in parse_qs(parts.query, keep_blank_values=True).items()
        }
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, parts.path, query, body, headers)
        self.jira.asked.append(asked)
        reply = Answers(self.jira).reply(asked)
        if self.jira.fault is not None:
            reply = self.jira.fault(asked, reply)
        asked.status = reply.status
        self._send(reply)

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815  (the names that http.server calls)

    def _send(self, reply: Reply) -> None:
        time.sleep(reply.pause)
        content = reply.content
        self.send_response(reply.status)
        headers = {"Content-Type": "application/json;charset=UTF-8", "Content-Length": str(len(content))}
        for name, value in (headers | reply.headers).items():
            self.send_header(name, value)
        self.end_headers()
        if reply.dribble:
            self._dribble(content, reply.dribble)
        else:
            self.wfile.write(content[: reply.cut])
        self.close_connection = self.close_connection or reply.cut is not None

    def _dribble(self, content: bytes, pause: float) -> None:
        for at in range(len(content)):
            self.wfile.write(content[at : at + 1])
            self.wfile.flush()
            time.sleep(pause)

    def log_message(self, *arguments: Any) -> None:
        """Nothing on the terminal: `asked` has it all."""


class _Quiet(EndingServer):
    def handle_error(self, *arguments: Any) -> None:
        """A client that hangs up on a dribbling answer is no news."""


@contextmanager
def running(jira: StrangeJira) -> Iterator[StrangeJira]:
    """The Jira at work on a free port of this machine; its address is `jira.url`."""
    handler = type("Handler", (_Handler,), {"jira": jira})
    server = _Quiet(("127.0.0.1", 0), handler)
    jira.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield jira
    finally:
        server.shutdown()
        server.server_close()
