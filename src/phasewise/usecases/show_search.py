"""Projects, tasks and people by key, former key, id or words, at an instant. Called by web/search."""

import unicodedata
from dataclasses import dataclass

from phasewise.core.model import Group, Instant, Kind, Phase
from phasewise.store import search as store
from phasewise.store.boards import IssueRow, issues_by_id
from phasewise.usecases.as_of.frame import Frame, frame_at
from phasewise.usecases.as_of.scene import ticket_of
from phasewise.usecases.as_of.tasks import standing_rows
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import Moment, moment
from phasewise.usecases.portfolio import Person, Ticket
from phasewise.usecases.search_words import words_of

AT_MOST = 20
"""Results of a kind; where there are more, more words find fewer."""
WORDS, LONGEST = 8, 100


@dataclass(frozen=True, slots=True)
class TaskFound:
    ticket: Ticket
    project: Ticket | None
    phase: Phase
    group: Group


@dataclass(frozen=True, slots=True)
class Found:
    """What was found; `exact` is the issue that has, or had, just this key or id. `more` names the kinds of
    which there are more."""

    frame: Frame
    exact: Ticket | None
    exact_kind: Kind | None
    projects: tuple[Ticket, ...] = ()
    tasks: tuple[TaskFound, ...] = ()
    people: tuple[Person, ...] = ()
    more: frozenset[str] = frozenset()


def show_search(deps: Deps, as_of: Instant | None, text: str) -> Found:
    """What has all the words of `text` at `as_of` (None: now). Whoever may not see people finds projects."""
    words = [word[:LONGEST] for word in words_of(text)][:WORDS]
    with moment(deps, as_of) as at:
        frame = frame_at(deps, at)
        if not words:
            return Found(frame, None, None)
        exact = _exact(deps, at, unicodedata.normalize("NFKC", text).strip())
        projects = _issues(at, Kind.PROJECT, words)
        tasks = _issues(at, Kind.TASK, words) if deps.asker.sees_people else []
        people = _people(at, words) if deps.asker.sees_people else []
        found = {"projects": len(projects), "tasks": len(tasks), "people": len(people)}
        return Found(
            frame=frame,
            exact=None if exact is None else ticket_of(at, exact),
            exact_kind=None if exact is None else exact.kind,
            projects=tuple(ticket_of(at, row) for row in projects[:AT_MOST]),
            tasks=_tasks(at, tasks[:AT_MOST]),
            people=tuple(people[:AT_MOST]),
            more=frozenset(kind for kind, n in found.items() if n > AT_MOST),
        )


def _exact(deps: Deps, at: Moment, text: str) -> IssueRow | None:
    found = store.issue_named(at.connection, at.site_id, at.as_of, text)
    if found is None or found.kind is Kind.OTHER:
        return None
    return found if deps.asker.sees_people or found.kind is Kind.PROJECT else None


def _issues(at: Moment, kind: Kind, words: list[str]) -> list[IssueRow]:
    return store.issues_found(at.connection, at.site_id, at.as_of, kind, words, AT_MOST + 1)


def _people(at: Moment, words: list[str]) -> list[Person]:
    return [Person(*row) for row in store.people_found(at.connection, at.site_id, words, AT_MOST + 1)]


def _tasks(at: Moment, found: list[IssueRow]) -> tuple[TaskFound, ...]:
    rows = standing_rows(at, found)
    epics = issues_by_id(at.connection, at.site_id, {int(row.project) for row in rows if row.project})
    projects = {issue: ticket_of(at, epic) for issue, epic in epics.items()}
    return tuple(
        TaskFound(
            ticket=Ticket(int(row.id), row.key, row.summary, row.url),
            project=None if row.project is None else projects.get(int(row.project)),
            phase=row.phase,
            group=row.status_group,
        )
        for row in rows
    )
