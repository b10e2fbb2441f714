"""What issues are made of: types, statuses, priorities, resolutions, spaces. `app` mounts it."""

from typing import Any

from fastapi import APIRouter, Request, Response

from phasewise.sandbox import catalogue
from phasewise.sandbox.answers import RefusedError, answer, page_of, whole_number
from phasewise.sandbox.desk import Desk
from phasewise.sandbox.model import Space
from phasewise.sandbox.render import Renderer


def routes(desk: Desk) -> APIRouter:
    router = APIRouter()
    _registries(desk, router)
    _statuses(desk, router)
    _spaces(desk, router)
    return router


def window(request: Request, default: int = 50) -> tuple[int, int]:
    """`startAt` and `maxResults` of the query string."""
    query = request.query_params
    return whole_number(query.get("startAt"), 0), whole_number(query.get("maxResults"), default)


# ------------------------------------------------------------------ types, priorities, statuses


def _registries(desk: Desk, router: APIRouter) -> None:
    world = desk.world

    @router.get("/rest/api/{version}/issuetype")
    async def types(request: Request) -> Response:
        refs = desk.renderer(request).refs
        return answer([refs.type(kind) for kind in world.types.values()])

    @router.get("/rest/api/{version}/issuetype/project")
    async def types_of_space(request: Request) -> Response:
        refs, space = (
            desk.renderer(request).refs,
            space_of(desk, request, request.query_params.get("projectId", "")),
        )
        level = request.query_params.get("level")
        found = [world.types[id] for id in space.types]
        return answer(
            [refs.type(kind) for kind in found if level is None or kind.level == whole_number(level, 0)]
        )

    @router.get("/rest/api/{version}/issuetype/{id}")
    async def one_type(request: Request) -> Response:
        found = desk.renderer(request).refs.type_by_id(request.path_params["id"])
        if found is None:
            raise RefusedError(404, "The issue type was not found.")
        return answer(found)

    @router.get("/rest/api/{version}/issueLinkType")
    async def link_types(request: Request) -> Response:
        renderer = desk.renderer(request)
        return answer({"issueLinkTypes": [renderer.link_type(id) for id in catalogue.LINK_TYPES]})

    @router.get("/rest/api/{version}/priority")
    async def priorities(request: Request) -> Response:
        refs = desk.renderer(request).refs
        return answer([refs.named("priority", one) for one in world.priorities.values()])

    @router.get("/rest/api/{version}/resolution")
    async def resolutions(request: Request) -> Response:
        refs = desk.renderer(request).refs
        return answer([refs.named("resolution", one) for one in world.resolutions.values()])


def _statuses(desk: Desk, router: APIRouter) -> None:
    world = desk.world

    @router.get("/rest/api/{version}/status")
    async def statuses(request: Request) -> Response:
        refs = desk.renderer(request).refs
        return answer([refs.status(status) for status in world.statuses.values()])

    @router.get("/rest/api/{version}/status/{id}")
    async def one_status(request: Request) -> Response:
        """By id or name."""
        wanted, refs = request.path_params["id"], desk.renderer(request).refs
        found = next((s for s in world.statuses.values() if wanted in (s.id, s.name)), None)
        if found is None:
            raise RefusedError(404, "The status was not found.")
        return answer(refs.status(found))

    @router.get("/rest/api/{version}/statuscategory")
    async def categories(request: Request) -> Response:
        refs = desk.renderer(request).refs
        return answer([refs.category(key) for key in catalogue.CATEGORIES])

    if not world.cloud:
        return

    def shown(id: str) -> dict[str, Any]:
        status = world.statuses[id]
        scope = {"type": "PROJECT", "project": {"id": status.space}} if status.space else {"type": "GLOBAL"}
        category = catalogue.CATEGORIES[status.category][3]
        return {"id": id, "name": status.name, "statusCategory": category, "scope": scope, "description": ""}

    @router.get("/rest/api/{version}/statuses/search")
    async def search(request: Request) -> Response:
        space = request.query_params.get("projectId")
        ids = [s.id for s in world.statuses.values() if s.space == space]
        url = f"{desk.renderer(request).refs.api}/statuses/search"
        return answer(page_of([shown(id) for id in ids], *window(request, 200), self_url=url))

    @router.get("/rest/api/{version}/statuses")
    async def by_ids(request: Request) -> Response:
        desk.renderer(request)
        return answer([shown(id) for id in request.query_params.getlist("id") if id in world.statuses])


# ------------------------------------------------------------------ spaces


def space_of(desk: Desk, request: Request, name: str) -> Space:
    found = desk.world.space(name)
    if found is None or not desk.caller(request).may_browse(found.id):
        raise RefusedError(404, f"No project could be found with key '{name}'.")
    return found


def _space_json(desk: Desk, renderer: Renderer, space: Space, *, whole: bool) -> dict[str, Any]:
    made = dict(renderer.refs.space(space))
    made.setdefault("isPrivate", False) if desk.world.cloud else made.setdefault("archived", space.archived)
    if desk.world.cloud:
        made.setdefault("style", "next-gen" if space.team_managed else "classic")
    if whole:
        made["description"] = ""
        made["lead"] = renderer.refs.kept(
            "user", desk.world.service_user or next(iter(desk.world.users), None)
        )
        made["components"], made["versions"], made["roles"] = [], [], {}
        made["assigneeType"] = "UNASSIGNED"
        made["issueTypes"] = [renderer.refs.kept("type", id) for id in space.types]
    return made


def _spaces(desk: Desk, router: APIRouter) -> None:
    world = desk.world

    def visible(request: Request) -> list[dict[str, Any]]:
        caller, renderer = desk.caller(request), desk.renderer(request)
        found = [
            space for space in world.spaces.values() if caller.may_browse(space.id) and not space.archived
        ]
        return [
            _space_json(desk, renderer, space, whole=False) for space in sorted(found, key=lambda s: s.key)
        ]

    @router.get("/rest/api/{version}/project")
    async def spaces(request: Request) -> Response:
        return answer(visible(request))

    if world.cloud:

        @router.get("/rest/api/{version}/project/search")
        async def search(request: Request) -> Response:
            wanted = {key.upper() for key in request.query_params.getlist("keys")}
            text = request.query_params.get("query", "").lower()
            found = [
                one
                for one in visible(request)
                if (not wanted or one["key"] in wanted)
                and (text in one["key"].lower() or text in one["name"].lower())
            ]
            url = f"{desk.renderer(request).refs.api}/project/search"
            return answer(page_of(found, *window(request), self_url=url))

    @router.get("/rest/api/{version}/project/{space}")
    async def one_space(request: Request) -> Response:
        space = space_of(desk, request, request.path_params["space"])
        return answer(_space_json(desk, desk.renderer(request), space, whole=True))

    @router.get("/rest/api/{version}/project/{space}/statuses")
    async def statuses_by_type(request: Request) -> Response:
        refs, space = desk.renderer(request).refs, space_of(desk, request, request.path_params["space"])
        statuses = [refs.kept("status", id) for id in space.statuses]
        kinds = [world.types[id] for id in space.types]
        return answer(
            [
                {
                    "self": f"{refs.api}/issuetype/{kind.id}",
                    "id": kind.id,
                    "name": kind.name,
                    "subtask": kind.subtask,
                    "statuses": statuses,
                }
                for kind in kinds
            ]
        )
