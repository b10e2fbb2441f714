"""Reading one issue: itself, its changelog, its forms, its transitions, its watched-over odds and ends."""

from typing import Any

from fastapi import APIRouter, Request, Response

from phasewise.sandbox.access import Caller
from phasewise.sandbox.answers import RefusedError, answer, page_of, whole_number
from phasewise.sandbox.desk import Desk
from phasewise.sandbox.forms import Forms
from phasewise.sandbox.model import Issue, Transition
from phasewise.sandbox.render import Renderer, selection
from phasewise.sandbox.render_history import histories_of, history


def routes(desk: Desk) -> APIRouter:
    router = APIRouter()
    _the_issue(desk, router)
    _beside_it(desk, router)
    return router


def _the_issue(desk: Desk, router: APIRouter) -> None:
    @router.get("/rest/api/{version}/issue/{issue}")
    async def issue(request: Request) -> Response:
        caller = desk.caller(request)
        return answer(_issue(desk, request, desk.issue(request, caller), caller))

    @router.get("/rest/api/{version}/issue/{issue}/changelog")
    async def changelog(request: Request) -> Response:
        if not desk.world.cloud:
            raise RefusedError(404, "HTTP 404 Not Found")
        renderer, found = desk.renderer(request), desk.issue(request, desk.caller(request))
        start = whole_number(request.query_params.get("startAt"), 0)
        size = min(whole_number(request.query_params.get("maxResults"), 100), 100)
        url = f"{renderer.refs.api}/issue/{found.id}/changelog"
        page = page_of(histories_of(found), start, size, self_url=url)
        page["values"] = [history(renderer.refs, items) for items in page["values"]]
        return answer(page)

    @router.get("/rest/api/{version}/issue/{issue}/transitions")
    async def transitions(request: Request) -> Response:
        caller = desk.caller(request)
        found = desk.issue(request, caller)
        with_fields = "transitions.fields" in request.query_params.get("expand", "")
        renderer = desk.renderer(request)
        wanted = request.query_params.get("transitionId")
        shown = [
            transition_json(desk, renderer, found, arrow, with_fields=with_fields)
            for arrow in available(desk, found, caller)
            if wanted in (None, arrow.id)
        ]
        return answer({"expand": "transitions", "transitions": shown})

    @router.get("/rest/api/{version}/issue/{issue}/editmeta")
    async def editmeta(request: Request) -> Response:
        found = desk.issue(request, desk.named_caller(request))
        return answer({"fields": Forms(desk.renderer(request)).edit(found)})


def _beside_it(desk: Desk, router: APIRouter) -> None:
    @router.get("/rest/api/{version}/issue/{issue}/properties")
    async def properties(request: Request) -> Response:
        renderer, found = desk.renderer(request), desk.issue(request, desk.caller(request))
        url = f"{renderer.refs.api}/issue/{found.id}/properties"
        keys = found.extras.properties if found.extras else {}
        return answer({"keys": [{"self": f"{url}/{key}", "key": key} for key in sorted(keys)]})

    @router.get("/rest/api/{version}/issue/{issue}/properties/{key}")
    async def one_property(request: Request) -> Response:
        found = desk.issue(request, desk.caller(request))
        return answer(
            {"key": request.path_params["key"], "value": property_of(found, request.path_params["key"])}
        )

    @router.get("/rest/api/{version}/issue/{issue}/remotelink")
    async def remote_links(request: Request) -> Response:
        found = desk.issue(request, desk.caller(request))
        wanted = request.query_params.get("globalId")
        links = list(found.extras.remote_links.values()) if found.extras else []
        if wanted is None:
            return answer(links)
        match = next((link for link in links if link.get("globalId") == wanted), None)
        if match is None:
            raise RefusedError(404, "No remote link with that global id was found.")
        return answer(match)


def _issue(desk: Desk, request: Request, found: Issue, caller: Caller) -> dict[str, Any]:
    renderer = desk.renderer(request)
    wanted = selection(request.query_params.getlist("fields"), "*all")
    expand = request.query_params.get("expand", "").split(",")
    made = renderer.issue(found, wanted, changelog="changelog" in expand, in_list=False)
    if "transitions" in expand:
        made["transitions"] = [
            transition_json(desk, renderer, found, arrow, with_fields=False)
            for arrow in available(desk, found, caller)
        ]
    if "names" in expand:
        made["names"] = {id: desk.world.fields[id].name for id in made["fields"] if id in desk.world.fields}
    if "editmeta" in expand:
        made["editmeta"] = {"fields": Forms(renderer).edit(found)}
    keys = request.query_params.get("properties")
    if keys:
        known = found.extras.properties if found.extras else {}
        made["properties"] = (
            {key: known[key] for key in keys.split(",") if key in known} if keys != "*all" else known
        )
    return made


def property_of(issue: Issue, key: str) -> Any:
    known = issue.extras.properties if issue.extras else {}
    if key not in known:
        raise RefusedError(404, f"Property with key '{key}' was not found.")
    return known[key]


def available(desk: Desk, issue: Issue, caller: Caller) -> list[Transition]:
    """Transitions the caller may make now; none at all, rather than a refusal, without the permission."""
    if caller.user_id is None or not caller.may_transition or issue.archived:
        return []
    workflow = desk.world.spaces[issue.space].workflow
    return [arrow for arrow in workflow if arrow.sources is None or issue.status in arrow.sources]


def transition_json(
    desk: Desk, renderer: Renderer, issue: Issue, arrow: Transition, *, with_fields: bool
) -> dict[str, Any]:
    made: dict[str, Any] = {"id": arrow.id, "name": arrow.name, "to": renderer.refs.kept("status", arrow.to)}
    if desk.world.cloud:
        made |= {
            "hasScreen": bool(arrow.screen),
            "isGlobal": arrow.sources is None,
            "isInitial": False,
            "isAvailable": True,
            "isConditional": False,
            "isLooped": False,
        }
    if with_fields:
        made["fields"] = Forms(renderer).screen(issue, arrow)
    return made
