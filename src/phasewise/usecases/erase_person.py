"""A person is erased: what they did stays, under a name that nobody can tell them by. For admins."""

import secrets
from dataclasses import replace

from phasewise.errors import NotFoundError
from phasewise.store import accounts, erasing, sites
from phasewise.store.audit_log import add_entry, entry_of
from phasewise.store.db import Connection
from phasewise.store.effect_pages import forget_mails
from phasewise.store.report_recipients import forget_recipient
from phasewise.usecases.accounts.administer import end_all, require_another_admin
from phasewise.usecases.deps import Deps

PREFIX = "erased-"


def erase_person(deps: Deps, person: str) -> str:
    """Give the person another name wherever they stand, now and in all that Jira tells later; their accounts
    are gone. Returns that name. Raises NotFoundError where Jira never named them, BadRequestError where no
    admin would be left."""
    with deps.database.write() as connection:
        sites.lock(connection, sites.WRITING_ISSUES, deps.site_id)
        if not accounts.is_person(connection, deps.site_id, person):
            raise NotFoundError("Jira knows nobody of this id; see GET /api/v1/people")
        if person.startswith(PREFIX):
            return person
        pseudonym, asker = PREFIX + secrets.token_hex(6), deps.asker
        for account in accounts.by_person(connection, deps.site_id, person):
            require_another_admin(connection, deps, account)
            _forget_account(connection, deps, account, pseudonym)
            if account.account_id == asker.account:
                asker = replace(asker, name=pseudonym)
        erasing.add_erased(connection, deps.site_id, person, pseudonym, deps.now())
        erasing.rename(connection, deps.site_id, person, pseudonym)
        erasing.forget_addresses(connection, deps.site_id, pseudonym)
        add_entry(connection, deps.site_id, entry_of(asker, deps.now(), "person.erased", pseudonym))
        sites.raise_revision(connection, deps.site_id)
    return pseudonym


def _forget_account(connection: Connection, deps: Deps, account: accounts.Account, pseudonym: str) -> None:
    end_all(connection, deps, account.account_id)
    accounts.remove(connection, deps.site_id, account.account_id)
    forget_mails(connection, deps.site_id, account.email)
    forget_recipient(connection, deps.site_id, account.account_id, account.email)
    erasing.rename(connection, deps.site_id, account.email, pseudonym)
