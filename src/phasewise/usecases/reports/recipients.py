"""Who gets the weekly reports by mail: a lead adds, changes and removes them. Called by web."""

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from phasewise.core.rights import Role
from phasewise.errors import NotFoundError
from phasewise.i18n.speaking import _, marked
from phasewise.store import accounts, report_recipients
from phasewise.store.accounts import Account, folded
from phasewise.store.audit_log import add_entry, entry_of
from phasewise.store.db import Connection
from phasewise.store.report_recipients import Recipient
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.choices import Choices
from phasewise.usecases.reports.recipient_fields import RecipientFields, RecipientFieldsError

MOST = 1_000
GONE = marked("There is no such recipient (any more)")
TWICE = marked("This address gets the report of this team already.")
TOO_MANY = marked("A team has at most %(most)s recipients. Remove some first, or mail to a list.")
NAMES_PEOPLE = marked("Their account is a stakeholder's, and nobody is named to them. Choose another form.")
NOT_THEIRS = marked("This is no project of the team. Choose one of the list.")


@dataclass(frozen=True, slots=True)
class RecipientShown:
    """Somebody who gets a report; `email` is that of their account, None where they have none."""

    recipient: Recipient
    email: str | None


def list_recipients(deps: Deps, team: str | None = None) -> list[RecipientShown]:
    """Those of a team, or of all, by name; also who unsubscribed, or whose mail came back."""
    with deps.database.read() as connection:
        found = report_recipients.recipients_of(connection, deps.site_id, team)
        emails = {one.account_id: one.email for one in accounts.list_all(connection, deps.site_id)}
    return [RecipientShown(one, emails.get(one.account_id or "")) for one in found]


def recipient_by_id(deps: Deps, recipient_id: str) -> Recipient:
    """Raises NotFoundError where there is none, or they were removed."""
    with deps.database.read() as connection:
        return _one(connection, deps, recipient_id)


def add_recipient(deps: Deps, choices: Choices, team: str, fields: RecipientFields) -> Recipient:
    """From now on they get the team's report. Raises NotFoundError, RecipientFieldsError."""
    choices.require_team(team)
    _require_theirs(choices, team, fields)
    with deps.database.write() as connection:
        everybody = report_recipients.recipients_of(connection, deps.site_id, team)
        if len(everybody) >= MOST:
            raise RecipientFieldsError({"address": _(TOO_MANY, most=MOST)})
        _require_new(everybody, fields.address, "")
        account = _account(connection, deps, fields)
        made = Recipient(
            recipient_id=uuid4().hex,
            team=team,
            created_at=deps.now(),
            created_by=deps.asker.name[:255],
            secret=secrets.token_urlsafe(32),
            account_id=None if account is None else account.account_id,
            **columns_of(fields),
        )
        report_recipients.add_recipient(connection, deps.site_id, made)
        _note(connection, deps, "report_recipient.added", made, audience=made.audience)
    return made


def change_recipient(deps: Deps, choices: Choices, recipient_id: str, fields: RecipientFields) -> None:
    """Have it as it is filled in; mail that came back before does not count any more. Who unsubscribed stays
    so: only they take it back. Raises NotFoundError, RecipientFieldsError."""
    with deps.database.write() as connection:
        before = _one(connection, deps, recipient_id)
        _require_theirs(choices, before.team, fields)
        everybody = report_recipients.recipients_of(connection, deps.site_id, before.team)
        _require_new(everybody, fields.address, recipient_id)
        account = _account(connection, deps, fields)
        values = {**columns_of(fields), "bounced_at": None, "bounce": None}
        values["account_id"] = None if account is None else account.account_id
        report_recipients.change_recipient(connection, deps.site_id, recipient_id, **values)
        changed = [name for name, value in values.items() if getattr(before, name) != value]
        _note(connection, deps, "report_recipient.changed", before, changed=changed)


def remove_recipient(deps: Deps, recipient_id: str) -> None:
    """They get nothing from now on, also of what is planned. Raises NotFoundError."""
    with deps.database.write() as connection:
        before = _one(connection, deps, recipient_id)
        report_recipients.change_recipient(connection, deps.site_id, recipient_id, removed_at=deps.now())
        _note(connection, deps, "report_recipient.removed", before)


def columns_of(fields: RecipientFields) -> dict[str, Any]:
    """The fields as the store has them."""
    wishes = fields.preferences
    quiet_from, quiet_to = wishes.quiet or (None, None)
    return {
        "address": fields.address,
        "name": fields.name,
        "audience": fields.audience,
        "project_id": fields.project,
        "language": wishes.language,
        "zone": wishes.zone,
        "format": wishes.format,
        "quiet_from": quiet_from,
        "quiet_to": quiet_to,
    }


def _one(connection: Connection, deps: Deps, recipient_id: str) -> Recipient:
    found = report_recipients.recipient_by_id(connection, deps.site_id, recipient_id)
    if found is None or found.removed_at is not None:
        raise NotFoundError(_(GONE))
    return found


def _account(connection: Connection, deps: Deps, fields: RecipientFields) -> Account | None:
    """Whose address it is, None where nobody has an account of it."""
    account = accounts.by_email(connection, deps.site_id, fields.address)
    if account is not None and account.role is Role.STAKEHOLDER and fields.audience == "team":
        raise RecipientFieldsError({"audience": _(NAMES_PEOPLE)})
    return account


def _require_theirs(choices: Choices, team: str, fields: RecipientFields) -> None:
    if not choices.is_theirs(fields.project, team):
        raise RecipientFieldsError({"project": _(NOT_THEIRS)})


def _require_new(everybody: list[Recipient], address: str, but: str) -> None:
    taken = {folded(one.address) for one in everybody if one.recipient_id != but}
    if folded(address) in taken:
        raise RecipientFieldsError({"address": _(TWICE)})


def _note(connection: Connection, deps: Deps, action: str, about: Recipient, **detail: object) -> None:
    entry = entry_of(deps.asker, deps.now(), action, about.address, team=about.team, **detail)
    add_entry(connection, deps.site_id, entry)
