"""Everything that a report looks at, read once: its parts compose it. Called by build_digest."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from phasewise.core.digest import Person
from phasewise.core.figures import ProjectFigures
from phasewise.core.model import Group, Instant
from phasewise.core.plan import Plan
from phasewise.core.weeks import Week
from phasewise.store.boards import IssueRow, Page, projects_at
from phasewise.store.persons import PieceRow
from phasewise.store.portfolio import done_starts
from phasewise.store.record_nouns import plans_of
from phasewise.store.report_facts import pieces_between
from phasewise.usecases.as_of.hands import hands_at
from phasewise.usecases.as_of.projects import figures_at, owners_at
from phasewise.usecases.as_of.scene import Scene, scene_at
from phasewise.usecases.moment import Moment

RIBBON_WEEKS = 12
WEEK_MS = 7 * 86_400_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """The report of a team for a week; what changed is told from `since` on."""

    team: str
    week: Week
    since: Instant


@dataclass(frozen=True, slots=True)
class Ground:
    """`at` is the instant of the report with what counts for the team. `projects` are those of the team that
    are not done, or were not at the report before; `figures`, `owners` and `plans` are theirs, by issue id.
    `pieces` are the active pieces of all tasks since the week, or the report before, began."""

    at: Moment
    wanted: Wanted
    scene: Scene
    ribbon_start: Instant
    projects: Mapping[int, IssueRow]
    figures: Mapping[int, ProjectFigures]
    owners: Mapping[int, str | None]
    plans: Mapping[int, Plan]
    done: int
    pieces: tuple[PieceRow, ...]

    def on_paper(self) -> Moment:
        """The same moment for what people wrote down: up to the instant, or while the week runs all of it."""
        return _on_paper(self.at, self.wanted)

    def is_of_team(self, project: int | None) -> bool:
        return self.at.policies.team_of(project) == self.wanted.team

    def has_member(self, person: str) -> bool:
        """Whether the person is in the team at the instant."""
        rulebook = self.at.policies.rulebook
        return len(rulebook.teams) == 1 or rulebook.team_of(person, self.at.as_of) == self.wanted.team


def ground_of(at: Moment, wanted: Wanted) -> Ground:
    """`at` is seen as the team counts: by its calendar and limits."""
    ribbon_start = at.as_of - RIBBON_WEEKS * WEEK_MS
    hands = hands_at(at)
    active = {held.task.id for hand in hands for held in hand.tasks if held.group is Group.ACTIVE}
    scene = scene_at(at, ribbon_start, with_done=False, hands=hands).knowing((), active)
    here = [
        issue
        for issue in projects_at(at.connection, at.site_id, at.as_of, Page())
        if at.policies.team_of(issue.id) == wanted.team
    ]
    ended = done_starts(at.connection, at.site_id, at.as_of, {one.id for one in here} & scene.done)
    lately = {project for project, since in ended.items() if since >= wanted.since}
    wanted_ones = {issue.id: issue for issue in here if issue.id not in scene.done or issue.id in lately}
    owners = owners_at(at, list(wanted_ones))
    projects = {project: issue for project, issue in wanted_ones.items() if project in owners}
    figures = {**scene.figures, **figures_at(at, sorted(lately), since=ribbon_start)}
    return Ground(
        at=at,
        wanted=wanted,
        scene=scene,
        ribbon_start=ribbon_start,
        projects=projects,
        figures={project: figures[project] for project in projects},
        owners=owners,
        plans=plans_of(at.connection, at.site_id, list(projects), _on_paper(at, wanted).asked),
        done=len(ended),
        pieces=tuple(
            pieces_between(at.connection, at.site_id, min(wanted.since, wanted.week.start), at.as_of)
        ),
    )


def _on_paper(at: Moment, wanted: Wanted) -> Moment:
    is_now = at.asked is None and at.as_of < wanted.week.end
    return at if is_now else replace(at, asked=at.as_of)


def nobody_yet(person: str | None) -> Person | None:
    """The person by id alone: names are filled in when a report is shown, and never frozen."""
    return None if person is None else Person(person, None)
