"""What the portfolio says of one project, found without the others. Called by show_project_page."""

from collections.abc import Collection

from phasewise.core.findings import to_look_at
from phasewise.core.model import Finding, Group, Instant, Rule, State
from phasewise.store.boards import IssueRow, Page
from phasewise.store.finding_pages import FindingFilter, findings_at, open_of_rule
from phasewise.store.hands import names_of
from phasewise.store.portfolio import places_at
from phasewise.usecases.as_of.hands import hands_in
from phasewise.usecases.as_of.portfolio_rows import rows_of
from phasewise.usecases.as_of.projects import figures_at
from phasewise.usecases.as_of.scene import COUNTED, Scene, seen_by_all, ticket_of, tickets_of
from phasewise.usecases.as_of.tasks import lives_of
from phasewise.usecases.as_of.troubles import troubles_of
from phasewise.usecases.moment import Moment
from phasewise.usecases.portfolio import ProjectFacts


def scene_of(at: Moment, epic: IssueRow, start: Instant) -> Scene:
    """The scene with this project alone, its visits since `start`, and the findings that stand with it."""
    connection, site_id, as_of = at.connection, at.site_id, at.as_of
    hands = tuple(hands_in(at, epic.id))
    under_way = {held.task.id for hand in hands for held in hand.tasks if held.group is not Group.TODO}
    findings = tuple(_findings(at, epic.id, {hand.person for hand in hands if hand.person}))
    tickets = tickets_of(at, hands, findings)
    near = {finding.task for finding in findings if finding.rule is Rule.FIVE_DAYS and finding.task}
    figures = figures_at(at, [epic.id], since=start)
    people = {*figures[epic.id].last_active, *(one.person for one in findings)}
    return Scene(
        at=at,
        hands=hands,
        findings=findings,
        epics={epic.id: ticket_of(at, epic)},
        done=frozenset({epic.id} if figures[epic.id].state is State.DONE else ()),
        figures=figures,
        tickets=tickets,
        names=names_of(connection, site_id, {person for person in people if person is not None}),
        places=places_at(
            connection, site_id, as_of, under_way | {one for f in findings for one in to_look_at(f)}
        ),
        lives=lives_of(at, near),
        severities={},
    )


def row_of(scene: Scene, start: Instant) -> ProjectFacts:
    """The project as a row of the portfolio has it."""
    current, done = rows_of(scene, troubles_of(scene), start)
    return (*current, *done)[0]


def _findings(at: Moment, project: int, people: Collection[str]) -> list[Finding]:
    """The open findings of the project, and those about the active tickets of people who have some of its
    tasks in hand: these may be in it."""
    asked = FindingFilter(project=project, is_open=True, is_waived=False, strengths=at.strengths)
    own = findings_at(at.connection, at.site_id, at.as_of, asked, Page())
    held = open_of_rule(at.connection, at.site_id, at.as_of, Rule.ONE_ACTIVE, at.strengths, people)
    return seen_by_all(at, (finding for finding in [*own, *held] if finding.rule not in COUNTED))
