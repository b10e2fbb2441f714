"""What every record stands on: the project it is about, what was typed, one transaction that keeps it.

Called by the other use cases of records.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from phasewise.core.model import Instant
from phasewise.core.typed import Typed
from phasewise.errors import BadRequestError, ConflictError
from phasewise.i18n.speaking import _
from phasewise.store import dirty, sites
from phasewise.store.audit_log import add_entry, entry_of
from phasewise.store.db import Connection
from phasewise.store.project_records import Kept, Noun, RecordId, Signed, Value, save
from phasewise.store.record_history import recorded_since
from phasewise.store.record_nouns import AB_TEST, DELIVERABLE, PLAN, RESULT
from phasewise.usecases.as_of.projects import project_at
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import moment, present_by
from phasewise.usecases.own_teams import require_lead_of_project
from phasewise.usecases.records.in_jira import show_in_jira

JUDGED = frozenset({PLAN.word, DELIVERABLE.word, AB_TEST.word, RESULT.word})
"""Nouns from which findings of the project follow: it is judged again."""


class FormError(BadRequestError):
    """Fields that cannot be taken: `problems` says by field how to put them right."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in problems.items()))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Ground:
    """The project that something is recorded of; days are those where its team is."""

    project: int
    key: str
    owner: str | None
    begun: date
    today: date


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is written: which record, after which edit that was read, and its word in the audit log."""

    of: RecordId
    after: int
    action: str


def ground_of(deps: Deps, key: str) -> Ground:
    """The project with this key, former key or id.

    Raises NotFoundError where there is none, ForbiddenError where whoever asks does not lead its team,
    ConflictError where it is gone from Jira.
    """
    with moment(deps, None) as at:
        epic, owner = project_at(at, key)
        require_lead_of_project(deps, at.connection, epic.id)
        if epic.removed_at is not None and epic.removed_at < at.as_of:
            raise ConflictError(
                _("This project is gone from Jira: what was recorded stays, nothing is added")
            )
        calendar = at.of_project(epic.id).calendar
        days = calendar.local_date(epic.created), calendar.local_date(at.as_of)
        return Ground(epic.id, epic.key, owner, *days)


def typed_of(ground: Ground, fields: Mapping[str, str]) -> Typed:
    """The fields, to be read against the days of the project."""
    return Typed(fields, ground.begun, ground.today)


def require_well_typed(typed: Typed) -> None:
    """Raises FormError where something cannot be taken."""
    if typed.problems:
        raise FormError(typed.problems)


def keep(deps: Deps, noun: Noun[Value], value: Value, wanted: Wanted) -> Kept[Value]:
    """Keep it as the edit after the one that was read, in the audit log too.

    Raises EditedMeanwhileError where somebody else saved it since.
    """

    def work(connection: Connection) -> Kept[Value]:
        at = now_of(deps, connection)
        signed, since = Signed(deps.asker.name, at, wanted.after), recorded_since(connection, deps.site_id)
        kept = save(connection, deps.site_id, noun, wanted.of, value, signed)
        detail = {"name": wanted.of.name, "edit": kept.edit}
        entry = entry_of(deps.asker, at, wanted.action, str(wanted.of.project), **detail)
        add_entry(connection, deps.site_id, entry)
        if noun.word in JUDGED:
            dirty.mark(connection, deps.site_id, dirty.What.PROJECT, [wanted.of.project])
        if recorded_since(connection, deps.site_id) != since:  # the first of its kind: all projects count now
            dirty.mark_projects(connection, deps.site_id)
        show_in_jira(connection, deps, kept, noun.word)
        sites.raise_revision(connection, deps.site_id)
        return kept

    return deps.database.transact(work)


def now_of(deps: Deps, connection: Connection) -> Instant:
    """Now, by the clock that histories are told in."""
    return present_by(deps.now(), sites.sync_state(connection, deps.site_id))
