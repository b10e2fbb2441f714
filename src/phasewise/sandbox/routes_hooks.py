"""Registering admin webhooks: the old path (Cloud, Data Center up to 9) and Data Center 10's new one.

On Data Center 10 the old JSON is still taken, by either path, but its JQL and secret are silently ignored.
"""

from typing import Any

from fastapi import APIRouter, Request, Response

from phasewise.sandbox.answers import RefusedError, answer, body_of, nothing, object_of, strings
from phasewise.sandbox.desk import Desk
from phasewise.sandbox.hooks import Hook, Hooks

OLD = "/rest/webhooks/1.0/webhook"
NEW = "/rest/jira-webhook/1.0/webhooks"


def routes(desk: Desk, hooks: Hooks) -> APIRouter:
    router = APIRouter()
    _mount(desk, hooks, router, OLD)
    if not desk.world.cloud:
        _mount(desk, hooks, router, NEW)
    return router


def _mount(desk: Desk, hooks: Hooks, router: APIRouter, path: str) -> None:
    """Cloud has the old path only."""
    is_new = path == NEW

    def admin(request: Request) -> None:
        """An administrator must ask, and the path must be there: the new one came with Data Center 10."""
        caller = desk.named_caller(request)
        if is_new and desk.trouble.is_before_ten:
            raise RefusedError(404, "HTTP 404 Not Found")
        if not caller.is_admin:
            raise RefusedError(403, "You are not authorized to perform this operation.")

    def told(hook: Hook, status: int = 200) -> Response:
        return answer(shown(desk, hook, is_new=is_new), status)

    @router.get(path)
    async def all_of(request: Request) -> Response:
        admin(request)
        return answer([shown(desk, hook, is_new=is_new) for hook in hooks.hooks.values()])

    @router.post(path)
    async def register(request: Request) -> Response:
        admin(request)
        hook = Hook(int(desk.world.next_id()), "", "", [])
        _fill(desk, hook, await body_of(request), is_new=is_new)
        hooks.hooks[hook.id] = hook
        return told(hook, 201)

    @router.get(path + "/{hook}")
    async def one(request: Request) -> Response:
        admin(request)
        return told(_named(request))

    @router.put(path + "/{hook}")
    async def change(request: Request) -> Response:
        admin(request)
        hook = _named(request)
        _fill(desk, hook, await body_of(request), is_new=is_new)
        return told(hook)

    @router.delete(path + "/{hook}")
    async def delete(request: Request) -> Response:
        admin(request)
        del hooks.hooks[_named(request).id]
        return nothing()

    def _named(request: Request) -> Hook:
        text = request.path_params["hook"]
        found = hooks.hooks.get(int(text)) if text.isdigit() else None
        if found is None:
            raise RefusedError(404, "The webhook was not found.")
        return found


def _fill(desk: Desk, hook: Hook, asked: dict[str, Any], *, is_new: bool) -> None:
    """Sets what a body says of a hook, in the JSON of the new path or the old; 400 without name or URL."""
    hook.name = str(asked.get("name") or hook.name)
    hook.url = str(asked.get("url") or hook.url)
    if not hook.name or not hook.url.startswith(("http://", "https://")):
        raise RefusedError(400, "A webhook needs a name and an absolute URL.")
    hook.events = strings(asked, "events") or hook.events
    if is_new:
        settings = object_of(asked, "configuration")
        hook.enabled = bool(asked.get("active", hook.enabled))
        hook.secret = str(settings.get("SECRET") or "") or hook.secret
        hook.jql = str(settings.get("FILTERS") or "")
        hook.exclude_body = str(settings.get("EXCLUDE_BODY")).lower() == "true"
        return
    hook.exclude_body = bool(asked.get("excludeBody", hook.exclude_body))
    hook.enabled = bool(asked.get("enabled", hook.enabled))
    if desk.world.cloud:
        hook.secret = str(asked.get("secret") or "") or hook.secret
    if "filters" in asked and (desk.world.cloud or desk.trouble.is_before_ten):
        hook.jql = str(object_of(asked, "filters").get("issue-related-events-section") or "")


def shown(desk: Desk, hook: Hook, *, is_new: bool) -> dict[str, Any]:
    """A hook as the path it is asked by shows it; never its secret."""
    made: dict[str, Any] = {"name": hook.name, "url": hook.url, "events": hook.events}
    if is_new:
        made |= {"id": hook.id, "active": hook.enabled, "scopeType": "global"}
        settings = {"FILTERS": hook.jql, "EXCLUDE_BODY": str(hook.exclude_body).lower()}
        return {**made, "configuration": settings, "sslVerificationRequired": True}
    made |= {
        "excludeBody": hook.exclude_body,
        "filters": {"issue-related-events-section": hook.jql},
        "enabled": hook.enabled,
        "self": f"{desk.base_url}{OLD}/{hook.id}",
        "lastUpdatedDisplayName": "Sync Account",
    }
    return {**made, "isSigned": hook.secret is not None} if desk.world.cloud else made
