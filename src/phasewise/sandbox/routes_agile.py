"""The Agile part: one board per space, its columns, epics and issues. The same on both deployments."""

from typing import Any

from fastapi import APIRouter, Request, Response

from phasewise.sandbox.access import Caller
from phasewise.sandbox.answers import RefusedError, answer
from phasewise.sandbox.desk import Desk
from phasewise.sandbox.jql_text import JqlError
from phasewise.sandbox.model import Issue, Space
from phasewise.sandbox.render import selection
from phasewise.sandbox.routes_meta import window

_ROOT = "/rest/agile/1.0"


def routes(desk: Desk) -> APIRouter:
    router = APIRouter()

    @router.get(_ROOT + "/board")
    async def boards(request: Request) -> Response:
        caller, wanted = desk.caller(request), request.query_params.get("projectKeyOrId")
        shown = [
            _board(desk, number, space)
            for number, space in enumerate(desk.world.spaces.values(), 1)
            if caller.may_browse(space.id) and wanted in (None, space.id, space.key)
        ]
        start, size = window(request)
        part = shown[start : start + size]
        is_last = start + len(part) >= len(shown)
        page = {"maxResults": size, "startAt": start, "total": len(shown), "isLast": is_last, "values": part}
        return answer(page)

    @router.get(_ROOT + "/board/{board}")
    async def one(request: Request) -> Response:
        number, space = _named(desk, request)
        return answer(_board(desk, number, space))

    @router.get(_ROOT + "/board/{board}/configuration")
    async def configuration(request: Request) -> Response:
        return answer(_configuration(desk, *_named(desk, request)))

    @router.get(_ROOT + "/board/{board}/epic")
    async def epics(request: Request) -> Response:
        _, space = _named(desk, request)
        caller, done = desk.caller(request), request.query_params.get("done")
        shown = [
            _epic(desk, issue) for issue in _in_order(desk, space, caller) if desk.world.level(issue) == 1
        ]
        if done is not None:
            shown = [epic for epic in shown if epic["done"] == (done == "true")]
        start, size = window(request)
        part = shown[start : start + size]
        is_last = start + len(part) >= len(shown)
        return answer({"maxResults": size, "startAt": start, "isLast": is_last, "values": part})

    @router.get(_ROOT + "/board/{board}/issue")
    async def issues(request: Request) -> Response:
        _, space = _named(desk, request)
        found = [i for i in _in_order(desk, space, desk.caller(request)) if desk.world.level(i) < 1]
        return _issues(desk, request, found)

    @router.get(_ROOT + "/epic/{issue}")
    async def epic(request: Request) -> Response:
        return answer(_epic(desk, _named_epic(desk, request)))

    @router.get(_ROOT + "/epic/{issue}/issue")
    async def issues_of_epic(request: Request) -> Response:
        found, caller = _named_epic(desk, request), desk.caller(request)
        return _issues(desk, request, _shown(desk, desk.world.index.children(found.id), caller))

    return router


def _named(desk: Desk, request: Request) -> tuple[int, Space]:
    text, spaces = request.path_params["board"], list(desk.world.spaces.values())
    if text.isdigit() and 1 <= int(text) <= len(spaces):
        space = spaces[int(text) - 1]
        if desk.caller(request).may_browse(space.id):
            return int(text), space
    raise RefusedError(404, "Board does not exist or you do not have permission to see it.")


def _named_epic(desk: Desk, request: Request) -> Issue:
    found = desk.issue(request, desk.caller(request))
    if desk.world.level(found) != 1:
        raise RefusedError(404, "The requested epic does not exist or you do not have permission to see it.")
    return found


def _board(desk: Desk, number: int, space: Space) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": number,
        "self": f"{desk.base_url}{_ROOT}/board/{number}",
        "name": f"{space.key} board",
        "type": "simple" if space.team_managed else "kanban",
    }
    if desk.world.cloud:
        made["location"] = {
            "projectId": int(space.id),
            "displayName": f"{space.name} ({space.key})",
            "projectName": space.name,
            "projectKey": space.key,
            "projectTypeKey": "software",
            "name": f"{space.name} ({space.key})",
        }
    return made


def _configuration(desk: Desk, number: int, space: Space) -> dict[str, Any]:
    api = f"{desk.base_url}/rest/api/2"
    columns = [
        {
            "name": desk.world.statuses[id].name,
            "statuses": [{"id": id, "self": f"{api}/status/{id}"}],
        }
        for id in space.statuses
        if id in desk.world.statuses
    ]
    return {
        "id": number,
        "name": f"{space.key} board",
        "type": "kanban",
        "self": f"{desk.base_url}{_ROOT}/board/{number}/configuration",
        "filter": {"id": str(10_000 + number), "self": f"{api}/filter/{10_000 + number}"},
        "columnConfig": {"columns": columns, "constraintType": "none"},
        "ranking": {"rankCustomFieldId": 10019},
    }


def _epic(desk: Desk, issue: Issue) -> dict[str, Any]:
    return {
        "id": issue.id,
        "key": desk.world.key_of(issue),
        "self": f"{desk.base_url}{_ROOT}/epic/{issue.id}",
        "name": issue.summary,
        "summary": issue.summary,
        "color": {"key": "color_1"},
        "done": desk.world.statuses[issue.status].category == "done",
    }


def _in_order(desk: Desk, space: Space, caller: Caller) -> list[Issue]:
    return _shown(desk, desk.world.index.in_space(space.id), caller)


def _shown(desk: Desk, ids: set[int], caller: Caller) -> list[Issue]:
    """The issues a caller may see, by id."""
    with desk.world.lock:
        found = [desk.world.issues[id] for id in sorted(ids)]
    return [issue for issue in found if caller.may_see(issue) and not issue.archived]


def _issues(desk: Desk, request: Request, found: list[Issue]) -> Response:
    """A page with a total; `jql` narrows it."""
    renderer, caller = desk.renderer(request), desk.caller(request)
    if jql := request.query_params.get("jql"):
        try:
            matching = {id for _, id in desk.search.find(jql, caller).entries}
        except JqlError as refused:
            raise RefusedError(400, str(refused)) from None
        found = [issue for issue in found if issue.id in matching]
    start, size = window(request)
    wanted = selection(request.query_params.getlist("fields"), "*navigable")
    changelog = "changelog" in request.query_params.get("expand", "")
    shown = [renderer.issue(issue, wanted, changelog=changelog) for issue in found[start : start + size]]
    page = {
        "expand": "schema,names",
        "startAt": start,
        "maxResults": size,
        "total": len(found),
        "issues": shown,
    }
    return answer(page)
