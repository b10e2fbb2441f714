"""Erasing a person: another name for them in all that is kept, and in all that Jira tells later.

Called by usecases/erase_person; `issues` asks it for those who were erased.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Connection, Table, cast, or_, select, update
from sqlalchemy import Text as AnyText

from phasewise.core.model import HistoryItem, Instant, IssueRecord
from phasewise.store.account_tables import audit_log, erased
from phasewise.store.all_tables import metadata
from phasewise.store.review_tables import review_decisions
from phasewise.store.tables import changes, people
from phasewise.store.text import String, Text
from phasewise.store.work_tables import deliveries, waivers

NOBODYS = frozenset({"sites", "sync_state", "site_fields", "statuses", "phase_options", "erased", "dirty"})
"""Tables without persons: what is there may look like the id of one."""
REVIEWED = "person-"
"""How the name of somebody begins where a review decided about them."""
ID_LONGEST = 255
LONG = 8
"""An id of so many characters is not part of a word by chance."""
NOT_LONGER = r"(?<![\w@+-])(?<!\w\.){}(?![\w@-]|\.\w)"
"""Not within the id or the address of somebody else: `ann@x.org` is not in `joann@x.org`."""


def add_erased(connection: Connection, site_id: int, person: str, pseudonym: str, at: Instant) -> None:
    """From now on the person is known by this name only; of their id a digest is kept."""
    row = {"site_id": site_id, "digest": _digest(person), "pseudonym": pseudonym, "erased_at": at}
    connection.execute(erased.insert().values(row))


def rename(connection: Connection, site_id: int, before: str, after: str) -> None:
    """Write another name wherever the person stands: as a value, within an id like `rule:person:start`, in
    JSON, and as somebody who is mentioned. Names that Jira displayed are forgotten."""
    for table in metadata.sorted_tables:
        if table.name not in NOBODYS:
            for column in table.columns:
                _rename_in(connection, site_id, table, column, before, after)
    is_theirs = (people.c.site_id == site_id, people.c.person_id == after)
    connection.execute(update(people).where(*is_theirs).values(display_name=None, active=False))
    for value, text in ((changes.c.before, "before_text"), (changes.c.after, "after_text")):
        which = (changes.c.site_id == site_id, value == after)
        connection.execute(update(changes).where(*which).values({text: None}))
    connection.execute(
        update(waivers).where(waivers.c.site_id == site_id, waivers.c.person == after).values(reason="")
    )
    _forget_reviews(connection, site_id, before, after)
    done = (deliveries.c.site_id == site_id, deliveries.c.state.in_(("applied", "ignored")))
    connection.execute(update(deliveries).where(*done).values(body=None))


def forget_addresses(connection: Connection, site_id: int, pseudonym: str) -> None:
    """The log of decisions says no longer where somebody who was erased asked from."""
    theirs = or_(audit_log.c.actor == pseudonym, audit_log.c.subject == pseudonym)
    connection.execute(update(audit_log).where(audit_log.c.site_id == site_id, theirs).values(address=None))


def _forget_reviews(connection: Connection, site_id: int, before: str, after: str) -> None:
    """What reviews said about somebody is emptied, as the reasons of waivers are."""
    c, log = review_decisions.c, audit_log.c
    theirs = (c.site_id == site_id, c.name == f"{REVIEWED}{before}")
    connection.execute(update(review_decisions).where(*theirs).values(name=f"{REVIEWED}{after}", text=""))
    said = (log.site_id == site_id, log.subject == after, log.action.startswith("review."))
    for row in connection.execute(select(log.entry_id, log.detail).where(*said)).all():
        detail = {name: value for name, value in row.detail.items() if name != "text"}
        which = (log.site_id == site_id, log.entry_id == row.entry_id)
        connection.execute(update(audit_log).where(*which).values(detail=detail))


def pseudonyms(connection: Connection, site_id: int) -> Mapping[str, str]:
    """The other names, by the digest of a person's id."""
    statement = select(erased.c.digest, erased.c.pseudonym).where(erased.c.site_id == site_id)
    return {row.digest: row.pseudonym for row in connection.execute(statement)}


def name_of(connection: Connection, site_id: int, person: str) -> str:
    """What a person is called here: as Jira does, unless they were erased."""
    return pseudonyms(connection, site_id).get(_digest(person), person)


def known_as(connection: Connection, site_id: int, records: Sequence[IssueRecord]) -> Sequence[IssueRecord]:
    """The records with the other names of those who were erased."""
    names = pseudonyms(connection, site_id)
    return [_renamed(record, names) for record in records] if names else records


def _renamed(record: IssueRecord, names: Mapping[str, str]) -> IssueRecord:
    assignee = _name(record.assignee, names)
    return replace(
        record,
        assignee=assignee,
        assignee_name=record.assignee_name if assignee == record.assignee else None,
        history=tuple(_item(item, names) for item in record.history),
    )


def _item(item: HistoryItem, names: Mapping[str, str]) -> HistoryItem:
    author, before, after = (_name(one, names) for one in (item.author, item.before, item.after))
    if (author, before, after) == (item.author, item.before, item.after):
        return item
    return replace(
        item,
        author=author,
        before=before,
        after=after,
        before_text=item.before_text if before == item.before else None,
        after_text=item.after_text if after == item.after else None,
    )


def _name(person: str | None, names: Mapping[str, str]) -> str | None:
    return None if person is None else names.get(_digest(person), person)


def _digest(person: str) -> str:
    return sha256(person.encode(errors="surrogatepass")).hexdigest()


# ------------------------------------------------------------------ everywhere


def _rename_in(
    connection: Connection, site_id: int, table: Table, column: Column[Any], before: str, after: str
) -> None:
    here, room = table.c.site_id == site_id, None
    is_long = isinstance(column.type, String) and column.type.limit >= ID_LONGEST
    if isinstance(column.type, JSON):
        holding = _text_of(column).contains(before, autoescape=True)
    elif is_long or isinstance(column.type, Text):
        connection.execute(update(table).where(here, column == before).values({column: after}))
        forms = (before,) if _is_told_apart(before) else _forms(before)
        holding = or_(*(_text_of(column).contains(form, autoescape=True) for form in forms))
        room = getattr(column.type, "limit", None)
    else:
        return
    keys = list(table.primary_key.columns)
    for row in connection.execute(select(*keys, column.label("body")).where(here, holding)).all():
        value = _in_json(row.body, before, after)
        which = [key == getattr(row, key.name) for key in keys]
        values = {column: value[:room] if isinstance(value, str) else value}
        connection.execute(update(table).where(*which).values(values))


def _text_of(column: Column[Any]) -> ColumnElement[str]:
    return cast(column, AnyText)


def _in_json(value: Any, before: str, after: str) -> Any:
    if isinstance(value, str):
        return _in_text(value, before, after)
    if isinstance(value, list):
        return [_in_json(one, before, after) for one in value]
    if isinstance(value, dict):
        return {_in_text(key, before, after): _in_json(one, before, after) for key, one in value.items()}
    return value


def _in_text(text: str, before: str, after: str) -> str:
    """A text that is the id, names it between colons, mentions it, or holds it where it cannot be a word."""
    if text == before:
        return after
    if _is_told_apart(before):
        return re.sub(NOT_LONGER.format(re.escape(before)), lambda _: after, text, flags=re.ASCII)
    for old, new in zip(_forms(before), _forms(after), strict=True):
        text = text.replace(old, new)
    return text


def _is_told_apart(person: str) -> bool:
    """An address, or a long id, is no word by chance."""
    return len(person) >= LONG or "@" in person


def _forms(person: str) -> tuple[str, ...]:
    """How somebody with a short id stands within a text."""
    return f":{person}:", f"[~{person}]", f"[~accountid:{person}]"
