"""Comments, entity properties and remote links: what is written beside an issue's fields. `app` mounts it."""

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from phasewise.sandbox.adf import is_document
from phasewise.sandbox.answers import RefusedError, answer, body_of, nothing, properties_of, whole_number
from phasewise.sandbox.desk import Desk
from phasewise.sandbox.model import Comment, Extras, Issue

MAX_PROPERTY = 32_768
_NO_COMMENT = "Can not find a comment for the id: {}."


def routes(desk: Desk) -> APIRouter:
    router = APIRouter()
    _comments(desk, router)
    _comment_properties(desk, router)
    _properties(desk, router)
    _remote_links(desk, router)
    return router


def _body(desk: Desk, request: Request, asked: dict[str, Any]) -> Any:
    body = asked.get("body")
    if desk.renderer(request).version == "3":
        if not is_document(body):
            raise RefusedError(400, errors={"comment": "Comment body is not valid!"})
    elif not isinstance(body, str) or not body.strip():
        raise RefusedError(400, errors={"comment": "Comment body can not be empty!"})
    if len(body if isinstance(body, str) else orjson.dumps(body)) > 32_767:
        raise RefusedError(
            400, errors={"comment": "The entered text is too long. It exceeds the allowed limit."}
        )
    return body


def _comments(desk: Desk, router: APIRouter) -> None:
    path = "/rest/api/{version}/issue/{issue}/comment"

    @router.get(path)
    async def all_of(request: Request) -> Response:
        issue, renderer = desk.issue(request, desk.caller(request)), desk.renderer(request)
        start = whole_number(request.query_params.get("startAt"), 0)
        size = whole_number(request.query_params.get("maxResults"), 5000)
        found = issue.extras.comments if issue.extras else []
        if request.query_params.get("orderBy", "").startswith("-"):
            found = found[::-1]
        shown = [renderer.comment(issue, comment) for comment in found[start : start + size]]
        return answer({"startAt": start, "maxResults": size, "total": len(found), "comments": shown})

    @router.post(path)
    async def add(request: Request) -> Response:
        caller, issue = desk.writable(request)
        asked = await body_of(request)
        body, properties = _body(desk, request, asked), properties_of(asked)
        comment = desk.world.comment(desk.world.now(), caller.user_id or "", issue.id, body)
        comment.properties.update(properties)
        return answer(desk.renderer(request).comment(issue, comment), 201)

    @router.get(path + "/{comment}")
    async def one(request: Request) -> Response:
        issue, comment = _comment(desk, request)
        return answer(desk.renderer(request).comment(issue, comment))

    @router.put(path + "/{comment}")
    async def edit(request: Request) -> Response:
        caller, issue = desk.writable(request)
        _comment(desk, request)
        desk.check_silence(request)
        asked = await body_of(request)
        body, properties = _body(desk, request, asked), properties_of(asked)
        id = request.path_params["comment"]
        comment = desk.world.change_comment(desk.world.now(), caller.user_id or "", issue.id, id, body)
        if comment is None:
            raise RefusedError(404, _NO_COMMENT.format(id))
        comment.properties.update(properties)
        return answer(desk.renderer(request).comment(issue, comment))

    @router.delete(path + "/{comment}")
    async def delete(request: Request) -> Response:
        caller, issue = desk.writable(request)
        _comment(desk, request)
        id = request.path_params["comment"]
        desk.world.change_comment(desk.world.now(), caller.user_id or "", issue.id, id, None)
        return nothing()


def _comment(desk: Desk, request: Request) -> tuple[Issue, Comment]:
    """The comment named in the path, with or without its issue."""
    id = str(request.path_params["comment"])
    caller = desk.caller(request)
    if "issue" in request.path_params:
        issue = desk.issue(request, caller)
    else:
        issue = desk.find(str(desk.world.comment_issues.get(id, 0)), caller)
    comments = issue.extras.comments if issue.extras else []
    found = next((comment for comment in comments if comment.id == id), None)
    if found is None:
        raise RefusedError(404, _NO_COMMENT.format(id))
    return issue, found


def _comment_properties(desk: Desk, router: APIRouter) -> None:
    path = "/rest/api/{version}/comment/{comment}/properties"

    @router.get(path)
    async def keys(request: Request) -> Response:
        _, comment = _comment(desk, request)
        url = f"{desk.renderer(request).refs.api}/comment/{comment.id}/properties"
        return answer({"keys": [{"self": f"{url}/{key}", "key": key} for key in sorted(comment.properties)]})

    @router.get(path + "/{key}")
    async def one(request: Request) -> Response:
        _, comment = _comment(desk, request)
        key = request.path_params["key"]
        if key not in comment.properties:
            raise RefusedError(404, f"Property with key '{key}' was not found.")
        return answer({"key": key, "value": comment.properties[key]})

    @router.delete(path + "/{key}")
    async def delete(request: Request) -> Response:
        _, comment = _comment(desk, request)
        if comment.properties.pop(request.path_params["key"], None) is None:
            raise RefusedError(404, f"Property with key '{request.path_params['key']}' was not found.")
        return nothing()

    @router.put(path + "/{key}")
    async def put(request: Request) -> Response:
        _, comment = _comment(desk, request)
        key = request.path_params["key"]
        is_new = key not in comment.properties
        comment.properties[key] = _property(await request.body())
        return nothing(201 if is_new else 200)


def _property(raw: bytes) -> Any:
    if not raw or len(raw) > MAX_PROPERTY:
        raise RefusedError(400, "The property value must be valid JSON of at most 32768 characters.")
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise RefusedError(
            400, "The property value must be valid JSON of at most 32768 characters."
        ) from None


def _properties(desk: Desk, router: APIRouter) -> None:
    path = "/rest/api/{version}/issue/{issue}/properties/{key}"

    @router.put(path)
    async def put(request: Request) -> Response:
        _, issue = desk.writable(request)
        value = _property(await request.body())
        is_new = desk.world.set_property(issue.id, request.path_params["key"], value)
        return nothing(201 if is_new else 200)

    @router.delete(path)
    async def delete(request: Request) -> Response:
        _, issue = desk.writable(request)
        key = request.path_params["key"]
        if issue.extras is None or key not in issue.extras.properties:
            raise RefusedError(404, f"Property with key '{key}' was not found.")
        desk.world.set_property(issue.id, key, None)
        return nothing()


def _remote_links(desk: Desk, router: APIRouter) -> None:
    path = "/rest/api/{version}/issue/{issue}/remotelink"

    @router.post(path)
    async def put(request: Request) -> Response:
        """A link of a global id already there is replaced: 200 instead of 201."""
        _, issue = desk.writable(request)
        asked = await body_of(request)
        target = asked.get("object")
        if not isinstance(target, dict) or not target.get("url") or not target.get("title"):
            raise RefusedError(400, errors={"object": "A url and a title are required."})
        if issue.extras is None:
            issue.extras = Extras()
        links = issue.extras.remote_links
        global_id = asked.get("globalId")
        known = next(
            (id for id, link in links.items() if global_id and link.get("globalId") == global_id), None
        )
        id = known or int(desk.world.next_id())
        url = f"{desk.renderer(request).refs.api}/issue/{issue.id}/remotelink/{id}"
        links[id] = {**asked, "id": id, "self": url}
        return answer({"id": id, "self": url}, 200 if known else 201)

    @router.delete(path + "/{link}")
    async def delete(request: Request) -> Response:
        _, issue = desk.writable(request)
        id = whole_number(request.path_params["link"], 0)
        if issue.extras is None or id not in issue.extras.remote_links:
            raise RefusedError(404, "The remote link does not exist.")
        del issue.extras.remote_links[id]
        return nothing()
