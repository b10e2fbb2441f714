"""Every key that an issue has or had, and the parents known only by key; `issues` and `judge` use it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, and_, or_, select, update

from phasewise.core.model import IssueRecord
from phasewise.store.dirty import What, mark, mark_dependents
from phasewise.store.tables import issue_keys, issues
from phasewise.store.text import fitting
from phasewise.store.upsert import SITE, SOME, batched, insert_many, upsert

KEY = ("site_id", "key", "issue_id", "current")
LONGEST = 255

_held = select(issue_keys.c.key, issue_keys.c.issue_id, issue_keys.c.current).where(
    issue_keys.c.site_id == SITE, issue_keys.c.key.in_(SOME)
)


@dataclass(frozen=True, slots=True)
class Claim:
    """The issue has this key (`current`), or had it."""

    key: str
    issue_id: int
    current: bool

    @property
    def rank(self) -> tuple[bool, int]:
        """Of two issues that had a key the one that has it now holds it, else the newer one."""
        return (self.current, self.issue_id)


def former_keys(record: IssueRecord) -> Iterator[str]:
    """The keys that the history of an issue names."""
    for item in record.history:
        if item.field.casefold() == "key":
            for key in (item.before_text or item.before, item.after_text or item.after):
                if key and key != record.key:
                    yield key


def save_keys(connection: Connection, site_id: int, claims: Iterable[Claim]) -> None:
    """Keep the claims; issues whose parent is one of these keys get its id and are marked.

    Claims come in the order of what is known: of one issue and one key, the last holds.
    """
    claimed = {(claim.key, claim.issue_id): claim for claim in claims}
    stored = _holders(connection, site_id, {key for key, _ in claimed})
    holders = dict(stored)
    for claim in claimed.values():
        holder = holders.get(claim.key)
        if holder is None or holder.issue_id == claim.issue_id or claim.rank > holder.rank:
            holders[claim.key] = claim
    changed = [claim for key, claim in holders.items() if stored.get(key) != claim]
    new = [_row(site_id, claim) for claim in changed if claim.key not in stored]
    insert_many(connection, issue_keys, KEY, new)
    known = [_row(site_id, claim) for claim in changed if claim.key in stored]
    upsert(connection, issue_keys, [dict(zip(KEY, row, strict=True)) for row in known])
    moved = {
        claim.key: claim.issue_id
        for claim in changed
        if claim.key not in stored or stored[claim.key].issue_id != claim.issue_id
    }
    _answer_who_waits(connection, site_id, moved)


def _row(site_id: int, claim: Claim) -> tuple[int, str, int, bool]:
    return site_id, fitting(claim.key, LONGEST), claim.issue_id, claim.current


def ids_of(connection: Connection, site_id: int, keys: Iterable[str]) -> dict[str, int]:
    """The issue ids of the keys that are known, former ones too."""
    return {key: claim.issue_id for key, claim in _holders(connection, site_id, keys).items()}


def _holders(connection: Connection, site_id: int, keys: Iterable[str]) -> dict[str, Claim]:
    found: dict[str, Claim] = {}
    for some in batched(sorted(keys)):
        rows = connection.execute(_held, {"site": site_id, "some": some})
        found.update((row[0], Claim(*row)) for row in rows)
    return found


def _answer_who_waits(connection: Connection, site_id: int, moved: dict[str, int]) -> None:
    mark_dependents(connection, site_id, moved)
    for some in batched(sorted(moved)):
        waits = and_(issues.c.site_id == site_id, issues.c.parent_key.in_(some))
        for key in list(connection.scalars(select(issues.c.parent_key).where(waits).distinct())):
            other = or_(issues.c.parent_id.is_(None), issues.c.parent_id != moved[key])
            waiting = and_(issues.c.site_id == site_id, issues.c.parent_key == key, other)
            ids = list(connection.scalars(select(issues.c.issue_id).where(waiting)))
            mark(connection, site_id, What.ISSUE, ids)
            connection.execute(update(issues).where(waiting).values(parent_id=moved[key]))
