"""Who may ask for what: one line for each route. `visitors` lets nobody past it.

A role includes those below it. A route that is not named here is for admins only, and fails a test.
"""

from phasewise.core.rights import Asker, Role

ANYONE = None
"""Who asks is not even looked up: these show nothing of the team, or check for themselves who asks."""

STAKEHOLDER, MEMBER, LEAD, ADMIN = Role

RIGHTS: dict[str, Role | None] = {
    # watched from outside; /metrics wants a token from elsewhere, deliveries are signed
    "GET /healthz": ANYONE,
    "GET /readyz": ANYONE,
    "GET /metrics": ANYONE,
    "POST /webhooks/jira": ANYONE,
    "POST /webhooks/jira/{secret:path}": ANYONE,
    # what the API is, not what it knows
    "GET /api/openapi.json": ANYONE,
    "GET /api/docs": ANYONE,
    # coming in
    "GET /login": ANYONE,
    "POST /login": ANYONE,
    "POST /logout": ANYONE,
    "GET /login/provider": ANYONE,
    "GET /login/provider/back": ANYONE,
    "GET /login/forgotten": ANYONE,
    "POST /login/forgotten": ANYONE,
    "GET /welcome/{secret}": ANYONE,
    "POST /welcome/{secret}": ANYONE,
    "GET /password/{secret}": ANYONE,
    "POST /password/{secret}": ANYONE,
    # one's own account
    "GET /account": STAKEHOLDER,
    "POST /account/password": STAKEHOLDER,
    "POST /account/language": STAKEHOLDER,
    "POST /account/sessions": STAKEHOLDER,
    "POST /account/tokens": STAKEHOLDER,
    "GET /account/report": STAKEHOLDER,
    "POST /account/report": STAKEHOLDER,
    "POST /account/tokens/{token_id}/revoke": STAKEHOLDER,
    # projects, without persons
    "GET /": STAKEHOLDER,
    "GET /events": STAKEHOLDER,
    "GET /help": STAKEHOLDER,
    "GET /at": STAKEHOLDER,
    "GET /projects/{key}": STAKEHOLDER,
    "GET /search": STAKEHOLDER,
    "GET /api/v1/sync": STAKEHOLDER,
    "GET /api/v1/projects": STAKEHOLDER,
    "GET /api/v1/projects/{key}": STAKEHOLDER,
    # who does what
    "GET /board": MEMBER,
    "GET /board/move": LEAD,
    "POST /board/move": LEAD,
    "GET /api/v1/tasks": MEMBER,
    "GET /api/v1/tasks/{key}": MEMBER,
    "GET /api/v1/people": MEMBER,
    "GET /api/v1/findings": MEMBER,
    "GET /api/v1/compliance": STAKEHOLDER,
    "GET /api/v1/board": MEMBER,
    "GET /rules": MEMBER,
    "GET /rules/{finding_id:path}": MEMBER,
    "GET /untidy": MEMBER,
    "GET /untidy/set": LEAD,
    "POST /untidy/set": LEAD,
    "GET /people": MEMBER,
    "GET /changes": MEMBER,
    "GET /people/{person:path}": MEMBER,
    "GET /projects/{key}/why": MEMBER,
    "POST /projects/{key}/returns": LEAD,
    # what leads record of a project; the plan and the results without persons
    "GET /projects/{key}/plan": STAKEHOLDER,
    "GET /projects/{key}/results": STAKEHOLDER,
    "GET /projects/{key}/deliverables": MEMBER,
    "GET /projects/{key}/decisions": MEMBER,
    "GET /projects/{key}/tests": MEMBER,
    "GET /tests": MEMBER,
    "GET /due": MEMBER,
    "POST /projects/{key}/plan": LEAD,
    "POST /projects/{key}/plan/present": LEAD,
    "POST /projects/{key}/plan/accept": LEAD,
    "POST /projects/{key}/deliverables/{slot}": LEAD,
    "POST /projects/{key}/deliverables/{slot}/reviews": LEAD,
    "POST /projects/{key}/decisions/{name}": LEAD,
    "POST /projects/{key}/criteria/{name}": LEAD,
    "POST /projects/{key}/tests/{name}": LEAD,
    "POST /projects/{key}/tests/{name}/check-ins": LEAD,
    "POST /projects/{key}/results/{name}": LEAD,
    # what is done about it, and how the service works
    "GET /ladder": MEMBER,
    "GET /waivers": MEMBER,
    "GET /waivers/new": LEAD,
    "POST /waivers/new": LEAD,
    "POST /waivers/decide": LEAD,
    "POST /ladder/undo": LEAD,
    "POST /ladder/split": LEAD,
    "GET /audit": MEMBER,
    "GET /begin": MEMBER,
    "GET /review": LEAD,
    "POST /review": LEAD,
    "GET /review/{review_id}": LEAD,
    "POST /review/{review_id}": LEAD,
    "POST /review/{review_id}/end": LEAD,
    "GET /api/v1/ladder": MEMBER,
    "GET /api/v1/waivers": MEMBER,
    "GET /deliveries": LEAD,
    "GET /effects": LEAD,
    "GET /api/v1/deliveries": LEAD,
    "GET /api/v1/effects": LEAD,
    # what a team decides
    "GET /policy": MEMBER,
    "POST /policy": LEAD,
    "GET /policy/edit": LEAD,
    "POST /policy/edit": LEAD,
    "POST /policy/preview": LEAD,
    # the weekly report: whoever has a link shows it by its secret; stakeholders see no person in it
    "GET /api/v1/reports": STAKEHOLDER,
    "GET /api/v1/reports/{week}": STAKEHOLDER,
    "GET /api/v1/reports/{week}/difference": STAKEHOLDER,
    "GET /unsubscribe/{secret}": ANYONE,
    "POST /unsubscribe/{secret}": ANYONE,
    "GET /m/{secret}/{week}": ANYONE,
    "GET /r/{secret}": ANYONE,
    "GET /r/{secret}/{week}": ANYONE,
    "POST /r/{secret}/{week}": ANYONE,
    "GET /reports": STAKEHOLDER,
    "GET /reports/{team}/{week}": STAKEHOLDER,
    "GET /reports/{team}/{week}/mail": STAKEHOLDER,
    "GET /reports/{team}/{week}/compare": STAKEHOLDER,
    "GET /reports/{team}/{week}/edit": LEAD,
    "POST /reports/{team}/{week}/edit": LEAD,
    "GET /reports/{team}/{week}/send": LEAD,
    "POST /reports/{team}/{week}/send": LEAD,
    "POST /reports/{team}/{week}/skip": LEAD,
    "POST /reports/{team}/{week}/resume": LEAD,
    "POST /reports/recipients/test": LEAD,
    "POST /reports/resend": LEAD,
    "GET /reports/recipients": LEAD,
    "POST /reports/recipients": LEAD,
    "GET /reports/recipients/edit": LEAD,
    "POST /reports/recipients/edit": LEAD,
    "POST /reports/recipients/remove": LEAD,
    "GET /reports/links": LEAD,
    "POST /reports/links": LEAD,
    "POST /reports/links/revoke": LEAD,
    "POST /reports/links/read": LEAD,
    "GET /reports/plan": LEAD,
    "POST /reports/plan": LEAD,
    # rights
    "GET /users": ADMIN,
    "POST /users": ADMIN,
    "GET /users/{account_id}": ADMIN,
    "POST /users/{account_id}": ADMIN,
    "POST /users/{account_id}/link": ADMIN,
    "POST /users/{account_id}/disable": ADMIN,
    "POST /users/{account_id}/enable": ADMIN,
    "GET /audit-log": ADMIN,
    "GET /api/v1/audit-log": ADMIN,
    "POST /api/v1/people/{id:path}/erase": ADMIN,
}


BY_TEAM = frozenset(
    {
        "GET /board/move",
        "POST /board/move",
        "GET /untidy/set",
        "POST /untidy/set",
        "POST /projects/{key}/returns",
        "POST /projects/{key}/plan",
        "POST /projects/{key}/plan/present",
        "POST /projects/{key}/plan/accept",
        "POST /projects/{key}/deliverables/{slot}",
        "POST /projects/{key}/deliverables/{slot}/reviews",
        "POST /projects/{key}/decisions/{name}",
        "POST /projects/{key}/criteria/{name}",
        "POST /projects/{key}/tests/{name}",
        "POST /projects/{key}/tests/{name}/check-ins",
        "POST /projects/{key}/results/{name}",
        "GET /waivers/new",
        "POST /waivers/new",
        "POST /waivers/decide",
        "POST /ladder/undo",
        "POST /ladder/split",
        "GET /deliveries",
        "GET /effects",
        "GET /reports/{team}/{week}/edit",
        "POST /reports/{team}/{week}/edit",
        "GET /reports/{team}/{week}/send",
        "POST /reports/{team}/{week}/send",
        "POST /reports/{team}/{week}/skip",
        "POST /reports/{team}/{week}/resume",
        "POST /policy",
        "GET /policy/edit",
        "POST /policy/edit",
        "POST /policy/preview",
    }
)
"""What takes a lead and lets in leads of one team, too: it only reads, or asks itself whose team it is about
(usecases/own_teams). Every other route that takes a lead wants one of all teams."""


def may_ask(asker: Asker, method: str, path: str) -> bool:
    """Whether they may ask for the route, as it was declared, or for a page at this path."""
    least = least_role(method, path)
    if least is None or asker.may(least):
        return True
    return least is LEAD and asker.leads_any and f"{_read(method)} {path}" in BY_TEAM


def least_role(method: str, path: str) -> Role | None:
    """The least role that may ask for the route, as it was declared; None: anyone."""
    return RIGHTS.get(f"{_read(method)} {path}", ADMIN)


def _read(method: str) -> str:
    return "GET" if method == "HEAD" else method
