"""Who is on what: for the team only. Called by letter."""

from phasewise.core.digest import InHand, PersonDigest
from phasewise.core.model import Group, Rule
from phasewise.mail.report.findings import short
from phasewise.mail.report.links import safe
from phasewise.mail.report.reader import Reader
from phasewise.mail.report.speech import _, days_short, ngettext
from phasewise.mail.report.values import Linked, Person, Work

TICKETS = 3
"""Tickets of one person that are listed."""


def people(reader: Reader) -> tuple[Person, ...]:
    """Those with trouble first, then by the age of what they have longest in hand."""
    over = _over(reader)
    listed = sorted(reader.digest.people, key=lambda one: (not one.problems, -_oldest(one), one.person.id))
    return tuple(_person(one, over, reader) for one in listed[: reader.room.people])


def people_more(reader: Reader) -> Linked | None:
    """How many there are beyond those."""
    rest = len(reader.digest.people) - reader.room.people
    if rest <= 0:
        return None
    return Linked(ngettext("%(num)s more person", "%(num)s more people", rest), reader.to("people"))


def _oldest(person: PersonDigest) -> float:
    return max((work.age_days for work in person.active), default=0.0)


def _over(reader: Reader) -> frozenset[int]:
    """The tickets that are over their days."""
    return frozenset(
        ticket.id
        for project in reader.digest.projects
        for problem in project.problems
        if problem.rule is Rule.FIVE_DAYS and problem.severity.value == "breach"
        for ticket in problem.tickets
    )


def _person(one: PersonDigest, over: frozenset[int], reader: Reader) -> Person:
    oldest = sorted(one.active, key=lambda work: -work.age_days)
    return Person(
        name=short(one.person.name or _("Somebody"), 60),
        href=reader.to(f"people/{one.person.id}"),
        work=tuple(_work(work, over, reader) for work in oldest[:TICKETS]),
        note=_note(one),
        tone="warn" if one.problems else "",
    )


def _work(work: InHand, over: frozenset[int], reader: Reader) -> Work:
    return Work(
        key=work.ticket.key,
        title=short(work.ticket.summary, 90),
        href=reader.ticket(safe(work.ticket.url)),
        days=days_short(work.age_days),
        tone="bad" if work.ticket.id in over else "",
    )


def _note(one: PersonDigest) -> str:
    parts = []
    if not one.active:
        parts.append(_("no active ticket"))
    if len(one.active) > TICKETS:
        rest = len(one.active) - TICKETS
        parts.append(ngettext("%(num)s more active ticket", "%(num)s more active tickets", rest))
    parked = one.waiting.get(Group.WATCHING, 0) + one.waiting.get(Group.PAUSED, 0)
    if parked:
        parts.append(ngettext("%(num)s waiting", "%(num)s waiting", parked))
    if one.away_days:
        parts.append(_("away %(days)s", days=days_short(one.away_days)))
    return " · ".join(parts)
