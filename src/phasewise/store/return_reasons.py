"""The reasons of returns, by project and visit. Called by choose_reason, and by the project's page."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from phasewise.core.model import Instant, Phase
from phasewise.core.returns import ReturnReason
from phasewise.store.upsert import upsert
from phasewise.store.work_tables import return_reasons

VisitId = tuple[Phase, Instant]
"""What a visit of a project is known by: its phase and its start."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The reason of a return, and who chose it when."""

    reason: ReturnReason
    by: str
    at: Instant


def save_reason(connection: Connection, site_id: int, project: int, visit: VisitId, chosen: Chosen) -> None:
    """Keep it in the place of the one before."""
    row = {
        "site_id": site_id,
        "project_id": project,
        "phase": visit[0].value,
        "start": visit[1],
        "reason": chosen.reason.value,
        "chosen_by": chosen.by[:255],
        "chosen_at": chosen.at,
    }
    upsert(connection, return_reasons, [row])


def drop_reason(connection: Connection, site_id: int, project: int, visit: VisitId) -> None:
    """There is none any more."""
    c = return_reasons.c
    which = (c.site_id == site_id, c.project_id == project, c.phase == visit[0].value, c.start == visit[1])
    connection.execute(delete(return_reasons).where(*which))


def reasons_of(
    connection: Connection, site_id: int, project: int, before: Instant | None
) -> dict[VisitId, Chosen]:
    """The reasons by visit; those that were chosen `before` an instant, or all."""
    c = return_reasons.c
    which = [c.site_id == site_id, c.project_id == project]
    if before is not None:
        which.append(c.chosen_at < before)
    statement = select(c.phase, c.start, c.reason, c.chosen_by, c.chosen_at).where(*which)
    return {
        (Phase(phase), start): Chosen(ReturnReason(reason), by, at)
        for phase, start, reason, by, at in connection.execute(statement)
    }
