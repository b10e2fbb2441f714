"""Jira as the use cases see it: who we are, what there is, ids, whole issues. Any thread may call it.

Each exchange has a client of the `jira` library to itself; only raw JSON comes out, never its objects.
"""

import threading
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from phasewise.core.model import Instant
from phasewise.errors import JiraError
from phasewise.jira import jql
from phasewise.jira.access import JiraAccess
from phasewise.jira.clock import Clock
from phasewise.jira.cloud import Cloud
from phasewise.jira.datacenter import DataCenter
from phasewise.jira.field_writes import FieldWrites
from phasewise.jira.instants import http_date, instant_of
from phasewise.jira.people import People
from phasewise.jira.phase_field import PhaseField
from phasewise.jira.reading import Reading, ReadResult, Row, id_of, rows_in
from phasewise.jira.remote_links import RemoteLinks
from phasewise.jira.retry import Caller, Patience
from phasewise.jira.siblings import Siblings
from phasewise.jira.trouble import BrokenAnswerError, LoginRefusedError
from phasewise.jira.webhook_admin import WebhookAdmin
from phasewise.jira.wire import Bounds, Request, Wire
from phasewise.jira.writes import Manners, Writes

__all__ = ["JiraAccess", "JiraClient", "JiraClients"]

CLOUD, DATACENTER = "cloud", "datacenter"
CLOUD_HOSTS = (".atlassian.net", "api.atlassian.com", ".jira.com")


@dataclass(frozen=True, slots=True)
class Server:
    """A Jira as it describes itself; `time` is its clock. `base_url` is the address it calls its own, which
    behind a proxy need not be the one it was asked at."""

    time: Instant
    title: str
    version: str
    base_url: str | None


class JiraClient:
    """One Jira and one account. Nothing goes out before the first method is called."""

    def __init__(
        self,
        access: JiraAccess,
        *,
        clock: Clock | None = None,
        patience: Patience | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        clock = clock or Clock()
        self.access = access
        self._caller = Caller(Wire(access, clock, bounds or Bounds()), clock, patience or Patience())
        self._deployment: str | None = None
        self._major = 0
        self._manners = Manners()
        self._reading: Reading | None = None
        self._zone: ZoneInfo | None = None  # set once Jira has refused milliseconds in JQL

    @property
    def requests(self) -> int:
        """How many requests went out so far, repeated ones included."""
        return self._caller.exchanges

    def allow_one_try(self) -> None:
        """After refused log-ins have stopped every request, let the next one go out: somebody asks for it."""
        self._caller.allow_one_try()

    def close(self) -> None:
        """Close the idle connections. The client can be used again."""
        self._caller.close()

    # ------------------------------------------------------------ the site

    @property
    def deployment(self) -> str:
        """`cloud` or `datacenter`, asked once."""
        if self._deployment is None:
            self.server()
        return self._deployment or DATACENTER

    def server(self) -> Server:
        """What Jira says of itself, with its clock: that one bounds what is asked next, never ours."""
        data, headers = self._caller.call(Request("GET", "/rest/api/2/serverInfo"))
        if not isinstance(data, dict):
            raise BrokenAnswerError("Jira's answer about itself has another shape; check the address")
        self._deployment = _deployment_of(data, self.access)
        try:
            time = instant_of(data.get("serverTime"))
        except ValueError:
            date = http_date(headers.get("Date"))
            if date is None:
                raise JiraError("Jira does not tell its time: neither serverTime nor Date came") from None
            time = date
        self._major = _major_of(data)
        title, version = str(data.get("serverTitle") or "Jira"), str(data.get("version") or "")
        return Server(time, title, version, _base_url(data))

    def myself(self) -> Row:
        """The account we are. LoginRefusedError where Jira takes us for nobody: it would show us nothing."""
        data, _ = self._caller.call(Request("GET", "/rest/api/2/myself"))
        if not isinstance(data, dict) or not any(data.get(name) for name in ("accountId", "key", "name")):
            raise LoginRefusedError(
                "Jira answers as if nobody were logged in: the token did not reach it, or is nobody's; "
                "check PHASEWISE_JIRA_TOKEN and PHASEWISE_JIRA_EMAIL",
                status=401,
            )
        return data

    def fields(self) -> list[Row]:
        """Every field the account can see: id, name, schema, clauseNames."""
        return self._list("/rest/api/2/field")

    def statuses(self) -> list[Row]:
        """Every status the account can see: id, name, statusCategory."""
        return self._list("/rest/api/2/status")

    def working_hours_per_day(self) -> float:
        """How many hours Jira counts as a day in estimates; 8 where it does not say."""
        try:
            data, _ = self._caller.call(Request("GET", "/rest/api/2/configuration"))
            hours = data["timeTrackingConfiguration"]["workingHoursPerDay"]
            return float(hours) if 0 < float(hours) <= 24 else 8.0
        except (JiraError, KeyError, TypeError, ValueError):
            return 8.0

    def create_types(self, project: str) -> list[Row]:
        """The issue types that can be made in a project: id, name, subtask."""
        return self._create_meta(f"{quote(project, safe='')}/issuetypes")

    def create_fields(self, project: str, type_id: str) -> set[str]:
        """The ids of the fields that an issue type has in a project."""
        rows = self._create_meta(f"{quote(project, safe='')}/issuetypes/{quote(type_id, safe='')}")
        return {str(row.get("fieldId") or row.get("key")) for row in rows}

    def _create_meta(self, path: str) -> list[Row]:
        found: list[Row] = []
        while True:
            params = {"startAt": len(found), "maxResults": 200}
            data, _ = self._caller.call(Request("GET", f"/rest/api/2/issue/createmeta/{path}", params=params))
            page = rows_in(data, "values")
            found += page
            total = data.get("total")
            if not page or data.get("isLast") is True or (isinstance(total, int) and len(found) >= total):
                return found

    def may(self, permission: str) -> bool | None:
        """Whether the account has a permission anywhere (`BROWSE_PROJECTS`); None where Jira does not say."""
        params = {"permissions": permission}
        try:
            data, _ = self._caller.call(Request("GET", "/rest/api/2/mypermissions", params=params))
            return bool(data["permissions"][permission]["havePermission"])
        except (JiraError, KeyError, TypeError):
            return None

    def allowed_values(self, issue_id: int, field_id: str) -> list[tuple[str, str]]:
        """(id, name) of the options that a field offers on an issue; none where we may not edit it."""
        try:
            data, _ = self._caller.call(Request("GET", f"/rest/api/2/issue/{issue_id}/editmeta"))
            values = data["fields"][field_id]["allowedValues"]
            return [(str(value["id"]), str(value["value"])) for value in values]
        except (JiraError, KeyError, TypeError):
            return []

    def project_visible(self, key: str) -> bool:
        """Whether the account can still see a Jira project, by its key or id."""
        try:
            self._caller.call(Request("GET", f"/rest/api/2/project/{quote(key, safe='')}"))
        except JiraError as error:
            if error.status in (403, 404):
                return False
            raise
        return True

    def project_keys(self, most: int) -> list[str]:
        """The keys of the Jira projects that the account can see, in order; no more than `most` of them."""
        return sorted(str(row["key"]) for row in self._projects(most) if row.get("key"))[:most]

    def project_ids(self, most: int) -> list[str]:
        """Their ids."""
        return [str(row["id"]) for row in self._projects(most) if row.get("id")][:most]

    def _projects(self, most: int) -> list[Row]:
        if self.deployment == CLOUD:
            params: dict[str, str | int] = {"maxResults": most, "orderBy": "key"}
            data, _ = self._caller.call(Request("GET", "/rest/api/2/project/search", params=params))
            return rows_in(data, "values")
        return self._list("/rest/api/2/project")

    def _list(self, path: str) -> list[Row]:
        data, _ = self._caller.call(Request("GET", path))
        return rows_in({"list": data}, "list")

    # ------------------------------------------------------------ issues

    @property
    def reading(self) -> Reading:
        if self._reading is None:
            self._reading = (
                Cloud(self._caller) if self.deployment == CLOUD else DataCenter(self._caller, self._since)
            )
        return self._reading

    @property
    def ids_per_read(self) -> int:
        return self.reading.ids_per_read

    def ids(self, clause: str) -> Iterator[list[int]]:
        """Every id the clause matches, page by page; an id may come twice."""
        for page in self.reading.pages(clause, ["id"]):
            yield [issue_id for row in page if (issue_id := id_of(row)) is not None]

    def ids_and_keys(self, clause: str) -> Generator[dict[int, str], None, None]:
        """The same with the key of each issue: keys change without a change of the issue."""
        for page in self.reading.pages(clause, ["key"]):
            yield {
                issue_id: str(row.get("key") or "") for row in page if (issue_id := id_of(row)) is not None
            }

    def changed_ids(
        self, clause: str, since: Instant
    ) -> Generator[list[tuple[int, Instant | None]], None, None]:
        """(id, updated) of all that the clause matches and that changed at or after `since`.

        `updated` is None where Jira sent none that can be read.
        """
        for page in self._changed_pages(clause, since):
            yield [(issue_id, _updated(row)) for row in page if (issue_id := id_of(row)) is not None]

    def _changed_pages(self, clause: str, since: Instant) -> Iterator[list[Row]]:
        served = False
        try:
            for page in self.reading.pages(jql.both(clause, self._since("updated", since)), ["updated"]):
                served = True
                yield page
            return
        except JiraError as error:
            if error.status != 400 or served or self._zone is not None:
                raise
        self._zone = self._own_zone()
        yield from self.reading.pages(jql.both(clause, self._since("updated", since)), ["updated"])

    def _since(self, field: str, at: Instant) -> str:
        return jql.since(field, at) if self._zone is None else jql.since_minute(field, at, self._zone)

    def _own_zone(self) -> ZoneInfo:
        """The zone in which Jira reads our date literals: the one of the account's profile."""
        try:
            return ZoneInfo(str(self.myself().get("timeZone")))
        except (ZoneInfoNotFoundError, ValueError):
            raise JiraError(
                "Jira refuses milliseconds in JQL and does not tell the account's time zone: make it "
                "visible in the account's profile"
            ) from None

    def matching(self, clause: str, ids: Sequence[int]) -> set[int]:
        """Those of the ids that the clause matches; on Cloud asked so that the index cannot lag."""
        found: set[int] = set()
        for start in range(0, len(ids), 50):
            some = ids[start : start + 50]
            narrowed = jql.both(clause, jql.with_ids(some))
            for page in self._reconciled(narrowed, some):
                found.update(issue_id for row in page if (issue_id := id_of(row)) is not None)
        return found & set(ids)

    def _reconciled(self, clause: str, ids: Sequence[int]) -> list[list[Row]]:
        try:
            return list(self.reading.pages(clause, ["id"], reconcile=ids))
        except JiraError as error:
            if error.status != 400 or self.deployment != CLOUD:
                raise
            return list(self.reading.pages(clause, ["id"]))

    def updates(self, ids: Sequence[int]) -> dict[int, Instant | None]:
        """Id -> `updated` of at most `ids_per_read` issues; those Jira does not show are left out."""
        return {issue_id: _updated(row) for issue_id, row in self.reading.rows(ids, ["updated"]).items()}

    def id_of_key(self, key: str) -> int | None:
        """The id of the issue that has or had a key; None where Jira does not show one."""
        path = f"/rest/api/2/issue/{quote(key, safe='')}"
        try:
            data, _ = self._caller.call(Request("GET", path, params={"fields": "issuetype"}))
        except JiraError as error:
            if error.status in (403, 404):
                return None
            raise
        return id_of(data) if isinstance(data, dict) else None

    def rows(self, clause: str, fields: Sequence[str]) -> Iterator[list[Row]]:
        """Raw issues the clause matches with some of their fields, page by page."""
        return self.reading.pages(clause, fields)

    def read(self, ids: Sequence[int], fields: Sequence[str]) -> ReadResult:
        """Whole issues with whole histories, at most `ids_per_read`, straight from Jira's database."""
        return self.reading.read(ids, fields)

    def approximate_count(self, clause: str) -> int | None:
        """How many issues Jira believes the clause matches; None where it does not say."""
        return self.reading.count(clause)

    def people(self) -> People:
        """Whom Jira knows."""
        return People(self._caller, self.reading, is_cloud=self.deployment == CLOUD)

    def writes(self) -> Writes:
        """All that changes something in Jira's issues."""
        return Writes(self._caller, is_cloud=self.deployment == CLOUD, manners=self._manners)

    def siblings(self) -> Siblings:
        """Tasks that are split."""
        return Siblings(self._caller, is_cloud=self.deployment == CLOUD)

    def remote_links(self) -> RemoteLinks:
        """Links from issues to pages of ours."""
        return RemoteLinks(self._caller, is_cloud=self.deployment == CLOUD)

    def field_writes(self) -> FieldWrites:
        """Fields of issues that are set."""
        return FieldWrites(self._caller, is_cloud=self.deployment == CLOUD)

    def phase_field(self, name: str, options: Sequence[str]) -> PhaseField:
        """The phase field, to be made on Cloud."""
        return PhaseField(self._caller, name, options)

    def webhook_admin(self) -> WebhookAdmin:
        """The webhooks that Jira has, and their registration."""
        return WebhookAdmin(self._caller, is_cloud=self.deployment == CLOUD, major=self._major)


class JiraClients:
    """The Jira of the settings. Its client is one for all threads, so that what one learns all obey."""

    def __init__(
        self,
        access: JiraAccess,
        *,
        clock: Clock | None = None,
        patience: Patience | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        self.access = access
        self._stopping = threading.Event()
        clock = clock or Clock(sleep=self._sleep)
        self._client = JiraClient(access, clock=clock, patience=patience, bounds=bounds)

    def client(self) -> JiraClient:
        """The client. What it asks for goes out over as many connections as threads ask at once."""
        return self._client

    def stop(self) -> None:
        """End every wait, now and from now on: a synchronisation under way ends with a JiraError."""
        self._stopping.set()

    def close(self) -> None:
        """Close the idle connections."""
        self._client.close()

    def _sleep(self, seconds: float) -> None:
        if self._stopping.wait(seconds):
            raise JiraError("Phasewise was asked to stop while it waited for Jira", retryable=True)


def _deployment_of(info: Row, access: JiraAccess) -> str:
    """Old servers do not say what they are; neither may a proxy before Cloud, which its address betrays."""
    kind = str(info.get("deploymentType") or "").lower()
    is_cloud = kind == CLOUD or (not kind and urlsplit(access.api).netloc.endswith(CLOUD_HOSTS))
    return CLOUD if is_cloud else DATACENTER


def _major_of(info: Row) -> int:
    """10 of 10.3.24; 0 where Jira does not say."""
    numbers = info.get("versionNumbers")
    first = numbers[0] if isinstance(numbers, list) and numbers else str(info.get("version")).split(".")[0]
    return int(first) if str(first).isascii() and str(first).isdigit() else 0


def _base_url(info: Row) -> str | None:
    url = info.get("baseUrl")
    return url.rstrip("/") if isinstance(url, str) and url.startswith(("http://", "https://")) else None


def _updated(row: Row) -> Instant | None:
    try:
        return instant_of(row["fields"]["updated"])
    except (KeyError, TypeError, ValueError):
        return None
