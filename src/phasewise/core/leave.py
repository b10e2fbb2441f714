"""When people are away. A task does not age while whose it is has leave; every other number goes by the
team's calendar alone. Made where a policy is read, used by `rules`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from phasewise.core.calendar import Calendar
from phasewise.core.rulebook import Rulebook
from phasewise.core.stretches import FOREVER, Stretch, merged, overlap

Leave = Mapping[str, Sequence[Stretch]]
"""By person id, the time away: disjoint stretches in order."""

NO_LEAVE: Leave = {}


def leave_of(days: Mapping[str, Sequence[tuple[str, str]]], calendar: Calendar) -> Leave:
    """From the first and the last day of each leave, as ISO dates: whole days in the team's zone."""
    return {person: merged(_away(*one, calendar) for one in some) for person, some in days.items()}


def leave_in(rulebook: Rulebook) -> Leave:
    """The leave of everybody, of each team while they are in it. It says what was, not what is allowed: so
    what the newest version of a team says holds for all history."""
    by_team = {
        team.name: leave_of(team.newest.policy.leave, rulebook.for_project(team.name).calendar)
        for team in rulebook.teams
    }
    people = {person for leave in by_team.values() for person in leave}
    return {person: merged(_along(person, rulebook, by_team)) for person in sorted(people)}


def _along(person: str, rulebook: Rulebook, by_team: Mapping[str, Leave]) -> Iterator[Stretch]:
    turns = rulebook.teams_of(person)
    starts = [-FOREVER, *(start for start, _ in turns[1:]), FOREVER]
    for (_, team), start, end in zip(turns, starts, starts[1:], strict=False):
        yield from overlap(by_team[team].get(person, ()), [(start, end)])


def _away(first: str, last: str, calendar: Calendar) -> Stretch:
    end = date.fromisoformat(last) + timedelta(days=1)
    return calendar.midnight(date.fromisoformat(first)), calendar.midnight(end)
