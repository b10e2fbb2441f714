"""What needs attention, the worst first, and how all stands in a line. Called by letter and chat."""

from collections.abc import Iterator

from phasewise.core.digest import Problem
from phasewise.core.health import Colour
from phasewise.core.model import Severity
from phasewise.mail.report.findings import problem_text, short
from phasewise.mail.report.links import safe
from phasewise.mail.report.reader import Reader
from phasewise.mail.report.speech import _, ngettext
from phasewise.mail.report.values import Linked, Point, Section


def attention(reader: Reader) -> Section:
    """Breaches before warnings, the oldest first; each once, whoever it is listed under."""
    found = troubles(reader)
    room = reader.room.attention
    return Section(
        title=_("Needs your attention"),
        points=tuple(_point(problem, project, reader) for project, problem in found[:room]),
        more=_more(len(found) - room, reader),
        nothing=_nothing(reader),
    )


def counts_line(reader: Reader) -> str:
    """`2 off track, 4 at risk`, or that all is well."""
    counted = reader.digest.totals.by_colour
    red, amber = counted.get(Colour.RED, 0), counted.get(Colour.AMBER, 0)
    parts = []
    if red:
        parts.append(ngettext("%(num)s off track", "%(num)s off track", red))
    if amber:
        parts.append(ngettext("%(num)s at risk", "%(num)s at risk", amber))
    if parts:
        return _(", ").join(parts)
    return _("all on track") if reader.digest.projects else _("no projects")


def troubles(reader: Reader) -> list[tuple[str, Problem]]:
    """What this reader may know, with the project's name; empty where it is about no project."""
    seen: dict[str, tuple[str, Problem]] = {}
    for project, problem in _all(reader):
        if reader.may_read(problem):
            seen.setdefault(problem.id, (project, problem))
    return sorted(seen.values(), key=lambda one: (one[1].severity is not Severity.BREACH, one[1].since))


def _all(reader: Reader) -> Iterator[tuple[str, Problem]]:
    for project in reader.digest.projects:
        for problem in project.problems:
            yield project.summary, problem
    for problem in reader.digest.loose_problems:
        yield "", problem
    for person in reader.digest.people:
        for problem in person.problems:
            yield "", problem


def _point(problem: Problem, project: str, reader: Reader) -> Point:
    is_breach = problem.severity is Severity.BREACH
    ticket = problem.tickets[0].url if len(problem.tickets) == 1 else None
    return Point(
        text=problem_text(problem),
        mark="!" if is_breach else "?",
        tone="bad" if is_breach else "warn",
        lead=short(project, 80),
        href=reader.to(f"rules/{problem.id}") or reader.ticket(safe(ticket)),
        note=_since(problem, reader),
    )


def _since(problem: Problem, reader: Reader) -> str:
    if problem.is_new:
        return _("new, since %(day)s", day=reader.dates.day(problem.since))
    return _("since %(day)s", day=reader.dates.day(problem.since))


def _nothing(reader: Reader) -> str:
    totals = reader.digest.totals
    if totals.breaches or totals.warnings:
        return _("Nothing that is about a project.")
    if totals.by_colour.get(Colour.RED) or totals.by_colour.get(Colour.AMBER):
        return _("All rules are kept; for other reasons: %(counts)s.", counts=counts_line(reader))
    return _("Nothing: all rules are kept.")


def _more(rest: int, reader: Reader) -> Linked | None:
    if rest <= 0:
        return None
    return Linked(ngettext("%(num)s more finding", "%(num)s more findings", rest), reader.rules())
