"""Recipients look after their own mails: by the link in each of them, or signed in. Called by web.

Who tries links that lead nowhere learns nothing by them, and waits after many.
"""

import secrets
from uuid import uuid4

from phasewise.core.rights import Role
from phasewise.errors import ForbiddenError, NotFoundError
from phasewise.i18n.speaking import _, marked
from phasewise.store import accounts, report_recipients
from phasewise.store.accounts import Account
from phasewise.store.audit_log import Entry, add_entry
from phasewise.store.db import Connection
from phasewise.store.report_recipients import Recipient
from phasewise.usecases.accounts.throttle import Client, count_attempt, key_of
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.choices import Choices
from phasewise.usecases.reports.recipient_fields import Preferences

OVER = marked("This link leads nowhere (any more); the newest mail has one that does")


def recipient_of(deps: Deps, secret: str, client: Client) -> Recipient:
    """Whose link it is. Raises NotFoundError where it is nobody's, TooOftenError after many of them."""
    with deps.database.read() as connection:
        found = report_recipients.recipient_by_secret(connection, deps.site_id, secret)
    if found is None or found.removed_at is not None:
        with deps.database.write() as connection:
            count_attempt(connection, deps.site_id, [key_of("link", client.address)], deps.now())
        raise NotFoundError(_(OVER))
    return found


def unsubscribe(deps: Deps, secret: str, client: Client) -> Recipient:
    """They get no report of this team any more; twice is as once. Raises as `recipient_of`."""
    return _set(deps, secret, client, is_on=False)


def subscribe_again(deps: Deps, secret: str, client: Client) -> Recipient:
    """The way back. Raises as `recipient_of`."""
    return _set(deps, secret, client, is_on=True)


def _set(deps: Deps, secret: str, client: Client, *, is_on: bool) -> Recipient:
    found, now = recipient_of(deps, secret, client), deps.now()
    if (found.unsubscribed_at is None) is not is_on:
        action = "report_recipient.subscribed" if is_on else "report_recipient.unsubscribed"
        with deps.database.write() as connection:
            _change(connection, deps, found, unsubscribed_at=None if is_on else now)
            entry = Entry(
                now, found.address, action, found.address, {"team": found.team}, client.address[:64]
            )
            add_entry(connection, deps.site_id, entry)
    return found


# ------------------------------------------------------------------ signed in


def own_subscriptions(deps: Deps) -> dict[str, Recipient]:
    """What who asks is sent, by team; also what they ended themselves."""
    with deps.database.read() as connection:
        account = _account(connection, deps)
        return {one.team: one for one in _own(connection, deps, account)}


def set_own(deps: Deps, choices: Choices, team: str, wishes: Preferences | None) -> None:
    """Have the report of a team mailed to one's own account in this way; None: not at all.

    Raises NotFoundError for a team that there is not, ForbiddenError for who has no account.
    """
    choices.require_team(team)
    now = deps.now()
    with deps.database.write() as connection:
        account = _account(connection, deps)
        found = next((one for one in _own(connection, deps, account) if one.team == team), None)
        if wishes is None and (found is None or found.unsubscribed_at is not None):
            return
        if wishes is None and found is not None:
            _change(connection, deps, found, unsubscribed_at=now)
        elif wishes is not None:
            _have(connection, deps, found or _made(connection, deps, account, team), wishes)
        action = "report_recipient.subscribed" if wishes else "report_recipient.unsubscribed"
        add_entry(connection, deps.site_id, Entry(now, account.email, action, account.email, {"team": team}))


def _have(connection: Connection, deps: Deps, recipient: Recipient, wishes: Preferences) -> None:
    quiet_from, quiet_to = wishes.quiet or (None, None)
    values = {"language": wishes.language, "zone": wishes.zone, "format": wishes.format}
    quiet = {"quiet_from": quiet_from, "quiet_to": quiet_to}
    _change(connection, deps, recipient, unsubscribed_at=None, **values, **quiet)


def _made(connection: Connection, deps: Deps, account: Account, team: str) -> Recipient:
    """A subscription with the usual preferences; a lead may have put the address down before."""
    everybody = report_recipients.recipients_of(connection, deps.site_id, team)
    known = next((one for one in everybody if accounts.folded(one.address) == account.email), None)
    if known is not None:
        _change(connection, deps, known, account_id=account.account_id)
        return known
    sees_people = account.role.includes(Role.MEMBER)
    made = Recipient(
        recipient_id=uuid4().hex,
        team=team,
        address=account.email,
        name=account.name,
        audience="team" if sees_people else "stakeholder",
        language="en",
        format="html",
        created_at=deps.now(),
        created_by=account.email,
        secret=secrets.token_urlsafe(32),
        account_id=account.account_id,
    )
    report_recipients.add_recipient(connection, deps.site_id, made)
    return made


def _own(connection: Connection, deps: Deps, account: Account) -> list[Recipient]:
    return report_recipients.recipients_of_account(connection, deps.site_id, account.account_id)


def _account(connection: Connection, deps: Deps) -> Account:
    account_id = deps.asker.account
    found = account_id and accounts.by_id(connection, deps.site_id, account_id)
    if not found:
        raise ForbiddenError(_("Sign in first: there is no account behind this page yet"))
    return found


def _change(connection: Connection, deps: Deps, recipient: Recipient, **values: object) -> None:
    report_recipients.change_recipient(connection, deps.site_id, recipient.recipient_id, **values)
