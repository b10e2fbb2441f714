"""Archiving and moving issues between spaces, the way each deployment offers it. `app` mounts it."""

from typing import Any

from fastapi import APIRouter, Request, Response

from phasewise.sandbox.answers import RefusedError, answer, body_of, nothing, object_of, strings
from phasewise.sandbox.desk import Desk


def cloud_routes(desk: Desk) -> APIRouter:
    router = APIRouter()
    tasks: dict[str, dict[str, Any]] = {}

    @router.put("/rest/api/{version}/issue/archive")
    async def archive(request: Request) -> Response:
        return await _archive(desk, request, archived=True)

    @router.put("/rest/api/{version}/issue/unarchive")
    async def unarchive(request: Request) -> Response:
        return await _archive(desk, request, archived=False)

    @router.post("/rest/api/{version}/bulk/issues/move")
    async def move(request: Request) -> Response:
        """The mapping's keys are `space,type`, with more parts for a sub-task's parent, which are ignored."""
        caller, world = desk.named_caller(request), desk.world
        mapping = object_of(await body_of(request), "targetToSourcesMapping")
        moved: list[int] = []
        for target in mapping:
            names = strings(object_of(mapping, target), "issueIdsOrKeys")
            space = world.space(str(target).split(",")[0])
            if space is None:
                raise RefusedError(400, f"The project '{target}' does not exist.")
            for name in names:
                issue = desk.find(name, caller)
                world.move(world.now(), caller.user_id or "", issue.id, space.id)
                moved.append(issue.id)
        task_id = world.next_id()
        tasks[task_id] = {
            "taskId": task_id,
            "status": "COMPLETE",
            "progressPercent": 100,
            "processedAccessibleIssues": moved,
            "totalIssueCount": len(moved),
            "invalidOrInaccessibleIssueCount": 0,
        }
        return answer({"taskId": task_id}, 201)

    @router.get("/rest/api/{version}/bulk/queue/{task}")
    async def task(request: Request) -> Response:
        found = tasks.get(request.path_params["task"])
        if found is None:
            raise RefusedError(404, "The task does not exist.")
        return answer(found)

    return router


async def _archive(desk: Desk, request: Request, *, archived: bool) -> Response:
    caller, world = desk.named_caller(request), desk.world
    names = strings(await body_of(request), "issueIdsOrKeys")
    for name in names:
        issue = desk.find(name, caller)
        world.archive(world.now(), caller.user_id or "", issue.id, archived=archived)
    return answer({"numberOfIssuesUpdated": len(names), "errors": {}})


def datacenter_routes(desk: Desk) -> APIRouter:
    router = APIRouter()

    @router.put("/rest/api/{version}/issue/{issue}/archive")
    async def archive(request: Request) -> Response:
        caller, issue = desk.writable(request)
        desk.world.archive(desk.world.now(), caller.user_id or "", issue.id)
        return nothing()

    @router.put("/rest/api/{version}/issue/{issue}/restore")
    async def restore(request: Request) -> Response:
        caller = desk.named_caller(request)
        issue = desk.issue(request, caller)
        desk.world.archive(desk.world.now(), caller.user_id or "", issue.id, archived=False)
        return nothing()

    return router
