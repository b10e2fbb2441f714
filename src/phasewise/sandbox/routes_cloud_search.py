"""Searching on Cloud: tokens instead of offsets, ids by default, bounded queries, bulk reads of issues and
changelogs. The old search is gone. `app` mounts it."""

import base64
import binascii
import hashlib
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from phasewise.sandbox.access import Caller
from phasewise.sandbox.answers import RefusedError, answer, body_of, strings, whole_number
from phasewise.sandbox.desk import HIDDEN, Desk
from phasewise.sandbox.jql_text import JqlError
from phasewise.sandbox.model import Issue
from phasewise.sandbox.render import Renderer, Selection, selection
from phasewise.sandbox.render_history import histories_of, history, wanted_items
from phasewise.sandbox.search import Answer

MAX_IDS, MAX_ISSUES = 5000, 100
_SEEN = "-0"
"""Ends a token that has been answered with an empty page already."""
_GONE = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. "
    "A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)


def routes(desk: Desk) -> APIRouter:
    router = APIRouter()

    @router.api_route("/rest/api/{version}/search", methods=["GET", "POST"])
    async def removed(request: Request) -> Response:
        desk.renderer(request)
        raise RefusedError(410, _GONE)

    @router.get("/rest/api/{version}/search/jql")
    async def search_by_url(request: Request) -> Response:
        asked: dict[str, Any] = dict(request.query_params)
        asked["fields"] = request.query_params.getlist("fields")
        asked["properties"] = ",".join(request.query_params.getlist("properties")).split(",")
        asked["reconcileIssues"] = request.query_params.getlist("reconcileIssues")
        return _search(desk, request, asked)

    @router.post("/rest/api/{version}/search/jql")
    async def search_by_body(request: Request) -> Response:
        asked = await body_of(request)
        if not isinstance(asked.get("expand", ""), str | None):
            raise RefusedError(
                400, "Invalid request payload. Refer to the REST API documentation and try again."
            )
        return _search(desk, request, asked)

    @router.post("/rest/api/{version}/search/approximate-count")
    async def approximate_count(request: Request) -> Response:
        desk.renderer(request)
        asked = await body_of(request)
        return answer({"count": len(_find(desk, str(asked.get("jql", "")), desk.caller(request)))})

    @router.post("/rest/api/{version}/issue/bulkfetch")
    async def bulk_issues(request: Request) -> Response:
        return _bulk_issues(desk, desk.renderer(request), desk.caller(request), await body_of(request))

    @router.post("/rest/api/{version}/changelog/bulkfetch")
    async def bulk_changelogs(request: Request) -> Response:
        return _bulk_changelogs(desk, desk.renderer(request), desk.caller(request), await body_of(request))

    return router


# ------------------------------------------------------------------ search


def _find(desk: Desk, jql: str, caller: Caller) -> Answer:
    try:
        return desk.search.find(jql, caller, bounded=True, lenient=caller.user_id is None)
    except JqlError as refused:
        raise RefusedError(400, str(refused)) from None


def _search(desk: Desk, request: Request, asked: dict[str, Any]) -> Response:
    renderer, caller = desk.renderer(request), desk.caller(request)
    jql = str(asked.get("jql") or "")
    wanted = selection(strings(asked, "fields"), "id")
    expand = _names(asked.get("expand"))
    found = _find(desk, jql, caller)
    _reconcile(found, strings(asked, "reconcileIssues"))
    token = asked.get("nextPageToken")
    start = found.position_after(_position(desk, token, jql)) if token else 0
    size = _size(desk, whole_number(asked.get("maxResults"), 50), wanted)
    issues = found.page(start, size)
    is_last = start + len(issues) >= len(found)
    body: dict[str, Any] = {
        "issues": [
            _with_properties(renderer.issue(issue, wanted, changelog="changelog" in expand), issue, asked)
            for issue in issues
        ],
        "isLast": is_last,
    }
    if "names" in expand:
        body["names"] = {
            field.id: field.name for field in desk.world.fields.values() if wanted.wants(field.id)
        }
    if not is_last and issues:
        body["nextPageToken"] = _token(jql, found.order.raw(issues[-1]))
    _spoil(desk, body, token)
    response = answer(body)
    if desk.trouble.edit_after_page and issues:
        edit_one(desk, issues)
    return response


def _size(desk: Desk, asked: int, wanted: Selection) -> int:
    """As many issues as asked for, within limits; an empty page is never asked for."""
    if asked < 0:
        raise RefusedError(400, "The 'maxResults' parameter must not be negative.")
    size = max(1, min(asked or 50, MAX_IDS if wanted.keys_only else MAX_ISSUES))
    return max(1, size * 2 // 3) if desk.trouble.short_pages else size


def _names(expand: object) -> set[str]:
    return {part.strip() for part in str(expand or "").split(",")}


def _with_properties(shown: dict[str, Any], issue: Issue, asked: dict[str, Any]) -> dict[str, Any]:
    keys = [key for key in strings(asked, "properties") if key]
    if len(keys) > 5:
        raise RefusedError(400, "The maximum number of properties is 5.")
    if keys:
        known = issue.extras.properties if issue.extras else {}
        shown["properties"] = {key: known[key] for key in keys if key in known}
    return shown


def _reconcile(found: Answer, names: list[str]) -> None:
    """Issues named here are shown as they are, whatever the index still believes."""
    if len(names) > 50:
        raise RefusedError(400, "The maximum number of reconcileIssues is 50.")
    for name in names:
        if not name.isdigit():
            raise RefusedError(400, f"'{name}' is not an issue id.")
        found.refresh(int(name))


def _token(jql: str, raw: list[int | str]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([_digest(jql), raw])).decode().rstrip("=")


def _digest(jql: str) -> str:
    return hashlib.sha256(jql.encode()).hexdigest()[:12]


def _position(desk: Desk, token: object, jql: str) -> list[int | str]:
    """What a page token stands for: a place in the order of its own query, good for that query only."""
    try:
        text = str(token).removesuffix(_SEEN)
        digest, raw = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, TypeError):
        raise RefusedError(400, "The provided next page token is invalid or expired.") from None
    if digest != _digest(jql) or desk.trouble.page_token == "expired":  # noqa: S105 - a mode, not a secret.
        raise RefusedError(400, "The provided next page token is invalid or expired.")
    return list(raw)


def _spoil(desk: Desk, body: dict[str, Any], token: object) -> None:
    mode = desk.trouble.page_token
    if mode == "repeated" and token:
        body["nextPageToken"], body["isLast"] = token, False
    if mode == "empty_page" and token and not str(token).endswith(_SEEN):
        body |= {"issues": [], "isLast": False, "nextPageToken": f"{token}{_SEEN}"}


def edit_one(desk: Desk, issues: list[Issue]) -> None:
    """Edits an issue just served, which moves it to the end of an order by `updated`."""
    world = desk.world
    chosen = next((world.issues[issue.id] for issue in issues if issue.id in world.issues), None)
    if chosen is not None:
        labels = {*chosen.labels} ^ {"edited-while-paging"}
        world.edit(world.now(), world.service_user, chosen.id, {"labels": sorted(labels)})


# ------------------------------------------------------------------ bulk reads


def _bulk_issues(desk: Desk, renderer: Renderer, caller: Caller, asked: dict[str, Any]) -> Response:
    names = strings(asked, "issueIdsOrKeys")
    if not names or len(names) > 100:
        raise RefusedError(400, "The number of issues must be between 1 and 100.")
    wanted = selection(strings(asked, "fields"), "*navigable")
    given = asked.get("expand")
    expand = _names(given) if isinstance(given, str) else set(strings(asked, "expand"))
    found: dict[int, Issue] = {}
    errors: list[dict[str, Any]] = []
    for name in names:
        issue = desk.world.issue(name)
        if issue is None or not caller.may_see(issue):
            errors.append({"id": name, "errorMessage": HIDDEN})
        else:
            found[issue.id] = issue
    shown = [
        _with_properties(renderer.issue(found[id], wanted, changelog="changelog" in expand), found[id], asked)
        for id in sorted(found)
    ]
    return answer({"issues": shown, "issueErrors": errors})


def _bulk_changelogs(desk: Desk, renderer: Renderer, caller: Caller, asked: dict[str, Any]) -> Response:
    names = strings(asked, "issueIdsOrKeys")
    fields = frozenset(id.lower() for id in strings(asked, "fieldIds"))
    size = whole_number(asked.get("maxResults"), 1000)
    if not names or len(names) > 1000 or len(fields) > 10 or not 1 <= size <= 10_000:
        raise RefusedError(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    found = {issue.id: issue for name in names if (issue := desk.world.issue(name)) and caller.may_see(issue)}
    skip = _changelog_position(asked.get("nextPageToken"))
    pages: list[dict[str, Any]] = []
    left, number, more = size, 0, False
    for id in sorted(found):
        shown: list[dict[str, Any]] = []
        for items in histories_of(found[id]):
            items = wanted_items(items, fields) if fields else items
            if not items:
                continue
            number += 1
            if number <= skip:
                continue
            if left == 0:
                more = True
                break
            shown.append(history(renderer.refs, items, epoch=True))
            left -= 1
        if shown:
            pages.append({"issueId": str(id), "changeHistories": shown})
        if more:
            break
    token = base64.urlsafe_b64encode(str(skip + size).encode()).decode() if more else None
    return answer({"issueChangeLogs": pages, "nextPageToken": token})


def _changelog_position(token: object) -> int:
    if not token:
        return 0
    try:
        return int(base64.urlsafe_b64decode(str(token)))
    except (binascii.Error, ValueError):
        raise RefusedError(400, "The provided next page token is invalid or expired.") from None
