"""`/_sandbox`: what Jira does not have. Makes trouble, edits behind a client's back, tells the truth."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import ValidationError

from phasewise.sandbox.answers import RefusedError, answer, body_of, nothing
from phasewise.sandbox.desk import Desk
from phasewise.sandbox.hooks import Hooks
from phasewise.sandbox.model import Issue
from phasewise.sandbox.render import Renderer, Selection
from phasewise.sandbox.render_history import histories_of, history
from phasewise.sandbox.trouble import Trouble
from phasewise.sandbox.world import World

_ROOT = "/_sandbox"


def routes(desk: Desk, hooks: Hooks) -> APIRouter:
    router = APIRouter()
    _trouble(desk, router)
    _truth(desk, hooks, router)
    _writes(desk, router)
    _removals(desk, router)
    return router


def apply_trouble(world: World, trouble: Trouble) -> None:
    """Brings the world in line with what the trouble says of language, names, fields and index lag."""
    world.index.lag_ms = trouble.index_lag_ms
    if trouble.language and trouble.language != world.language:
        world.set_language(trouble.language)
    for status_id, name in trouble.renamed_statuses.items():
        if world.statuses[status_id].name != name:
            world.rename_status(status_id, name)
    for field_id in trouble.deleted_fields & world.fields.keys():
        world.delete_field(field_id)


def _trouble(desk: Desk, router: APIRouter) -> None:
    @router.get(_ROOT + "/trouble")
    async def read() -> Response:
        return answer(desk.trouble.model_dump(mode="json"))

    @router.post(_ROOT + "/trouble")
    async def change(request: Request) -> Response:
        """Sets what is named; `{"faults": []}` ends all faults."""
        try:
            desk.trouble.change(await body_of(request))
        except ValidationError as wrong:
            details = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in wrong.errors()]
            raise RefusedError(400, *details) from None
        try:
            apply_trouble(desk.world, desk.trouble)
        except KeyError as unknown:
            raise RefusedError(400, f"There is no status {unknown}.") from None
        return answer(desk.trouble.model_dump(mode="json"))


def _truth(desk: Desk, hooks: Hooks, router: APIRouter) -> None:
    @router.get(_ROOT + "/issues")
    async def issues() -> Response:
        """Everything as it is, an issue a line, whole changelogs, deleted ones last with `deleted: true`."""
        return StreamingResponse(_lines(desk), media_type="application/x-ndjson")

    @router.get(_ROOT + "/deliveries")
    async def deliveries() -> Response:
        return answer(hooks.log)

    @router.get(_ROOT + "/clock")
    async def clock() -> Response:
        return answer({"now": desk.world.now()})


async def _lines(desk: Desk) -> AsyncIterator[bytes]:
    renderer = Renderer(desk.world, desk.base_url, "2")
    for id in list(desk.world.index.ids()):
        issue = desk.world.issues.get(id)
        if issue is not None:
            yield orjson.dumps(whole(renderer, issue)) + b"\n"
    for issue in list(desk.world.deleted.values()):
        yield orjson.dumps({**whole(renderer, issue), "deleted": True}) + b"\n"


def whole(renderer: Renderer, issue: Issue) -> dict[str, Any]:
    """An issue with every field and every history, oldest first."""
    shown = renderer.issue(issue, Selection((), everything=True), in_list=False)
    histories = [history(renderer.refs, items) for items in histories_of(issue)]
    count = len(histories)
    shown["changelog"] = {"startAt": 0, "maxResults": count, "total": count, "histories": histories}
    return shown


def _target(world: World, asked: dict[str, Any]) -> tuple[int, str, Issue]:
    """The instant (`at`, default now), the author (default the sync account) and the issue of a write."""
    issue = world.issue(str(asked.get("issue", "")))
    if issue is None:
        raise RefusedError(404, f"There is no issue {asked.get('issue')!r}.")
    return int(asked.get("at") or world.now()), str(asked.get("author") or world.service_user), issue


def _writes(desk: Desk, router: APIRouter) -> None:
    world = desk.world

    @router.post(_ROOT + "/create")
    async def create(request: Request) -> Response:
        asked = await body_of(request)
        space = world.space(str(asked.get("space", "")))
        if space is None or asked.get("type") not in world.types:
            raise RefusedError(400, "'space' and 'type' (an id) are needed.")
        issue_id = world.create_issue(
            int(asked.get("at") or world.now()),
            str(asked.get("author") or world.service_user),
            space=space.id,
            type_id=asked["type"],
            summary=str(asked.get("summary", "")),
            parent=asked.get("parent"),
            fields=asked.get("fields"),
        )
        return answer({"id": issue_id, "key": world.key_of(world.issues[issue_id])}, 201)

    @router.post(_ROOT + "/edit")
    async def edit(request: Request) -> Response:
        """`fields` as `World.edit` names them, such as `{"status": "3", "phase": "10103"}`."""
        asked = await body_of(request)
        at, author, issue = _target(world, asked)
        try:
            history_id = world.edit(at, author, issue.id, asked.get("fields") or {})
        except KeyError as unknown:
            raise RefusedError(400, f"There is no field or value {unknown}.") from None
        return answer({"history": history_id})

    @router.post(_ROOT + "/comment")
    async def comment(request: Request) -> Response:
        asked = await body_of(request)
        at, author, issue = _target(world, asked)
        return answer({"id": world.comment(at, author, issue.id, asked.get("body") or "").id}, 201)


def _removals(desk: Desk, router: APIRouter) -> None:
    world = desk.world

    @router.post(_ROOT + "/move")
    async def move(request: Request) -> Response:
        asked = await body_of(request)
        at, author, issue = _target(world, asked)
        try:
            world.move(at, author, issue.id, str(asked.get("space")))
        except (KeyError, ValueError) as wrong:
            raise RefusedError(400, str(wrong)) from None
        return answer({"id": issue.id, "key": world.key_of(issue)})

    @router.post(_ROOT + "/delete")
    async def delete(request: Request) -> Response:
        at, author, issue = _target(world, await body_of(request))
        world.delete(at, author, issue.id)
        return nothing()

    @router.post(_ROOT + "/archive")
    async def archive(request: Request) -> Response:
        asked = await body_of(request)
        at, author, issue = _target(world, asked)
        world.archive(at, author, issue.id, archived=bool(asked.get("archived", True)))
        return nothing()

    @router.post(_ROOT + "/space")
    async def space(request: Request) -> Response:
        """Renames a space's key (`key`) or archives it whole (`archived`)."""
        asked = await body_of(request)
        found = world.space(str(asked.get("space", "")))
        if found is None:
            raise RefusedError(404, f"There is no space {asked.get('space')!r}.")
        if asked.get("key"):
            world.rename_space(found.id, str(asked["key"]))
        if "archived" in asked:
            world.archive_space(found.id, archived=bool(asked["archived"]))
        return answer({"id": found.id, "key": found.key, "archived": found.archived})

    @router.post(_ROOT + "/anonymise")
    async def anonymise(request: Request) -> Response:
        user = world.user(str((await body_of(request)).get("user", "")))
        if user is None:
            raise RefusedError(404, "There is no such user.")
        world.anonymise(user.id)
        return nothing()
