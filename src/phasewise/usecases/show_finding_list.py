"""Findings for the pages: the list of them, and one with all that it follows from. Called by web."""

from phasewise.core.findings import seen_at
from phasewise.core.model import Finding, Instant, Rule, Severity
from phasewise.errors import NotFoundError
from phasewise.i18n.speaking import _, marked
from phasewise.store.boards import issues_by_id
from phasewise.store.derived import intervals_of
from phasewise.store.finding_lists import FindingKey, FindingLine, Lines, finding_by_key, finding_lines
from phasewise.store.hands import names_of
from phasewise.store.sites import statuses
from phasewise.usecases.as_of.findings import finding_rows
from phasewise.usecases.as_of.frame import frame_at
from phasewise.usecases.as_of.seeing import may_see
from phasewise.usecases.deps import Deps
from phasewise.usecases.finding_list import Basis, FindingList, OneFinding
from phasewise.usecases.moment import Moment, moment
from phasewise.usecases.portfolio import Person, Ticket

MOST = 2_000
"""Findings that the page sorts and filters: the latest."""

ORDER = (Severity.BREACH, Severity.WARNING, Severity.HINT)
STATES = ("open", "waived", "closed")
GONE = marked("There is no such finding, or there was none at that time")


def show_finding_list(deps: Deps, as_of: Instant | None, state: str | None) -> FindingList:
    """The findings known at `as_of` (None: now) that are in this state then (None: in any), and that whoever
    asks may see: latest first, of the open ones the worst before the others."""
    with moment(deps, as_of) as at:
        asked = Lines(STATES if state is None else (state,), MOST + 1)
        found = finding_lines(at.connection, at.site_id, at.as_of, at.strengths, asked)
        lines = tuple(line for line in found[:MOST] if may_see(at, line.as_finding()))
        return FindingList(
            frame=frame_at(deps, at),
            lines=tuple(sorted(lines, key=lambda line: ORDER.index(line.severity)))
            if state == "open"
            else lines,
            is_cut=len(found) > MOST,
            names=names_of(at.connection, at.site_id, {line.person for line in lines if line.person}),
            tickets=_tickets(at, {issue for line in lines for issue in _named(line)}),
            limits=at.limits,
            teams={line.key: _team_of(at, line) for line in lines} if _has_teams(at) else {},
        )


def show_finding(deps: Deps, as_of: Instant | None, finding_id: str) -> OneFinding:
    """One finding by its id, `rule:subject:start`. Raises NotFoundError where there is none, or none yet, or
    whoever asks may not see it."""
    with moment(deps, as_of) as at:
        known = finding_by_key(at.connection, at.site_id, key_of(finding_id))
        seen = None if known is None else seen_at(known, at.as_of)
        if known is None or seen is None or not may_see(at, seen):
            raise NotFoundError(_(GONE))
        return _one(deps, at, known, seen)


def key_of(finding_id: str) -> FindingKey:
    """Rule, subject and start of an id; a subject may have colons. Raises NotFoundError."""
    rule, __, rest = finding_id.partition(":")
    subject, __, start = rest.rpartition(":")
    if rule not in set(Rule) or not subject or not start.isascii() or not start.isdigit() or len(start) > 15:
        raise NotFoundError(_(GONE))
    return rule, subject[:255], int(start)


def _has_teams(at: Moment) -> bool:
    return len(at.policies.rulebook.teams) > 1


def _team_of(at: Moment, line: FindingLine) -> str:
    return at.policies.team_of_finding(line.as_finding())


def _named(line: FindingLine) -> list[int]:
    return [issue for issue in (line.task, line.project) if issue is not None]


def _tickets(at: Moment, ids: set[int]) -> dict[int, Ticket]:
    rows = issues_by_id(at.connection, at.site_id, ids).values()
    return {row.id: Ticket(row.id, row.key, row.summary, at.url(row.key)) for row in rows}


def _one(deps: Deps, at: Moment, known: Finding, seen: Finding) -> OneFinding:
    (shown,) = finding_rows(at, [known])
    named = {issue for issue in (seen.task, seen.project) if issue is not None}
    named |= {issue for one in seen.evidence for issue in (one.issue, one.counts_as)}
    tickets = _tickets(at, named)
    people = names_of(at.connection, at.site_id, [seen.person] if seen.person else [])
    return OneFinding(
        frame=frame_at(deps, at),
        finding=shown,
        person=None if seen.person is None else Person(seen.person, people.get(seen.person)),
        task=None if seen.task is None else tickets.get(seen.task),
        project=None if seen.project is None else tickets.get(seen.project),
        started_last=None if shown.started_last is None else tickets.get(int(shown.started_last)),
        tickets=tuple(tickets[int(issue)] for issue in shown.issues if int(issue) in tickets),
        basis=_basis(at, seen, tickets),
        limits=at.policies.for_finding(seen).limits_at(seen.start),
        team=at.policies.team_of_finding(seen),
    )


def _basis(at: Moment, seen: Finding, tickets: dict[int, Ticket]) -> tuple[Basis, ...]:
    """What it follows from, oldest first, each with what the interval says."""
    found = intervals_of(at.connection, at.site_id, {one.issue for one in seen.evidence})
    intervals = {(one.issue, one.start): one for some in found.values() for one in some}
    names = {status.id: status.name for status in statuses(at.connection, at.site_id)}
    basis = []
    for one in sorted(seen.evidence, key=lambda one: (one.start, one.issue)):
        interval = intervals.get((one.issue, one.interval_start))
        if interval is None or one.issue not in tickets or one.counts_as not in tickets:
            continue
        status = names.get(interval.status, f"status {interval.status}")
        ticket, task = tickets[one.issue], tickets[one.counts_as]
        basis.append(Basis(ticket, task, one.start, one.end, status, interval.group, interval.phase))
    return tuple(basis)
