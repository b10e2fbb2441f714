"""/users and /audit-log: what only admins see. Included by `app`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Path
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from phasewise.core.rights import Role
from phasewise.errors import BadRequestError
from phasewise.i18n.speaking import _, marked
from phasewise.store.accounts import Account
from phasewise.terms import role_name
from phasewise.usecases.accounts.administer import (
    Rights,
    account_by_id,
    change_role,
    disable,
    enable,
    invite,
    link_again,
    list_accounts,
    people_by_name,
    role_words,
    teams_to_lead,
)
from phasewise.usecases.deps import Deps
from phasewise.usecases.show_audit_log import (
    AUDIT_LOG,
    ENTRY_PLACE,
    PolicyChanges,
    keys_of,
    policy_changes,
    show_audit_log,
)
from phasewise.usecases.show_frame import show_frame
from phasewise.usecases.views import EntryShown
from phasewise.web import account, login
from phasewise.web.account import in_words
from phasewise.web.dates import Dates
from phasewise.web.deps import Asked, Given, asked_of
from phasewise.web.forms import Form
from phasewise.web.freshness import plain_chrome
from phasewise.web.log_details import detail_words
from phasewise.web.log_words import action_words, led_words, who_words
from phasewise.web.templates import render
from phasewise.web.values import Chrome

router = APIRouter(include_in_schema=False)
Id = Annotated[str, Path(max_length=36)]


def add_accounts(app: FastAPI) -> None:
    """The pages by which people come in, and look after accounts."""
    for pages in (login.router, account.router, router):
        app.include_router(pages)


SEES = {
    Role.STAKEHOLDER: marked("the portfolio and projects, without persons"),
    Role.MEMBER: marked("everything about the team's work"),
    Role.LEAD: marked("and what is left for a lead: waivers, policy, deliveries, effects"),
    Role.ADMIN: marked("and accounts, tokens and the audit log"),
}


@dataclass(frozen=True, slots=True)
class UserRow:
    id: str
    email: str
    name: str
    role: str
    person: str
    state: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form that invites: what was typed, where that was refused."""

    email: str = ""
    name: str = ""
    role: str = Role.MEMBER.value
    person: str = ""


@dataclass(frozen=True, slots=True)
class UsersPage:
    """`link` is a one-time link that was just made: it is shown this once. `teams` are those that somebody
    may lead, and whether they do; none where there is one team only."""

    users: tuple[UserRow, ...]
    people: tuple[tuple[str, str], ...]
    roles: tuple[tuple[str, str, str], ...]
    chrome: Chrome
    teams: tuple[tuple[str, bool], ...] = ()
    link: str = ""
    link_for: str = ""
    wrong: str = ""
    typed: Typed = Typed()


@dataclass(frozen=True, slots=True)
class UserPage:
    user: UserRow
    person_id: str
    people: tuple[tuple[str, str], ...]
    roles: tuple[tuple[str, str, str], ...]
    role: str
    chrome: Chrome
    teams: tuple[tuple[str, bool], ...] = ()
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class EntryRow:
    when: str
    actor: str
    action: str
    subject: str
    detail: str
    address: str


@dataclass(frozen=True, slots=True)
class AuditLogPage:
    entries: tuple[EntryRow, ...]
    older: str | None
    chrome: Chrome


@router.get("/users", response_class=HTMLResponse)
def get_users(deps: Given) -> HTMLResponse:
    """The accounts, and the form that invites."""
    return _users(deps)


@router.post("/users", response_class=HTMLResponse)
def post_users(deps: Given, form: Form) -> HTMLResponse:
    """A new account; the link by which its owner comes in is shown once."""
    email = form.get("email", "")
    try:
        path = invite(deps, email, form.get("name", ""), _rights(deps, form), form.get("person") or None)
    except BadRequestError as error:
        return _users(deps, form, wrong=f"{error}.", status=422)
    return _users(deps, link=deps.base_url + path, link_for=email)


@router.get("/users/{account_id}", response_class=HTMLResponse)
def get_user(deps: Given, account_id: Id) -> HTMLResponse:
    """One account, and what can be changed."""
    return _user(deps, account_id)


@router.post("/users/{account_id}", response_class=HTMLResponse)
def post_user(deps: Given, account_id: Id, form: Form) -> Response:
    """Another role, or another person in Jira."""
    try:
        change_role(deps, account_id, _rights(deps, form), form.get("person") or None)
    except BadRequestError as error:
        return _user(deps, account_id, f"{error}.", 422, form)
    return RedirectResponse("/users", 303)


@router.post("/users/{account_id}/link", response_class=HTMLResponse)
def post_link(deps: Given, account_id: Id) -> HTMLResponse:
    """A new link to choose a password by, shown once."""
    email = account_by_id(deps, account_id).email
    return _users(deps, link=deps.base_url + link_again(deps, account_id), link_for=email)


@router.post("/users/{account_id}/disable")
def post_disable(deps: Given, account_id: Id) -> Response:
    """No way in any more, from this instant."""
    try:
        disable(deps, account_id)
    except BadRequestError as error:
        return _user(deps, account_id, f"{error}.", 422)
    return RedirectResponse("/users", 303)


@router.post("/users/{account_id}/enable")
def post_enable(deps: Given, account_id: Id) -> Response:
    enable(deps, account_id)
    return RedirectResponse("/users", 303)


@router.get("/audit-log", response_class=HTMLResponse)
def get_audit_log(
    deps: Given, asked: Annotated[Asked, Depends(asked_of(AUDIT_LOG, ENTRY_PLACE))]
) -> HTMLResponse:
    """Who decided what, latest first."""
    found = show_audit_log(deps, asked.as_of, asked.paging)
    dates = Dates(deps.policy.calendar.zone, deps.now())
    older = None if found.next is None else f"/audit-log?cursor={found.next}"
    changes, keys = policy_changes(deps, found.items), keys_of(deps, found.items)
    entries = tuple(_entry(one, changes, keys, dates) for one in found.items)
    page = AuditLogPage(entries, older, plain_chrome(show_frame(deps)))
    return HTMLResponse(render("pages/audit_log.html", page))


def _rights(deps: Deps, form: Form) -> Rights:
    teams = tuple(name for name, is_led in _ticked(deps, form) if is_led)
    try:
        return Rights(Role(form.get("role", "")), teams)
    except ValueError:
        raise BadRequestError(_("A role is one of %(roles)s", roles=", ".join(Role))) from None


def _ticked(deps: Deps, form: Mapping[str, str]) -> tuple[tuple[str, bool], ...]:
    return tuple((name, bool(form.get(f"lead-{name}"))) for name in teams_to_lead(deps))


def _users(
    deps: Deps,
    form: Mapping[str, str] | None = None,
    *,
    link: str = "",
    link_for: str = "",
    wrong: str = "",
    status: int = 200,
) -> HTMLResponse:
    people, dates = people_by_name(deps), Dates(deps.policy.calendar.zone, deps.now())
    rows = tuple(_row(one, dict(people), dates) for one in list_accounts(deps))
    filled = {name: (form or {}).get(name, "") for name in ("email", "name", "role", "person")}
    typed = Typed() if form is None else Typed(**filled)
    chrome = plain_chrome(show_frame(deps))
    page = UsersPage(rows, people, _roles(), chrome, _ticked(deps, form or {}), link, link_for, wrong, typed)
    return HTMLResponse(render("pages/users.html", page), status)


def _user(
    deps: Deps, account_id: str, wrong: str = "", status: int = 200, form: Mapping[str, str] | None = None
) -> HTMLResponse:
    found, people = account_by_id(deps, account_id), people_by_name(deps)
    row = _row(found, dict(people), Dates(deps.policy.calendar.zone, deps.now()))
    if form is not None:
        teams, role, person = _ticked(deps, form), form.get("role", ""), form.get("person", "")
    else:
        teams = tuple((name, name in found.leads) for name in teams_to_lead(deps))
        role, person = (Role.LEAD if found.leads else found.role).value, found.person_id or ""
    page = UserPage(row, person, people, _roles(), role, plain_chrome(show_frame(deps)), teams, wrong)
    return HTMLResponse(render("pages/user.html", page), status)


def _roles() -> tuple[tuple[str, str, str], ...]:
    return tuple((role.value, role_name(role), _(SEES[role])) for role in Role)


def _row(one: Account, people: dict[str, str], dates: Dates) -> UserRow:
    if not one.is_active:
        state = _("disabled")
    elif one.password is None and one.subject is None:
        state = _("invited")
    elif one.signed_in_at is None:
        state = _("not signed in yet")
    else:
        state = _("signed in %(time)s", time=in_words(one.signed_in_at, dates))
    person = people.get(one.person_id or "", one.person_id or "")
    return UserRow(
        one.account_id,
        one.email,
        one.name,
        led_words(role_words(one)),
        person,
        state,
        one.is_active,
    )


def _entry(entry: EntryShown, changes: PolicyChanges, keys: Mapping[str, str], dates: Dates) -> EntryRow:
    return EntryRow(
        when=in_words(entry.at, dates),
        actor=who_words(entry.actor),
        action=action_words(entry.action),
        subject=keys.get(entry.subject) or who_words(entry.subject),
        detail=detail_words(entry, changes, dates),
        address=entry.address or "",
    )
