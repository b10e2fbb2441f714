"""Tickets with all that hygiene found wrong with them. Called by show_untidy and the tables of exports."""

from collections.abc import Iterable, Mapping, Sequence

from phasewise.store.boards import issues_by_id
from phasewise.store.finding_lists import FindingLine, Lines, finding_lines
from phasewise.store.hands import names_of
from phasewise.store.untidy import Held, held_by
from phasewise.usecases.as_of.seeing import may_see
from phasewise.usecases.moment import Moment
from phasewise.usecases.portfolio import Person, Ticket
from phasewise.usecases.untidy import UNTIDY, WHICH, Gap, UntidyTicket, is_empty


def untidy_at(at: Moment) -> tuple[UntidyTicket, ...]:
    """All of them, of every team."""
    return untidy_tickets(at, untidy_lines(at, None), None)


def untidy_lines(at: Moment, most: int | None) -> list[FindingLine]:
    """The hygiene findings about tickets that are open: the latest so many, or all."""
    asked = Lines(("open",), most, rules=UNTIDY)
    return finding_lines(at.connection, at.site_id, at.as_of, at.strengths, asked)


def _projects_of(lines: Iterable[FindingLine]) -> dict[int, int | None]:
    """The project of each ticket, by the finding about it that began last."""
    return {line.task or 0: line.project for line in sorted(lines, key=lambda line: line.start)}


def untidy_tickets(at: Moment, found: Iterable[FindingLine], team: str | None) -> tuple[UntidyTicket, ...]:
    """The tickets that these findings are about, as far as they may be seen, of a team or of all: those first
    that have been untidy for longest."""
    lines = [line for line in found if may_see(at, line.as_finding())]
    whose = {task: at.policies.team_of(project) for task, project in _projects_of(lines).items()}
    lines = [line for line in lines if team in (None, whose[line.task or 0])]
    return tuple(sorted(_with_gaps(at, lines), key=lambda one: one.since))


def _with_gaps(at: Moment, lines: Sequence[FindingLine]) -> list[UntidyTicket]:
    by_task: dict[int, list[FindingLine]] = {}
    for line in sorted(lines, key=lambda line: (line.start, UNTIDY.index(line.rule))):
        by_task.setdefault(line.task or 0, []).append(line)
    held = held_by(at.connection, at.site_id, by_task) if at.asked is None else {}
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
