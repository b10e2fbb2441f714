"""Everything recorded of a project, and the A/B tests of all of them, for the pages."""

from collections.abc import Iterable, Mapping
from datetime import date

from phasewise.core.ab_tests import clashes, ended_by
from phasewise.core.deliverables import DeliverableState, Slot
from phasewise.core.model import Instant
from phasewise.core.plan import Plan, PlanState
from phasewise.store.accounts import people_by_name
from phasewise.store.boards import IssueRow, issues_by_id
from phasewise.store.project_records import Kept, latest, recorded
from phasewise.store.record_nouns import AB_TEST, DECISION, DELIVERABLE, KILL_CRITERION, PLAN, RESULT
from phasewise.usecases.as_of.discreet import seen_by
from phasewise.usecases.as_of.plans import PlanAt, plan_seen, slots_in
from phasewise.usecases.as_of.projects import figures_at, project_at
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import Moment, moment, sync_facts
from phasewise.usecases.portfolio import Ticket
from phasewise.usecases.record_facts import AbTestFacts, AbTestOf, PageGround, PlanVersion, RecordFacts


def show_records(deps: Deps, key: str, as_of: Instant | None, version: int | None = None) -> RecordFacts:
    """What is recorded of a project at `as_of` (None: now), by key, former key or id; its plan in a version,
    or the one that counts. Raises NotFoundError if there is no such project, or was none yet."""
    with moment(deps, as_of) as at:
        epic, owner = project_at(at, key)
        return seen_by(deps.asker, records_at(deps, at.of_project(epic.id), epic, owner, version))


def records_at(
    deps: Deps, at: Moment, epic: IssueRow, owner: str | None, version: int | None = None
) -> RecordFacts:
    """The same within a moment of the project."""
    connection, site_id, project = at.connection, at.site_id, epic.id
    is_gone = not epic.exists_at(at.as_of)
    records = recorded(connection, site_id, project, at.asked)
    edits, states = records.edits(PLAN), slots_in(records)
    versions = versions_of(edits)
    decided = [one for one in records.latest(DECISION) if not one.value.withdrawn]
    return RecordFacts(
        ground=page_ground(deps, at),
        epic=Ticket(epic.id, epic.key, epic.summary, at.url(epic.key)),
        is_gone=is_gone,
        may_write=_may_write(deps, at, project) and not is_gone,
        shows_people=deps.asker.sees_people,
        owner=owner,
        people=people_by_name(connection, site_id),
        last=edits[-1] if edits else None,
        versions=versions,
        shown=_shown(at, versions, states, version),
        states=states,
        deliverables={one.value.slot: one for one in records.latest(DELIVERABLE)},
        decisions=tuple(sorted(decided, key=lambda one: (one.value.on, one.of.name))),
        criteria=tuple(records.latest(KILL_CRITERION)),
        tests=tuple(records.latest(AB_TEST)),
        results=tuple(records.latest(RESULT)),
    )


def accepted_of(facts: RecordFacts) -> Plan | None:
    """The plan that counts, of what is recorded."""
    accepted = [one.kept.value for one in facts.versions if one.accepted is not None]
    return accepted[-1] if accepted else None


def show_tests(deps: Deps, as_of: Instant | None) -> AbTestFacts:
    """The A/B tests of the projects existing at `as_of` (None: now)."""
    with moment(deps, as_of) as at:
        tests = tests_at(at)
        return AbTestFacts(page_ground(deps, at), tests, tuple(clashes({one: one.test for one in tests})))


def tests_at(at: Moment) -> tuple[AbTestOf, ...]:
    """The same in the order in which they begin."""
    kept = latest(at.connection, at.site_id, AB_TEST, None, at.asked)
    epics = issues_by_id(at.connection, at.site_id, {one.of.project for one in kept})
    tests = [
        AbTestOf(
            Ticket(epic.id, epic.key, epic.summary, at.url(epic.key)),
            one.of.name,
            ended_by(one.value, at.of_project(epic.id).calendar.local_date(one.at)),
        )
        for one in kept
        if (epic := epics.get(one.of.project)) is not None and epic.exists_at(at.as_of)
    ]
    tests.sort(key=lambda one: (one.test.starts_on or date.max, one.project.key, one.name))
    return tuple(tests)


def page_ground(deps: Deps, at: Moment) -> PageGround:
    today = at.calendar.local_date(at.as_of)
    return PageGround(at.as_of, at.asked, deps.now(), at.policy.calendar.zone, today, sync_facts(at))


def versions_of(edits: Iterable[Kept[Plan]]) -> tuple[PlanVersion, ...]:
    """The versions of a plan from its edits, oldest first."""
    found: dict[int, PlanVersion] = {}
    for kept in edits:
        is_accepted = kept.value.state is PlanState.ACCEPTED
        found[kept.value.version] = PlanVersion(kept, kept.at if is_accepted else None)
    return tuple(found.values())


def _shown(
    at: Moment,
    versions: Iterable[PlanVersion],
    states: Mapping[Slot, DeliverableState],
    version: int | None,
) -> PlanAt | None:
    """Against the version asked for; else the newest accepted one, or the newest."""
    there = list(versions)
    asked = [one for one in there if one.kept.value.version == version]
    accepted = [one for one in there if one.accepted is not None]
    chosen = (asked or accepted or there)[-1:]
    if not chosen:
        return None
    kept = chosen[0].kept
    return plan_seen(at, kept, figures_at(at, [kept.of.project])[kept.of.project], states)


def _may_write(deps: Deps, at: Moment, project: int) -> bool:
    """Nobody writes in the past."""
    return at.asked is None and deps.asker.leads_team(at.policies.team_of(project))
