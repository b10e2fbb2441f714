"""The site itself: server, configuration, people, permissions. `app` mounts it."""

from typing import Any

from fastapi import APIRouter, Request, Response

from phasewise.sandbox.access import Caller
from phasewise.sandbox.answers import RefusedError, answer, body_of, objects_of, strings, whole_number
from phasewise.sandbox.desk import Desk
from phasewise.sandbox.model import User

CLOUD_VERSION = "1001.0.0-SNAPSHOT"
CLOUD_ID = "5a3d9e10-0000-4000-8000-0000000b0c5e"
_PERMISSIONS = (
    ("ADMINISTER", "GLOBAL"),
    ("SYSTEM_ADMIN", "GLOBAL"),
    ("BROWSE_PROJECTS", "PROJECT"),
    ("CREATE_ISSUES", "PROJECT"),
    ("EDIT_ISSUES", "PROJECT"),
    ("TRANSITION_ISSUES", "PROJECT"),
    ("ADD_COMMENTS", "PROJECT"),
    ("EDIT_OWN_COMMENTS", "PROJECT"),
    ("DELETE_OWN_COMMENTS", "PROJECT"),
    ("ASSIGN_ISSUES", "PROJECT"),
    ("ASSIGNABLE_USER", "PROJECT"),
    ("LINK_ISSUES", "PROJECT"),
    ("MOVE_ISSUES", "PROJECT"),
    ("DELETE_ISSUES", "PROJECT"),
    ("ADMINISTER_PROJECTS", "PROJECT"),
    ("VIEW_DEV_TOOLS", "PROJECT"),
    ("USER_PICKER", "GLOBAL"),
)


def routes(desk: Desk) -> APIRouter:
    router = APIRouter()
    _server(desk, router)
    _people(desk, router)
    _permissions(desk, router)
    return router


def _server(desk: Desk, router: APIRouter) -> None:
    world = desk.world

    @router.get("/rest/api/{version}/serverInfo")
    async def server_info(request: Request) -> Response:
        renderer = desk.renderer(request)
        version = CLOUD_VERSION if world.cloud else desk.trouble.datacenter_version
        numbers = [int(part) for part in version.split("-")[0].split(".")]
        made: dict[str, Any] = {
            "baseUrl": desk.base_url,
            "version": version,
            "versionNumbers": numbers,
            "deploymentType": "Cloud" if world.cloud else "Server",
            "buildNumber": 100_300 if world.cloud else 10_030_024,
            "buildDate": "2026-10-01T00:00:00.000+0000",
            "serverTime": renderer.time(world.now()),
            "scmInfo": "0" * 40,
            "serverTitle": world.title,
        }
        if world.cloud:
            made["displayUrl"] = desk.base_url
        return answer(made)

    @router.get("/rest/api/{version}/configuration")
    async def configuration(request: Request) -> Response:
        desk.renderer(request)
        tracking = {
            "workingHoursPerDay": 8.0,
            "workingDaysPerWeek": 5.0,
            "timeFormat": "pretty",
            "defaultUnit": "minute",
        }
        made: dict[str, Any] = dict.fromkeys(
            (
                "votingEnabled",
                "watchingEnabled",
                "unassignedIssuesAllowed",
                "subTasksEnabled",
                "issueLinkingEnabled",
                "timeTrackingEnabled",
                "attachmentsEnabled",
            ),
            True,
        )
        return answer(made | {"timeTrackingConfiguration": tracking})

    if world.cloud:

        @router.get("/_edge/tenant_info")
        async def tenant_info() -> Response:
            return answer({"cloudId": CLOUD_ID})


def _people(desk: Desk, router: APIRouter) -> None:
    world = desk.world

    @router.get("/rest/api/{version}/myself")
    async def myself(request: Request) -> Response:
        caller = desk.named_caller(request)
        user = world.users.get(caller.user_id or "")
        shown = desk.renderer(request).refs.user(user) if user else {}
        locale = {"en": "en_US", "fr": "fr_FR", "ja": "ja_JP", "ru": "ru_RU", "zh": "zh_CN"}[world.language]
        return answer({**shown, "timeZone": caller.zone, "locale": locale})

    @router.get("/rest/api/{version}/user")
    async def user(request: Request) -> Response:
        desk.named_caller(request)
        query = request.query_params
        wanted = query.get("accountId") if world.cloud else query.get("key") or query.get("username")
        found = world.users.get(wanted or "") or (None if world.cloud else world.user(wanted))
        if found is None:
            raise RefusedError(404, "Specified user does not exist or you do not have required permissions")
        return answer(desk.renderer(request).refs.user(found))

    async def search(request: Request) -> Response:
        desk.named_caller(request)
        query = request.query_params
        text = (query.get("query") or query.get("username") or "").lower()
        exact = query.get("accountId")
        found = [u for u in world.users.values() if (u.id == exact if exact else _is_like(u, text))]
        start, size = whole_number(query.get("startAt"), 0), whole_number(query.get("maxResults"), 50)
        return answer([desk.renderer(request).refs.user(u) for u in found[start : start + size]])

    router.add_api_route("/rest/api/{version}/user/search", search, methods=["GET"])
    router.add_api_route("/rest/api/{version}/user/assignable/search", search, methods=["GET"])
    if world.cloud:
        router.add_api_route("/rest/api/{version}/users", search, methods=["GET"])
        router.add_api_route("/rest/api/{version}/users/search", search, methods=["GET"])


def _is_like(user: User, text: str) -> bool:
    names = (user.id, user.name, user.display_name, user.email or "")
    return text in ("", ".") or any(text in name.lower() for name in names)


def _permissions(desk: Desk, router: APIRouter) -> None:
    world = desk.world

    @router.get("/rest/api/{version}/mypermissions")
    async def mine(request: Request) -> Response:
        """Cloud insists on a list of permissions; Data Center shows all."""
        desk.renderer(request)
        caller, query = desk.caller(request), request.query_params
        wanted = [key for key in query.get("permissions", "").split(",") if key]
        known = dict(_PERMISSIONS)
        if world.cloud and not wanted:
            raise RefusedError(400, "The 'permissions' query parameter is required.")
        unknown = [key for key in wanted if key not in known]
        if unknown:
            raise RefusedError(400, f"Unrecognized permission: {', '.join(unknown)}")
        space = world.space(query.get("projectKey") or query.get("projectId") or "")
        hidden = space is not None and not caller.may_browse(space.id)
        shown = {}
        for number, key in enumerate(wanted or known):
            allowed = caller.user_id is not None and not hidden
            if key == "TRANSITION_ISSUES":
                allowed = allowed and caller.may_transition
            if key == "ADMINISTER":
                allowed = allowed and caller.is_admin
            shown[key] = {
                "id": str(number),
                "key": key,
                "name": key.replace("_", " ").capitalize(),
                "type": known[key],
                "description": "",
                "havePermission": allowed,
            }
        return answer({"permissions": shown})

    if world.cloud:

        @router.post("/rest/api/{version}/permissions/check")
        async def check(request: Request) -> Response:
            desk.renderer(request)
            caller, asked = desk.caller(request), await body_of(request)
            grants = [
                grant
                for one in objects_of(asked, "projectPermissions")
                for grant in _grants(desk, caller, one)
            ]
            known = dict(_PERMISSIONS)
            granted = [key for key in strings(asked, "globalPermissions") if key in known and caller.user_id]
            return answer({"projectPermissions": grants, "globalPermissions": granted})


def _grants(desk: Desk, caller: Caller, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """What a caller may do in which of the spaces and issues asked for."""
    world = desk.world
    spaces = [id for id in strings(asked, "projects") or world.spaces if id in world.spaces]
    seen = [int(id) for id in spaces if caller.may_browse(id)]
    found = [issue for id in strings(asked, "issues") if (issue := world.issue(id)) and caller.may_see(issue)]
    grants = []
    for key in strings(asked, "permissions"):
        may = key != "TRANSITION_ISSUES" or caller.may_transition
        issues = [issue.id for issue in found]
        grants.append({"permission": key, "projects": seen if may else [], "issues": issues if may else []})
    return grants
