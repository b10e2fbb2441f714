"""A card is moved: its ticket gets another status in Jira, by the queue of effects. Called by web/move.

Only where PHASEWISE_BOARD_MOVES says so. The ticket keeps its place here until Jira tells of the move.
"""

from dataclasses import dataclass
from functools import partial

from phasewise.core.model import Group, Interval, Kind
from phasewise.errors import BadRequestError, ConflictError, NotFoundError
from phasewise.i18n.speaking import _, marked
from phasewise.store import sites
from phasewise.store.audit_log import add_entry, entry_of
from phasewise.store.boards import IssueRow, issues_by_id
from phasewise.store.db import Connection
from phasewise.store.derived import intervals_of
from phasewise.store.effects import Effect, EffectKind, add_effect
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import moment, sync_facts
from phasewise.usecases.own_teams import require_lead_of_project
from phasewise.usecases.portfolio import SyncFacts, Ticket

OFF = marked("Moving cards is turned off: whoever runs Phasewise can set PHASEWISE_BOARD_MOVES=1")
DRY = marked("This is a dry run: nothing is written to Jira until dry_run is taken out of the policy")
GONE = marked("There is no such ticket any more; load the board again")


@dataclass(frozen=True, slots=True)
class Way:
    """A status that a ticket may get, and what it means."""

    status: str
    name: str
    group: Group


@dataclass(frozen=True, slots=True)
class ToMove:
    """A ticket, its status now, and the others that there are. `stay` is when it got the one it has."""

    ticket: Ticket
    now: Way
    stay: int
    ways: tuple[Way, ...]
    asked_at: int
    as_of: int
    zone: str
    sync: SyncFacts


def card_to_move(deps: Deps, issue_id: int) -> ToMove:
    """What a form needs. Raises ConflictError where cards are not moved, NotFoundError where there is no such
    task."""
    if not deps.board_moves:
        raise ConflictError(_(OFF))
    with moment(deps, None) as at:
        issue, lasting = _task(deps, issue_id, at.connection)
        ways = {way.status: way for way in _ways(deps, at.connection)}
        now = ways.pop(lasting.status, Way(lasting.status, _("a status that is not known"), lasting.group))
        return ToMove(
            ticket=Ticket(issue.id, issue.key, issue.summary, at.url(issue.key)),
            now=now,
            stay=lasting.start,
            ways=tuple(ways.values()),
            asked_at=deps.now(),
            as_of=at.as_of,
            zone=at.policy.calendar.zone,
            sync=sync_facts(at),
        )


def move_card(deps: Deps, issue_id: int, stay: int, status: str) -> str:
    """Have the ticket moved from the status that it has had since `stay` to another one; gives its key. Asked
    for twice, it is moved once.

    Raises ConflictError where cards are not moved, somebody was faster, or nothing is written in a dry run;
    NotFoundError where there is no such task, BadRequestError for a status that is not known.
    """
    if not deps.board_moves:
        raise ConflictError(_(OFF))
    return deps.database.transact(partial(_move, deps, issue_id, stay, status))


def _move(deps: Deps, issue_id: int, stay: int, status: str, connection: Connection) -> str:
    issue, lasting = _task(deps, issue_id, connection)
    if deps.rulebook(connection).default.newest.policy.dry_run:
        raise ConflictError(_(DRY))
    if status not in {way.status for way in _ways(deps, connection)}:
        raise BadRequestError(_("This status is not known; choose one of the list"))
    if lasting.start != stay or lasting.status == status:
        raise ConflictError(_("Somebody has moved %(key)s meanwhile: it is left where it is", key=issue.key))
    effect = Effect(
        key=f"card:{issue_id}:{stay}:{status}",
        kind=EffectKind.TRANSITION,
        target=str(issue_id),
        body={"from": lasting.status, "to": status},
        subject=f"card:{issue_id}",
    )
    if add_effect(connection, deps.site_id, effect, deps.now()):
        detail = {"from": lasting.status, "to": status}
        entry = entry_of(deps.asker, deps.now(), "card.moved", issue.key, **detail)
        add_entry(connection, deps.site_id, entry)
        sites.raise_revision(connection, deps.site_id)
    return issue.key


def _task(deps: Deps, issue_id: int, connection: Connection) -> tuple[IssueRow, Interval]:
    """The task, and the stretch of its life that lasts. Raises ForbiddenError for leads of other teams."""
    issue = issues_by_id(connection, deps.site_id, [issue_id]).get(issue_id)
    lives = intervals_of(connection, deps.site_id, [issue_id]).get(issue_id, ())
    if issue is None or issue.kind is not Kind.TASK or not lives or lives[-1].end is not None:
        raise NotFoundError(_(GONE))
    require_lead_of_project(deps, connection, lives[-1].project)
    return issue, lives[-1]


def _ways(deps: Deps, connection: Connection) -> list[Way]:
    """The statuses that Jira lists, with what they mean, in the order of their ids."""
    mapping = sites.site_mapping(connection, deps.site_id, deps.rulebook(connection).default.newest.policy)
    return [
        Way(one.id, one.name, mapping.groups.get(one.id, Group.TODO))
        for one in sites.statuses(connection, deps.site_id)
        if one.listed
    ]
