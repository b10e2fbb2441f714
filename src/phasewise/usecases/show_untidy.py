"""Tickets without a phase, an epic or an assignee, or with what is not mapped. Called by web/untidy."""

from collections.abc import Iterable, Mapping, Sequence

from phasewise.core.model import Instant
from phasewise.store.boards import issues_by_id
from phasewise.store.finding_lists import FindingLine, Lines, finding_lines
from phasewise.store.hands import names_of
from phasewise.store.untidy import Held, held_by
from phasewise.usecases.as_of.frame import frame_at
from phasewise.usecases.as_of.seeing import may_see
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import Moment, moment
from phasewise.usecases.portfolio import Person, Ticket
from phasewise.usecases.untidy import UNTIDY, WHICH, Gap, UntidyList, UntidyTicket, is_empty

MOST = 2_000
"""Findings that the page looks at: the latest."""


def show_untidy(deps: Deps, as_of: Instant | None, team: str | None = None) -> UntidyList:
    """The tickets that hygiene found something about at `as_of` (None: now) and that is still so then: of one
    team, or of all."""
    with moment(deps, as_of) as at:
        asked = Lines(("open",), MOST + 1, rules=UNTIDY)
        found = finding_lines(at.connection, at.site_id, at.as_of, at.strengths, asked)
        lines = [line for line in found[:MOST] if may_see(deps, at, line.as_finding())]
        whose = {task: at.policies.team_of(project) for task, project in _projects_of(lines).items()}
        lines = [line for line in lines if team in (None, whose[line.task or 0])]
        is_now = as_of is None
        return UntidyList(
            frame=frame_at(deps, at),
            tickets=tuple(sorted(_tickets(at, lines, is_now=is_now), key=lambda one: one.since)),
            is_cut=len(found) > MOST,
            may_set=is_now and deps.board_moves and deps.asker.leads_any,
            is_off=not deps.board_moves,
            teams=at.policies.team_names(),
        )


def _projects_of(lines: Iterable[FindingLine]) -> dict[int, int | None]:
    """The project of each ticket, by the finding about it that began last."""
    return {line.task or 0: line.project for line in sorted(lines, key=lambda line: line.start)}


def _tickets(at: Moment, lines: Sequence[FindingLine], *, is_now: bool) -> list[UntidyTicket]:
    by_task: dict[int, list[FindingLine]] = {}
    for line in sorted(lines, key=lambda line: (line.start, UNTIDY.index(line.rule))):
        by_task.setdefault(line.task or 0, []).append(line)
    held = held_by(at.connection, at.site_id, by_task) if is_now else {}
    projects = {line.project for line in lines if line.project is not None}
    issues = issues_by_id(at.connection, at.site_id, {*by_task, *projects})
    tickets = {row.id: Ticket(row.id, row.key, row.summary, at.url(row.key)) for row in issues.values()}
    names = names_of(at.connection, at.site_id, {line.person for line in lines if line.person})
    return [
        UntidyTicket(
            ticket=tickets[task],
            project=tickets.get(found[-1].project or 0),
            person=_person(found[-1].person, names),
            gaps=tuple(_gap(line, held.get(task)) for line in found),
            team=at.policies.team_of(found[-1].project),
        )
        for task, found in by_task.items()
        if task in tickets
    ]


def _person(person: str | None, names: Mapping[str, str]) -> Person | None:
    return None if person is None else Person(person, names.get(person))


def _gap(line: FindingLine, held: Held | None) -> Gap:
    what = WHICH.get(line.rule)
    fills = what if what is not None and held is not None and is_empty(held, what) else None
    return Gap(line.rule, line.start, fills)
