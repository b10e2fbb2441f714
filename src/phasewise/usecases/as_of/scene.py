"""Everything that the portfolio page looks at, read once: its parts compose it. Called by show_portfolio."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from phasewise.core.figures import RECENT_MS, ProjectFigures
from phasewise.core.findings import seen_at, to_look_at
from phasewise.core.model import Finding, Group, Instant, Rule, Severity
from phasewise.store import portfolio as store
from phasewise.store.boards import IssueRow, Page, issues_by_id, projects_at
from phasewise.store.hands import names_of
from phasewise.usecases.as_of.hands import Hand, InHand, places_of
from phasewise.usecases.as_of.projects import figures_at
from phasewise.usecases.as_of.tasks import Life, lives_of
from phasewise.usecases.moment import Moment
from phasewise.usecases.portfolio import Person, Ticket

COUNTED = (Rule.NO_PROJECT, Rule.UNMAPPED_STATUS, Rule.UNMAPPED_PHASE_OPTION)
"""Gaps of a whole site more than troubles of a ticket: the page counts them in one place."""


@dataclass(frozen=True, slots=True)
class Scene:
    """`epics` are all projects, `figures` those of the rows to show, `tickets` every task that is named;
    all by issue id. `places`, `lives` and `severities` (of the five-day rule) are by task: the places of what
    is under way, the lives of what is near a limit; `knowing` finds others."""

    at: Moment
    hands: tuple[Hand, ...]
    findings: tuple[Finding, ...]
    epics: Mapping[int, Ticket]
    done: frozenset[int]
    figures: Mapping[int, ProjectFigures]
    tickets: Mapping[int, Ticket]
    names: Mapping[str, str]
    places: Mapping[int, store.Place]
    lives: Mapping[int, Life]
    severities: Mapping[int, Severity]

    def person(self, person: str) -> Person:
        return Person(person, self.names.get(person))

    def project_of(self, task: int) -> int | None:
        place = self.places.get(task)
        return None if place is None else place.project

    def knowing(self, tasks: Collection[int], active: Collection[int] = ()) -> "Scene":
        """The same with the places of these tasks, and the lives of those that are active."""
        at = self.at
        places = store.places_at(at.connection, at.site_id, at.as_of, set(tasks) - self.places.keys())
        lives = lives_of(at, set(active) - self.lives.keys())
        return replace(self, places={**self.places, **places}, lives={**self.lives, **lives})


def scene_at(at: Moment, start: Instant, *, with_done: bool, hands: Sequence[Hand]) -> Scene:
    """The scene, with the visits since `start`; `with_done`: the figures of the done projects, too; `hands`:
    everybody's, with all or with what is under way."""
    connection, site_id, as_of = at.connection, at.site_id, at.as_of
    findings = tuple(_findings(at))
    epics = {issue.id: ticket_of(at, issue) for issue in projects_at(connection, site_id, as_of, Page())}
    done = frozenset(store.done_epics(connection, site_id, as_of) & epics.keys())
    figures = figures_at(at, epics if with_done else epics.keys() - done, since=start)
    tickets = tickets_of(at, hands, findings)
    placed = places_of(at, _under_way(hands))
    near = {finding.task for finding in findings if finding.rule is Rule.FIVE_DAYS and finding.task}
    return Scene(
        at=at,
        hands=tuple(hands),
        findings=findings,
        epics=epics,
        done=done,
        figures=figures,
        tickets=tickets,
        names=_names(at, hands, _people(findings, figures.values(), as_of)),
        places=placed | store.places_at(connection, site_id, as_of, tickets.keys() - placed.keys()),
        lives=lives_of(at, near),
        severities={
            finding.task: finding.severity
            for finding in findings
            if finding.rule is Rule.FIVE_DAYS and finding.task is not None
        },
    )


def ticket_of(at: Moment, issue: IssueRow) -> Ticket:
    return Ticket(issue.id, issue.key, issue.summary, at.url(issue.key))


def _findings(at: Moment) -> list[Finding]:
    """The open findings, but for those only counted."""
    return seen_by_all(at, store.open_findings(at.connection, at.site_id, at.as_of, COUNTED, at.strengths))


def seen_by_all(at: Moment, found: Iterable[Finding]) -> list[Finding]:
    """The findings as they were known at the instant, but for those that are still for the person alone."""
    seen = (seen_at(one, at.as_of) for one in found)
    return [finding for finding in seen if finding is not None and _is_for_all(finding, at)]


def _is_for_all(finding: Finding, at: Moment) -> bool:
    shown = at.policies.visible_to_lead(finding)
    return shown is not None and shown < at.as_of


def tickets_of(at: Moment, hands: Iterable[Hand], findings: Iterable[Finding]) -> dict[int, Ticket]:
    """The issues that the findings name now, not all they ever did: what is shown bounds the cost.
    Those in somebody's hands are known already."""
    held = {one.task.id: one.task for hand in hands for one in hand.tasks}
    named = {issue for finding in findings for issue in to_look_at(finding)}
    others = issues_by_id(at.connection, at.site_id, named - held.keys())
    return {
        issue: ticket_of(at, held.get(issue) or others[issue]) for issue in named & (held.keys() | others)
    }


def _under_way(hands: Iterable[Hand]) -> Iterator[InHand]:
    """What a phase and a project are needed of."""
    return (held for hand in hands for held in hand.tasks if held.group is not Group.TODO)


def _people(findings: Iterable[Finding], figures: Iterable[ProjectFigures], as_of: Instant) -> set[str]:
    people = {finding.person for finding in findings}
    for project in figures:
        people.update(
            person for person, end in project.last_active.items() if end is None or end > as_of - RECENT_MS
        )
    return {person for person in people if person is not None}


def _names(at: Moment, hands: Iterable[Hand], people: set[str]) -> dict[str, str]:
    """The names of these people, and of those with something in hand, who are known by name already."""
    known = {hand.person: hand.name for hand in hands if hand.person is not None}
    found = names_of(at.connection, at.site_id, people - known.keys())
    return found | {person: name for person, name in known.items() if name is not None}
