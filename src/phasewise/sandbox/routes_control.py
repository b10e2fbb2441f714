"""`/_sandbox`: what Jira does not have. Makes trouble, edits behind a client's back, tells the truth."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

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
            raise RefusedError(400, *_details(wrong)) from None
        try:
            apply_trouble(desk.world, desk.trouble)
        except KeyError as unknown:
            raise RefusedError(400, f"There is no status {unknown}.") from None
        return answer(desk.trouble.model_dump(mode="json"))


def _details(wrong: ValidationError) -> list[str]:
    return [f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in wrong.errors()]


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


class _Write(BaseModel):
    """What the writes below take. `at` is in milliseconds, by default now; `author` is a user's id."""

    model_config = ConfigDict(extra="forbid")

    issue: int | str = ""
    at: int | None = None
    author: str | None = None
    fields: dict[str, Any] = Field(default_factory=dict)
    summary: str = ""
    space: str = ""
    type: str = ""
    parent: int | None = None
    body: str = ""
    archived: bool = True


async def _write(request: Request) -> _Write:
    try:
        return _Write.model_validate(await body_of(request))
    except ValidationError as wrong:
        raise RefusedError(400, *_details(wrong)) from None


async def _target(world: World, request: Request) -> tuple[_Write, int, str, Issue]:
    """The body of a write, its instant, author and issue."""
    asked = await _write(request)
    issue = world.issue(asked.issue)
    if issue is None:
        raise RefusedError(404, f"There is no issue {asked.issue!r}.")
    return asked, asked.at or world.now(), asked.author or world.service_user, issue


def _writes(desk: Desk, router: APIRouter) -> None:
    world = desk.world

    @router.post(_ROOT + "/create")
    async def create(request: Request) -> Response:
        asked = await _write(request)
        space, author = world.space(asked.space), asked.author or world.service_user
        if space is None or asked.type not in world.types or asked.parent not in (None, *world.issues):
            raise RefusedError(400, "'space' and 'type' (an id) are needed; 'parent' is an issue's id.")
        with _refusing():
            issue_id = world.create_issue(
                asked.at or world.now(),
                author,
                space=space.id,
                type_id=asked.type,
                summary=asked.summary,
                parent=asked.parent,
                fields=asked.fields,
            )
        return answer({"id": issue_id, "key": world.key_of(world.issues[issue_id])}, 201)

    @router.post(_ROOT + "/edit")
    async def edit(request: Request) -> Response:
        """`fields` as `World.edit` names them, such as `{"status": "3", "phase": "10103"}`."""
        asked, at, author, issue = await _target(world, request)
        with _refusing():
            return answer({"history": world.edit(at, author, issue.id, asked.fields)})

    @router.post(_ROOT + "/comment")
    async def comment(request: Request) -> Response:
        asked, at, author, issue = await _target(world, request)
        return answer({"id": world.comment(at, author, issue.id, asked.body).id}, 201)


@contextmanager
def _refusing() -> Iterator[None]:
    """Fields and values the world does not know are the caller's mistake."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise RefusedError(400, f"There is no such field or value: {wrong}") from None


def _removals(desk: Desk, router: APIRouter) -> None:
    world = desk.world

    @router.post(_ROOT + "/move")
    async def move(request: Request) -> Response:
        asked, at, author, issue = await _target(world, request)
        with _refusing():
            world.move(at, author, issue.id, asked.space)
        return answer({"id": issue.id, "key": world.key_of(issue)})

    @router.post(_ROOT + "/delete")
    async def delete(request: Request) -> Response:
        _, at, author, issue = await _target(world, request)
        world.delete(at, author, issue.id)
        return nothing()

    @router.post(_ROOT + "/archive")
    async def archive(request: Request) -> Response:
        asked, at, author, issue = await _target(world, request)
        world.archive(at, author, issue.id, archived=asked.archived)
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
