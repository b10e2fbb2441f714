"""Searching on Data Center: offsets and totals, navigable fields by default, changelogs whole."""

from typing import Any

from fastapi import APIRouter, Request, Response

from phasewise.sandbox.answers import RefusedError, answer, body_of, flag, strings, whole_number
from phasewise.sandbox.desk import Desk
from phasewise.sandbox.jql_text import JqlError
from phasewise.sandbox.render import selection
from phasewise.sandbox.routes_cloud_search import edit_one

MAX_RESULTS = 1000
"""`jira.search.views.default.max`: a page is cut to it, silently."""


def routes(desk: Desk) -> APIRouter:
    router = APIRouter()

    @router.get("/rest/api/{version}/search")
    async def search_by_url(request: Request) -> Response:
        asked: dict[str, Any] = dict(request.query_params)
        asked["fields"] = request.query_params.getlist("fields")
        asked["expand"] = request.query_params.getlist("expand")
        return _search(desk, request, asked)

    @router.post("/rest/api/{version}/search")
    async def search_by_body(request: Request) -> Response:
        return _search(desk, request, await body_of(request))

    return router


def _search(desk: Desk, request: Request, asked: dict[str, Any]) -> Response:
    renderer, caller = desk.renderer(request), desk.caller(request)
    lenient = not flag(asked.get("validateQuery"), True) or caller.user_id is None
    try:
        found = desk.search.find(str(asked.get("jql") or ""), caller, lenient=lenient)
    except JqlError as refused:
        raise RefusedError(400, str(refused)) from None
    start = whole_number(asked.get("startAt"), 0)
    size = min(whole_number(asked.get("maxResults"), 50), MAX_RESULTS)
    if start < 0 or size < 0:
        raise RefusedError(400, "The startAt and maxResults parameters must not be negative.")
    window = desk.trouble.max_result_window
    if window and start + size > window:
        raise RefusedError(
            400, f"Result window is too large, from + size must be less than or equal to: [{window}]."
        )
    if desk.trouble.short_pages:
        size = max(1, size * 2 // 3)
    wanted = selection(_fields(asked.get("fields")), "*navigable")
    expand = {part.strip() for name in _fields(asked.get("expand")) for part in name.split(",")}
    issues = found.page(start, size)
    body: dict[str, Any] = {
        "expand": "schema,names",
        "startAt": start,
        "maxResults": size,
        "total": len(found),
        "issues": [renderer.issue(issue, wanted, changelog="changelog" in expand) for issue in issues],
    }
    if "names" in expand:
        body["names"] = {field.id: field.name for field in desk.world.fields.values()}
    response = answer(body)
    if desk.trouble.edit_after_page and issues:
        edit_one(desk, issues)
    return response


def _fields(asked: Any) -> list[str]:
    if isinstance(asked, str):
        return [asked]
    return strings({"": asked}, "")
