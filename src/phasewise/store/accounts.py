"""Accounts: who may sign in, as what. Called by usecases/accounts."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from phasewise.core.model import Instant
from phasewise.core.rights import Role
from phasewise.store.account_tables import accounts
from phasewise.store.tables import people
from phasewise.store.upsert import insert_into


@dataclass(frozen=True, slots=True)
class Account:
    """`email` is folded; `password` a hash, None where none was chosen; `subject` is who it is to the
    identity provider; `person_id` who it is in Jira; `invited` whether an admin made it, and not the groups
    that somebody has at the identity provider; `leads` the teams that it leads while it is a member;
    `language` that of the pages, None as the browser says."""

    account_id: str
    email: str
    name: str
    role: Role
    created_at: Instant
    person_id: str | None = None
    password: str | None = field(default=None, repr=False)
    subject: str | None = None
    invited: bool = True
    disabled_at: Instant | None = None
    signed_in_at: Instant | None = None
    language: str | None = None
    leads: tuple[str, ...] = ()

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None


def folded(email: str) -> str:
    """An e-mail address as accounts are found by it."""
    return email.strip().casefold()


def add(connection: Connection, site_id: int, account: Account) -> bool:
    """Keep a new account; False, and nothing happens, where its e-mail address has one."""
    insert = insert_into(connection, accounts).values(site_id=site_id, **asdict(account))
    return connection.scalar(insert.on_conflict_do_nothing().returning(accounts.c.account_id)) is not None


def by_id(connection: Connection, site_id: int, account_id: str) -> Account | None:
    return _one(connection, site_id, accounts.c.account_id == account_id)


def by_email(connection: Connection, site_id: int, email: str) -> Account | None:
    """The account with this e-mail address, however it is written."""
    return _one(connection, site_id, accounts.c.email == folded(email)[:255])


def by_subject(connection: Connection, site_id: int, subject: str) -> Account | None:
    return _one(connection, site_id, accounts.c.subject == subject)


def by_person(connection: Connection, site_id: int, person_id: str) -> list[Account]:
    """The accounts of a person in Jira."""
    return _all(connection, site_id, accounts.c.person_id == person_id)


def list_all(connection: Connection, site_id: int) -> list[Account]:
    """Every account, by e-mail address; disabled ones too."""
    return _all(connection, site_id)


def change(connection: Connection, site_id: int, account_id: str, **values: Any) -> None:
    """Give columns of an account new values."""
    which = (accounts.c.site_id == site_id, accounts.c.account_id == account_id)
    connection.execute(update(accounts).where(*which).values(values))


def is_there_any(connection: Connection, site_id: int) -> bool:
    """Whether there is an account that was ever taken up: one with a password or an identity."""
    taken_up = accounts.c.password.is_not(None) | accounts.c.subject.is_not(None)
    found = select(accounts.c.account_id).where(accounts.c.site_id == site_id, taken_up).limit(1)
    return connection.execute(found).first() is not None


def other_admins(connection: Connection, site_id: int, account_id: str) -> int:
    """How many other accounts are of an admin and not disabled."""
    which = (
        accounts.c.site_id == site_id,
        accounts.c.account_id != account_id,
        accounts.c.role == Role.ADMIN,
        accounts.c.disabled_at.is_(None),
    )
    return connection.scalar(select(func.count()).select_from(accounts).where(*which)) or 0


def remove(connection: Connection, site_id: int, account_id: str) -> None:
    connection.execute(
        delete(accounts).where(accounts.c.site_id == site_id, accounts.c.account_id == account_id)
    )


def is_person(connection: Connection, site_id: int, person_id: str) -> bool:
    """Whether Jira ever named this person."""
    which = (people.c.site_id == site_id, people.c.person_id == person_id)
    return connection.execute(select(people.c.person_id).where(*which)).first() is not None


def people_by_name(connection: Connection, site_id: int) -> tuple[tuple[str, str], ...]:
    """Everybody Jira named, as id and name, by name."""
    statement = select(people.c.person_id, people.c.display_name).where(people.c.site_id == site_id)
    found = ((row.person_id, row.display_name or row.person_id) for row in connection.execute(statement))
    return tuple(sorted(found, key=lambda one: (one[1].casefold(), one[0])))


_columns = [column for column in accounts.columns if column.name != "site_id"]


def _one(connection: Connection, site_id: int, clause: ColumnElement[bool]) -> Account | None:
    return next(iter(_all(connection, site_id, clause)), None)


def _all(connection: Connection, site_id: int, *clauses: ColumnElement[bool]) -> list[Account]:
    statement = select(*_columns).where(accounts.c.site_id == site_id, *clauses).order_by(accounts.c.email)
    return list(_accounts(connection.execute(statement).mappings()))


def _accounts(rows: Iterable[Any]) -> Iterable[Account]:
    return (Account(**{**row, "role": Role(row["role"]), "leads": tuple(row["leads"])}) for row in rows)
