"""Signing in by an identity provider: who it says they are becomes an account, groups become a role."""

from dataclasses import replace
from secrets import compare_digest
from typing import TYPE_CHECKING
from uuid import uuid4

from phasewise.core.rights import Role
from phasewise.errors import ForbiddenError, NotFoundError
from phasewise.i18n.speaking import _, marked
from phasewise.oidc.identity import Begun, Identity, ProviderAccess
from phasewise.store import accounts, report_recipients
from phasewise.store.accounts import Account, folded
from phasewise.store.audit_log import Entry, add_entry
from phasewise.store.db import Connection
from phasewise.usecases.accounts.links import name_of
from phasewise.usecases.accounts.sealed import opened, sealed
from phasewise.usecases.accounts.session import SignedIn, begin
from phasewise.usecases.accounts.throttle import Client
from phasewise.usecases.deps import Deps

if TYPE_CHECKING:
    from phasewise.oidc.provider import Provider

BACK = "/login/provider/back"
MINUTES_MS = 10 * 60_000
BACK_LONGEST = 1_500
"""Characters of an address to go back to: a cookie holds four thousand in all."""
NONE_SET = marked("There is no identity provider here")
OVER = marked("This sign-in took too long, or was begun in another browser: begin again")
NO_EMAIL = marked("The identity provider has not verified your e-mail address: ask an admin")
NO_ROLE = marked("None of your groups has a role here: ask an admin")


def begin_at_provider(deps: Deps, back: str) -> tuple[str, str]:
    """Where the browser goes, and what it keeps until it comes back: nothing is kept here, since anybody may
    begin as often as they like. Raises ProviderError."""
    provider = _provider(deps)
    begun = provider.begin(deps.base_url + BACK)
    body = {"state": begun.state, "nonce": begun.nonce, "verifier": begun.verifier}
    body["back"] = back if len(back) <= BACK_LONGEST else "/"
    return begun.url, sealed(provider.access.signing_key, body, deps.now() + MINUTES_MS)


def sign_in_from_provider(
    deps: Deps, kept: str, state: str, code: str, client: Client
) -> tuple[SignedIn, str]:
    """A new session, and where to go on. Raises ForbiddenError for whoever may not come in, ProviderError."""
    provider = _provider(deps)
    body = opened(provider.access.signing_key, kept, deps.now())
    if body is None or not compare_digest(body["state"].encode(), state.encode(errors="replace")):
        raise ForbiddenError(_(OVER))
    begun = Begun("", body["state"], body["nonce"], body["verifier"])
    identity = provider.finish(begun, deps.base_url + BACK, code)
    with deps.database.write() as connection:
        account = _account(connection, deps, provider.access, identity)
        return begin(connection, deps, account, client, provider.access.name), body["back"]


def role_of(access: ProviderAccess, groups: tuple[str, ...]) -> Role | None:
    """The role that reaches furthest of those the groups have."""
    found = [access.roles[group] for group in groups if group in access.roles]
    return max(found, key=list(Role).index) if found else access.usual


def _account(connection: Connection, deps: Deps, access: ProviderAccess, identity: Identity) -> Account:
    """The account of somebody: known by who they are to the provider, or by an address it has verified."""
    site_id, role = deps.site_id, role_of(access, identity.groups)
    known = accounts.by_subject(connection, site_id, identity.subject)
    if known is None:
        known = _by_email(connection, deps, identity)
    if known is None:
        if role is None:
            raise ForbiddenError(_(NO_ROLE))
        return _made(connection, deps, identity, role)
    if not known.is_active:
        raise ForbiddenError(_("This account is disabled: ask an admin"))
    if known.subject != identity.subject:
        accounts.change(connection, site_id, known.account_id, subject=identity.subject)
        _note(connection, deps, "account.linked", known)
    is_last = known.role is Role.ADMIN and not accounts.other_admins(connection, site_id, known.account_id)
    if role is known.role or is_last or (role is None and known.invited):
        return known
    if role is None:
        raise ForbiddenError(_(NO_ROLE))
    accounts.change(connection, site_id, known.account_id, role=role.value)
    _note(connection, deps, "account.role", known, before=known.role.value, after=role.value)
    if role is Role.STAKEHOLDER:
        report_recipients.name_nobody_to(connection, site_id, known.account_id)
    return replace(known, role=role)


def _by_email(connection: Connection, deps: Deps, identity: Identity) -> Account | None:
    """An account with the address that the provider has verified, unless it is somebody else's there."""
    if identity.email is None:
        raise ForbiddenError(_(NO_EMAIL))
    found = accounts.by_email(connection, deps.site_id, identity.email)
    if found is not None and found.subject is not None:
        raise ForbiddenError(_("This e-mail address belongs to another identity: ask an admin"))
    return found


def _made(connection: Connection, deps: Deps, identity: Identity, role: Role) -> Account:
    email = folded(identity.email or "")[:255]
    made = Account(
        account_id=uuid4().hex,
        email=email,
        name=name_of(identity.name, email),
        role=role,
        created_at=deps.now(),
        subject=identity.subject,
        invited=False,
    )
    accounts.add(connection, deps.site_id, made)
    report_recipients.link_recipients(connection, deps.site_id, made.account_id, made.email)
    if role is Role.STAKEHOLDER:
        report_recipients.name_nobody_to(connection, deps.site_id, made.account_id)
    _note(connection, deps, "account.made", made, role=role.value)
    return made


def _note(connection: Connection, deps: Deps, action: str, account: Account, **detail: str) -> None:
    add_entry(connection, deps.site_id, Entry(deps.now(), account.email, action, account.email, detail))


def _provider(deps: Deps) -> "Provider":
    if deps.provider is None:
        raise NotFoundError(_(NONE_SET))
    return deps.provider
