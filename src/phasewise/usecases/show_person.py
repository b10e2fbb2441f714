"""One person: what they have in hand, their weeks, and the findings about them. Called by web/people_pages.

Whoever may see the page sees the same, the person as well as a lead, but for what is still the person's own.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from phasewise.core.model import Group, Instant, Phase
from phasewise.core.stretches import Stretch, merged, overlap
from phasewise.core.weeks import Week, weeks_up_to
from phasewise.errors import NotFoundError
from phasewise.i18n.speaking import _
from phasewise.store import persons as store
from phasewise.store.boards import issues_by_id
from phasewise.store.finding_lists import Lines, finding_lines
from phasewise.store.finding_pages import open_five_days
from phasewise.store.portfolio import places_at
from phasewise.usecases.as_of.frame import frame_at
from phasewise.usecases.as_of.hands import Hand, InHand, hands_at
from phasewise.usecases.as_of.scene import ticket_of
from phasewise.usecases.as_of.seeing import may_see, seen_from
from phasewise.usecases.as_of.tasks import lives_of
from phasewise.usecases.as_of.week_days import away_of, days_in, span_of
from phasewise.usecases.deps import Deps
from phasewise.usecases.finding_list import FindingList
from phasewise.usecases.moment import Moment, moment
from phasewise.usecases.person import OnePerson, Stint, WeekOf
from phasewise.usecases.portfolio import CardFacts, Person, Ticket

FINDINGS = 25
STATES = ("open", "waived", "closed")


def show_person(deps: Deps, as_of: Instant | None, person: str, weeks: int) -> OnePerson:
    """Somebody at `as_of` (None: now). Raises NotFoundError for an id that is not known."""
    with moment(deps, as_of) as at:
        known, name = store.name_of(at.connection, at.site_id, person)
        if not known:
            raise NotFoundError(_("There is no person with this id; search for their name"))
        at = at.of_person(person)
        hand = next((one for one in hands_at(at) if one.person == person), Hand(person, name))
        return OnePerson(
            frame=frame_at(deps, at),
            person=Person(person, name),
            limits=at.limits,
            cards=_cards(at, hand),
            done=_done(at, hand),
            weeks=_weeks(at, person, weeks),
            findings=_findings(deps, at, person, name),
        )


def _cards(at: Moment, hand: Hand) -> tuple[CardFacts, ...]:
    ids = [held.task.id for held in hand.tasks]
    ages = lives_of(at, [held.task.id for held in hand.tasks if held.group is not Group.TODO])
    places = places_at(at.connection, at.site_id, at.as_of, ids)
    epics = _tickets(at, {place.project for place in places.values() if place.project is not None})
    severities = open_five_days(at.connection, at.site_id, at.as_of, ids, at.strengths)

    def card(held: InHand) -> CardFacts:
        place, life = places.get(held.task.id), ages.get(held.task.id)
        return CardFacts(
            ticket=ticket_of(at, held.task),
            project=None if place is None or place.project is None else epics.get(place.project),
            phase=Phase.NONE if place is None else place.phase,
            group=held.group,
            age_days=None if life is None else life.age_days(at),
            severity=severities.get(held.task.id),
            flagged=held.flagged,
            limits=at.of_project(place.project if place and place.project else 0).limits,
        )

    return tuple(card(held) for held in hand.tasks)


def _done(at: Moment, hand: Hand) -> tuple[CardFacts, ...]:
    places = places_at(at.connection, at.site_id, at.as_of, [task.id for task in hand.done])
    phases = {task: place.phase for task, place in places.items()}
    return tuple(
        CardFacts(ticket_of(at, task), None, phases.get(task.id, Phase.NONE), Group.DONE)
        for task in reversed(hand.done)
    )


def _tickets(at: Moment, ids: set[int]) -> dict[int, Ticket]:
    found = issues_by_id(at.connection, at.site_id, ids)
    return {issue: ticket_of(at, row) for issue, row in found.items()}


# ------------------------------------------------------------------ the weeks


def _weeks(at: Moment, person: str, count: int) -> tuple[WeekOf, ...]:
    shown = weeks_up_to(at.as_of, count, at.calendar)
    since = shown[0].start
    worked = store.at_work(at.connection, at.site_id, person, since, at.as_of)
    rows = store.pieces_of(at.connection, at.site_id, worked, since)
    tickets = _tickets(at, worked.keys() | {row.project for row in rows if row.project is not None})
    stints = _stints(worked, rows)
    every = merged(stretch for some in worked.values() for stretch in some)
    away = away_of(at, person)
    return tuple(
        WeekOf(
            week=week,
            days=days_in(at, week, every),
            work_days=days_in(at, week, [span_of(at, week)]),
            away=days_in(at, week, away),
            stints=_in_week(at, week, stints, tickets),
        )
        for week in reversed(shown)
    )


Where = tuple[int | None, Phase]
"""A project and a phase."""


def _stints(
    worked: Mapping[int, Sequence[Stretch]], rows: Sequence[store.PieceRow]
) -> dict[Where, dict[int, list[Stretch]]]:
    """When the person was at work in each project and phase, by task."""
    where: defaultdict[tuple[Where, int], list[Stretch]] = defaultdict(list)
    for row in rows:
        where[(row.project, row.phase), row.task].append(row.stretch)
    found: defaultdict[Where, dict[int, list[Stretch]]] = defaultdict(dict)
    for (place, task), stretches in where.items():
        found[place][task] = overlap(merged(worked[task]), merged(stretches))
    return found


def _in_week(
    at: Moment,
    week: Week,
    stints: Mapping[Where, Mapping[int, Sequence[Stretch]]],
    tickets: Mapping[int, Ticket],
) -> tuple[Stint, ...]:
    found = []
    for (project, phase), by_task in stints.items():
        span = [span_of(at, week)]
        tasks = [task for task, stretches in by_task.items() if overlap(stretches, span)]
        worked = merged(stretch for task in tasks for stretch in by_task[task])
        if tasks:
            found.append(
                Stint(
                    project=None if project is None else tickets.get(project),
                    phase=phase,
                    days=days_in(at, week, worked),
                    tickets=tuple(tickets[task] for task in sorted(tasks) if task in tickets),
                )
            )
    return tuple(sorted(found, key=lambda stint: (-stint.days, stint.project.key if stint.project else "")))


# ------------------------------------------------------------------ the findings


def _findings(deps: Deps, at: Moment, person: str, name: str | None) -> FindingList:
    asked = Lines(STATES, FINDINGS + 1, person)
    found = finding_lines(at.connection, at.site_id, at.as_of, at.strengths, asked)
    lines = tuple(line for line in found[:FINDINGS] if may_see(at, line.as_finding()))
    named = {issue for line in lines for issue in (line.task, line.project) if issue is not None}
    return FindingList(
        frame=frame_at(deps, at),
        lines=lines,
        is_cut=len(found) > FINDINGS,
        names={} if name is None else {person: name},
        tickets=_tickets(at, named),
        limits=at.limits,
        shown_from={line.key: seen_from(at, line.as_finding()) for line in lines},
    )
