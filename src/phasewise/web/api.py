"""/api/v1: one short function per route; the use case of the same name answers."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response

from phasewise.core.ladder import Grant
from phasewise.core.model import Group, Phase, Rule, Severity
from phasewise.usecases.erase_person import erase_person
from phasewise.usecases.instants import parse_instant
from phasewise.usecases.record_views import ProjectShown
from phasewise.usecases.show_audit_log import AUDIT_LOG, ENTRY_PLACE, show_audit_log
from phasewise.usecases.show_board import BOARD, LANE_PLACE, show_board
from phasewise.usecases.show_compliance import show_compliance
from phasewise.usecases.show_deliveries import DELIVERIES, DELIVERY_PLACE, show_deliveries
from phasewise.usecases.show_effects import EFFECT_PLACE, EFFECTS, EffectState, show_effects
from phasewise.usecases.show_findings import FINDING_PLACE, FINDINGS, AskedFindings, show_findings
from phasewise.usecases.show_ladder import (
    LADDER,
    STEP_PLACE,
    WAIVER_PLACE,
    WAIVERS,
    Shown,
    show_ladder,
    show_waivers,
)
from phasewise.usecases.show_people import PEOPLE, PERSON_PLACE, show_people
from phasewise.usecases.show_projects import PROJECT_PLACE, PROJECTS, show_project, show_projects
from phasewise.usecases.show_sync import show_sync
from phasewise.usecases.show_tasks import TASK_PLACE, TASKS, AskedTasks, show_task, show_tasks
from phasewise.usecases.views import (
    DeliveryShown,
    EffectShown,
    EntryShown,
    Erased,
    FindingShown,
    LadderListed,
    Lane,
    Listing,
    PersonShown,
    ProjectListed,
    Sync,
    TaskListed,
    TaskShown,
    WaiverListed,
    WeekCompliance,
)
from phasewise.web.deps import Asked, AsOf, Given, asked_of
from phasewise.web.kept import Keeping
from phasewise.web.problems import documented
from phasewise.web.visitors import bearer

router = APIRouter(
    prefix="/api/v1", dependencies=[Depends(bearer)], responses=documented(401, 403, 422), tags=["api"]
)
not_found = documented(404)

Key = Annotated[str, Path(description="Key, former key or numeric issue id.")]
Name = Annotated[str | None, Query(max_length=255)]
OVERLAP = "RFC 3339 instant; findings that overlap [from, to)."


def _asked_findings(
    rule: Rule | None = None,
    severity: Severity | None = None,
    state: Literal["open", "closed", "waived"] | None = None,
    person: Name = None,
    project: Annotated[str | None, Query(description="Issue id or key.", max_length=255)] = None,
    since: Annotated[str | None, Query(alias="from", description=OVERLAP, max_length=64)] = None,
    until: Annotated[str | None, Query(alias="to", description=OVERLAP, max_length=64)] = None,
) -> AskedFindings:
    return AskedFindings(
        rule=rule,
        severity=severity,
        state=state,
        person=person,
        project=project,
        since=None if since is None else parse_instant(since, "from"),
        until=None if until is None else parse_instant(until, "to"),
    )


@router.get("/sync", summary="How fresh and complete the data is")
def get_sync(deps: Given, as_of: AsOf) -> Sync:
    return show_sync(deps, as_of)


@router.get("/projects", summary="Every project, by key", response_model=Listing[ProjectListed])
def get_projects(
    deps: Given, keep: Keeping, asked: Annotated[Asked, Depends(asked_of(PROJECTS, PROJECT_PLACE))]
) -> Response:
    return keep.listing(lambda: show_projects(deps, asked.as_of, asked.paging))


@router.get("/projects/{key}", summary="One project with its visits and tasks", responses=not_found)
def get_project(deps: Given, key: Key, as_of: AsOf) -> ProjectShown:
    return show_project(deps, key, as_of)


@router.get("/tasks", summary="Tasks, by key", response_model=Listing[TaskListed])
def get_tasks(
    deps: Given,
    keep: Keeping,
    asked: Annotated[Asked, Depends(asked_of(TASKS, TASK_PLACE))],
    project: Annotated[str | None, Query(description="Issue id or key.", max_length=255)] = None,
    person: Name = None,
    phase: Phase | None = None,
    status_group: Group | None = None,
) -> Response:
    wanted = AskedTasks(project=project, person=person, phase=phase, group=status_group)
    return keep.listing(lambda: show_tasks(deps, asked.as_of, asked.paging, wanted))


@router.get("/tasks/{key}", summary="One task with its intervals", responses=not_found)
def get_task(deps: Given, key: Key, as_of: AsOf) -> TaskShown:
    return show_task(deps, key, as_of)


@router.get("/people", summary="Who has what in hand, by name", response_model=Listing[PersonShown])
def get_people(
    deps: Given, keep: Keeping, asked: Annotated[Asked, Depends(asked_of(PEOPLE, PERSON_PLACE))]
) -> Response:
    return keep.listing(lambda: show_people(deps, asked.as_of, asked.paging))


@router.get("/findings", summary="Findings, latest first", response_model=Listing[FindingShown])
def get_findings(
    deps: Given,
    keep: Keeping,
    asked: Annotated[Asked, Depends(asked_of(FINDINGS, FINDING_PLACE))],
    filtered: Annotated[AskedFindings, Depends(_asked_findings)],
) -> Response:
    return keep.listing(lambda: show_findings(deps, asked.as_of, asked.paging, filtered))


@router.get("/compliance", summary="How far the team kept to one active ticket per person, week by week")
def get_compliance(
    deps: Given,
    as_of: AsOf,
    weeks: Annotated[int, Query(ge=1, le=104, description="How many report weeks.")] = 12,
    team: Annotated[str | None, Query(max_length=100, description="Of one team's people only.")] = None,
) -> Listing[WeekCompliance]:
    return show_compliance(deps, as_of, weeks, team)


@router.get(
    "/board", summary="The board: a lane per person, then the unassigned one", response_model=Listing[Lane]
)
def get_board(
    deps: Given, keep: Keeping, asked: Annotated[Asked, Depends(asked_of(BOARD, LANE_PLACE))]
) -> Response:
    return keep.listing(lambda: show_board(deps, asked.as_of, asked.paging))


@router.get("/deliveries", summary="What Jira told by webhooks, latest first")
def get_deliveries(
    deps: Given,
    asked: Annotated[Asked, Depends(asked_of(DELIVERIES, DELIVERY_PLACE))],
    state: Literal["pending", "applied", "ignored", "failed"] | None = None,
) -> Listing[DeliveryShown]:
    return show_deliveries(deps, asked.as_of, asked.paging, state)


@router.get("/effects", summary="Writes to Jira and mails, latest first")
def get_effects(
    deps: Given,
    asked: Annotated[Asked, Depends(asked_of(EFFECTS, EFFECT_PLACE))],
    state: EffectState | None = None,
) -> Listing[EffectShown]:
    return show_effects(deps, asked.as_of, asked.paging, state)


@router.get("/ladder", summary="What was done about findings, latest first")
def get_ladder(
    deps: Given, asked: Annotated[Asked, Depends(asked_of(LADDER, STEP_PLACE))], show: Shown = Shown.ALL
) -> Listing[LadderListed]:
    return show_ladder(deps, asked.as_of, asked.paging, show)


@router.get("/waivers", summary="Waivers, latest first")
def get_waivers(
    deps: Given,
    asked: Annotated[Asked, Depends(asked_of(WAIVERS, WAIVER_PLACE))],
    state: Grant | None = None,
) -> Listing[WaiverListed]:
    return show_waivers(deps, asked.as_of, asked.paging, state)


@router.post("/people/{id:path}/erase", summary="Another name for a person, for ever", responses=not_found)
def post_erase(deps: Given, person: Annotated[str, Path(alias="id", max_length=255)]) -> Erased:
    return Erased(pseudonym=erase_person(deps, person))


@router.get("/audit-log", summary="Who decided what, latest first: for admins")
def get_audit_log(
    deps: Given, asked: Annotated[Asked, Depends(asked_of(AUDIT_LOG, ENTRY_PLACE))]
) -> Listing[EntryShown]:
    return show_audit_log(deps, asked.as_of, asked.paging)
