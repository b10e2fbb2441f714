"""What every route needs: the world, the trouble, who is calling, and how to show an issue.

`app` makes one `Desk`; the route modules take it.
"""

import base64
import binascii

from fastapi import Request

from phasewise.sandbox.access import Caller
from phasewise.sandbox.answers import RefusedError, flag
from phasewise.sandbox.model import Issue
from phasewise.sandbox.render import Renderer
from phasewise.sandbox.search import Search
from phasewise.sandbox.trouble import Trouble
from phasewise.sandbox.world import World

HIDDEN = "Issue does not exist or you do not have permission to see it."


class Desk:
    def __init__(self, world: World, trouble: Trouble, base_url: str) -> None:
        self.world = world
        self.trouble = trouble
        self.search = Search(world)
        self.base_url = base_url
        self._renderers: dict[str, Renderer] = {}
        self._writes: dict[int, list[int]] = {}

    # ---------------------------------------------------------------- the request

    def renderer(self, request: Request) -> Renderer:
        """By the version in the path; 404 for one the site does not have."""
        version = str(request.path_params.get("version", "2"))
        if version == "latest":
            version = "3" if self.world.cloud else "2"
        if version not in (("2", "3") if self.world.cloud else ("2",)):
            raise RefusedError(404, "HTTP 404 Not Found")
        found = self._renderers.get(version)
        if found is None:
            found = self._renderers[version] = Renderer(self.world, self.base_url, version)
        return found

    def caller(self, request: Request) -> Caller:
        """Whoever the credentials stand for; anybody's will do unless a token is asked for."""
        trouble, world = self.trouble, self.world
        name, secret = _credentials(request.headers.get("authorization", ""))
        if trouble.token is not None and secret != trouble.token:
            if trouble.wrong_token == "anonymous":  # noqa: S105 - a mode, not a secret.
                return Caller(None, is_admin=False)
            raise self._unauthorised()
        user = (world.user(name) if name else None) or world.users.get(world.service_user)
        user_id = user.id if user else world.service_user
        zone = trouble.caller_zone or (user.zone if user else "UTC")
        spaces = (world.space(name) for name in trouble.hidden_spaces)
        hidden = frozenset(space.id for space in spaces if space)
        issues = frozenset(trouble.hidden_issues)
        return Caller(user_id, zone, hidden, issues, trouble.may_transition, trouble.may_administer)

    def named_caller(self, request: Request) -> Caller:
        """A caller who is somebody; 401 for an anonymous one."""
        caller = self.caller(request)
        if caller.user_id is None:
            raise self._unauthorised()
        return caller

    def _unauthorised(self) -> RefusedError:
        if self.world.cloud:
            return RefusedError(401, "Client must be authenticated to access this resource.")
        if self.trouble.wrong_token == "captcha":  # noqa: S105 - a mode, not a secret.
            return RefusedError(
                403,
                "Login denied",
                headers={
                    "X-Seraph-LoginReason": "AUTHENTICATION_DENIED",
                    "X-Authentication-Denied-Reason": f"CAPTCHA_CHALLENGE; login-url={self.base_url}/login",
                },
            )
        headers = {
            "X-Seraph-LoginReason": "AUTHENTICATED_FAILED",
            "WWW-Authenticate": f'OAuth realm="{self.base_url}"',
        }
        message = "You are not authenticated. Authentication required to perform this operation."
        return RefusedError(401, message, headers=headers)

    # ---------------------------------------------------------------- issues

    def issue(self, request: Request, caller: Caller) -> Issue:
        """The issue named in the path, by id or any key; 404 where there is none to be seen."""
        return self.find(str(request.path_params["issue"]), caller)

    def find(self, id_or_key: str, caller: Caller) -> Issue:
        found = self.world.issue(id_or_key)
        if found is None or not caller.may_see(found):
            raise RefusedError(404, HIDDEN if self.world.cloud else "Issue Does Not Exist")
        return found

    def writable(self, request: Request) -> tuple[Caller, Issue]:
        """For a write: a named caller, an issue that is not archived, within the per-issue limits."""
        caller = self.named_caller(request)
        issue = self.issue(request, caller)
        if issue.archived:
            raise RefusedError(400, "This issue is archived. You can only view it.")
        if self.trouble.limit_issue_writes:
            self._count_write(issue.id)
        return caller, issue

    def check_silence(self, request: Request) -> None:
        """Refuses an edit that is to be told nobody, where only administrators may."""
        if self.trouble.refuse_silent_edits and not flag(request.query_params.get("notifyUsers"), True):
            raise RefusedError(
                403,
                "To discard the user notification either admin or project admin permissions are required.",
            )

    def _count_write(self, issue_id: int) -> None:
        """20 writes per 2 s and 100 per 30 s, per issue."""
        now = self.world.now()
        recent = [at for at in self._writes.get(issue_id, []) if at > now - 30_000]
        in_two_seconds = sum(at > now - 2_000 for at in recent)
        if in_two_seconds >= 20 or len(recent) >= 100:
            wait = "2" if in_two_seconds >= 20 else "30"
            headers = {"Retry-After": wait, "RateLimit-Reason": "jira-per-issue-on-write"}
            raise RefusedError(429, "Rate limit exceeded.", headers=headers)
        self._writes[issue_id] = [*recent, now]


def _credentials(header: str) -> tuple[str, str]:
    """The user name (empty for a Bearer) and the secret of an Authorization header."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() == "bearer":
        return "", rest.strip()
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, secret = base64.b64decode(rest, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, secret
