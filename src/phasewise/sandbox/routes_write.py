"""Writing issues: create, edit, transition, assign, move, delete, archive. `app` mounts it."""

from typing import Any

from fastapi import APIRouter, Request, Response

from phasewise.sandbox.access import Caller
from phasewise.sandbox.answers import (
    RefusedError,
    answer,
    body_of,
    flag,
    nothing,
    object_of,
    objects_of,
    properties_of,
)
from phasewise.sandbox.desk import Desk
from phasewise.sandbox.fields_in import FieldsIn
from phasewise.sandbox.forms import ON_CREATE, ON_EDIT, Forms
from phasewise.sandbox.model import Issue, Transition
from phasewise.sandbox.render import Selection
from phasewise.sandbox.routes_issue import available


def routes(desk: Desk) -> APIRouter:
    router = APIRouter()

    @router.post("/rest/api/{version}/issue")
    async def create(request: Request) -> Response:
        caller = desk.named_caller(request)
        return answer(_create(desk, request, caller, await body_of(request)), 201)

    @router.post("/rest/api/{version}/issue/bulk")
    async def create_many(request: Request) -> Response:
        return _create_many(desk, request, desk.named_caller(request), await body_of(request))

    @router.put("/rest/api/{version}/issue/{issue}")
    async def edit(request: Request) -> Response:
        return _edit(desk, request, await body_of(request))

    @router.put("/rest/api/{version}/issue/{issue}/assignee")
    async def assign(request: Request) -> Response:
        caller, issue = desk.writable(request)
        fields = FieldsIn(desk.world, desk.renderer(request).version)
        fields.set("assignee", await body_of(request))
        desk.world.edit(desk.world.now(), caller.user_id or "", issue.id, fields.done())
        return nothing()

    @router.post("/rest/api/{version}/issue/{issue}/transitions")
    async def transition(request: Request) -> Response:
        return _transition(desk, request, await body_of(request))

    @router.delete("/rest/api/{version}/issue/{issue}")
    async def delete(request: Request) -> Response:
        caller, issue = desk.writable(request)
        world = desk.world
        has_subtasks = any(world.level(world.issues[id]) < 0 for id in world.index.children(issue.id))
        if has_subtasks and not flag(request.query_params.get("deleteSubtasks"), False):
            key = world.key_of(issue)
            raise RefusedError(
                400,
                f"The issue '{key}' has subtasks. Specify the 'deleteSubtasks' parameter to delete them too.",
            )
        world.delete(world.now(), caller.user_id or "", issue.id)
        return nothing()

    return router


# ------------------------------------------------------------------ create and edit


def _create(desk: Desk, request: Request, caller: Caller, body: dict[str, Any]) -> dict[str, Any]:
    world, renderer = desk.world, desk.renderer(request)
    given = dict(object_of(body, "fields"))
    space = world.space(str(_id_or(given.pop("project", None), "key")))
    if space is None or not caller.may_browse(space.id):
        raise RefusedError(400, errors={"project": "Specify a valid project ID or key"})
    kind_given = _id_or(given.pop("issuetype", None), "name")
    kind = next((world.types[id] for id in space.types if kind_given in (id, world.types[id].name)), None)
    if kind is None:
        raise RefusedError(400, errors={"issuetype": "Specify an issue type"})
    on_screen = {field.id for field in Forms(renderer).fields(ON_CREATE, space, kind.id)}
    fields = FieldsIn(world, renderer.version, on_screen)
    fields.take({"fields": given, "update": body.get("update")})
    properties = properties_of(body)
    if "summary" not in fields.values:
        fields.errors.setdefault("summary", "You must specify a summary of the issue.")
    values = fields.done()
    summary, parent = values.pop("summary"), values.pop("parent", None)
    _check_parent(desk, kind.level or 0, parent)
    at, author = world.now(), caller.user_id or ""
    issue_id = world.create_issue(
        at, author, space=space.id, type_id=kind.id, summary=summary, parent=parent, fields=values
    )
    for key, value in properties:
        world.set_property(issue_id, key, value)
    for comment in fields.comments:
        world.comment(at, author, issue_id, comment)
    for type_id, other, is_outward in fields.links:
        world.link(type_id, *((issue_id, other) if is_outward else (other, issue_id)))
    issue_key = world.key_of(world.issues[issue_id])
    return {"id": str(issue_id), "key": issue_key, "self": f"{renderer.refs.api}/issue/{issue_id}"}


def _id_or(given: Any, name: str) -> str | None:
    """The id, else the name or key, of a reference given as an object."""
    found = (given.get("id") or given.get(name)) if isinstance(given, dict) else None
    return None if found is None else str(found)


def _check_parent(desk: Desk, level: int, parent: int | None) -> None:
    """A sub-task needs one; a parent is one level up."""
    if parent is None:
        if level < 0:
            raise RefusedError(
                400, errors={"parent": "Issue type is a sub-task but parent issue key or id not specified."}
            )
        return
    if desk.world.level(desk.world.issues[parent]) != level + 1:
        raise RefusedError(
            400, errors={"parentId": "Given parent issue does not belong to appropriate hierarchy."}
        )


def _create_many(desk: Desk, request: Request, caller: Caller, body: dict[str, Any]) -> Response:
    made: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for number, one in enumerate(objects_of(body, "issueUpdates")):
        try:
            made.append(_create(desk, request, caller, one))
        except RefusedError as refused:
            problem = {"errorMessages": refused.messages, "errors": refused.errors}
            errors.append({"status": refused.status, "elementErrors": problem, "failedElementNumber": number})
    return answer({"issues": made, "errors": errors}, 201 if made else 400)


def _edit(desk: Desk, request: Request, body: dict[str, Any]) -> Response:
    caller, issue = desk.writable(request)
    world, renderer = desk.world, desk.renderer(request)
    desk.check_silence(request)
    screen = None
    if not world.cloud:
        screen = {f.id for f in Forms(renderer).fields(ON_EDIT, world.spaces[issue.space], issue.type)}
    fields = FieldsIn(world, renderer.version, screen)
    fields.take(body, issue)
    values, properties = fields.done(), properties_of(body)
    if not values and not fields.comments and not properties:
        raise RefusedError(400, "one of 'fields' or 'update' required")
    if "parent" in values:
        _check_parent(desk, world.level(issue), values["parent"])
    _write(desk, caller, issue, values, fields.comments)
    for key, value in properties:
        world.set_property(issue.id, key, value)
    if world.cloud and flag(request.query_params.get("returnIssue"), False):
        return answer(renderer.issue(issue, Selection((), everything=True), in_list=False))
    return nothing()


def _write(desk: Desk, caller: Caller, issue: Issue, values: dict[str, Any], comments: list[Any]) -> None:
    at, author = desk.world.now(), caller.user_id or ""
    if values:
        desk.world.edit(at, author, issue.id, values)
    for comment in comments:
        desk.world.comment(at, author, issue.id, comment)


# ------------------------------------------------------------------ transitions


def _transition(desk: Desk, request: Request, body: dict[str, Any]) -> Response:
    caller, issue = desk.writable(request)
    asked = body.get("transition")
    if not isinstance(asked, dict) or asked.get("id") is None:
        raise RefusedError(400, "Missing 'transition' identifier")
    wanted = str(asked["id"])
    arrow = next((a for a in available(desk, issue, caller) if a.id == wanted), None)
    if arrow is None:
        raise RefusedError(400, f"Transition id '{wanted}' is not valid for this issue.")
    if desk.trouble.conflicts > 0:
        desk.trouble.conflicts -= 1
        raise RefusedError(409, "The issue was changed by another transition at the same time. Try again.")
    fields = _screen_fields(desk, request, arrow, body, issue)
    values = fields.done()
    _write(desk, caller, issue, {**values, "status": arrow.to}, fields.comments)
    return nothing()


def _screen_fields(
    desk: Desk, request: Request, arrow: Transition, body: dict[str, Any], issue: Issue
) -> FieldsIn:
    fields = FieldsIn(desk.world, desk.renderer(request).version, set(arrow.screen))
    fields.take(body, issue)
    for name in arrow.required:
        if fields.values.get(name) is None:
            label = desk.world.fields[name].name
            fields.errors.setdefault(name, f"{label} is required.")
    return fields
