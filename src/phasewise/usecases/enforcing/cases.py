"""One finding as the ladder sees it: who is told, on which ticket, what may be moved back. For `enforce`."""

from collections.abc import Iterable
from dataclasses import dataclass

from phasewise.core.findings import entered_last
from phasewise.core.model import Finding, Group, Instant, Interval, Phase, Rule
from phasewise.store.db import Connection
from phasewise.store.derived import intervals_of


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding is told of: to whom, on which ticket; and the phase it belongs to. `origin` is the
    status that the ticket came from by the move that opened the finding, `status` the one it is in; None:
    it is not to be moved back."""

    issue: int
    person: str | None
    phase: Phase
    status: str | None = None
    origin: str | None = None


def place_of(connection: Connection, site_id: int, finding: Finding) -> Place:
    """Where this finding, as it was seen at an instant, is told of."""
    if finding.rule is Rule.ONE_ACTIVE:
        return _of_person(connection, site_id, finding)
    task = finding.task or 0
    lives = intervals_of(connection, site_id, [task]).get(task, ())
    person = lives[-1].person if lives and lives[-1].end is None else None
    return Place(task, person or finding.person, _phase_at(lives, finding.start))


def _of_person(connection: Connection, site_id: int, finding: Finding) -> Place:
    at, task = entered_last(finding)
    began = [one.issue for one in finding.evidence if one.counts_as == task and one.interval_start == at]
    issue = max(began, default=task)
    opened_by = int(finding.detail["opened_by"] or 0)
    lives = intervals_of(connection, site_id, {issue, opened_by})
    status, origin = _way_back(lives.get(issue, ()), at, finding)
    phase = _phase_at(lives.get(opened_by, ()), finding.start)
    return Place(issue, finding.person, phase, status, origin)


def _way_back(lives: tuple[Interval, ...], at: Instant, finding: Finding) -> tuple[str | None, str | None]:
    """The status a ticket is in, and the one it came from when it was started; None where it was not
    started by a change of status, came by assignment, or is no longer in the person's hands."""
    starts = [one.start for one in lives]
    if finding.detail["started_last_by_assignment"] or at not in starts[1:]:
        return None, None
    before, after, now = lives[starts.index(at) - 1], lives[starts.index(at)], lives[-1]
    is_started = before.group is not Group.ACTIVE and before.status != after.status
    is_in_hand = now.end is None and now.group is Group.ACTIVE and now.person == finding.person
    if not is_started or not is_in_hand or now.status == before.status:
        return None, None
    return now.status, before.status


def _phase_at(lives: Iterable[Interval], at: Instant) -> Phase:
    return next(
        (one.phase for one in lives if one.start <= at and (one.end is None or one.end > at)), Phase.NONE
    )
