"""What a task has that its sibling is to have too. Called by split_task."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from phasewise.core.model import Finding, Kind, Rule
from phasewise.store.finding_pages import finding_of
from phasewise.store.tables import findings, issues, sites


@dataclass(frozen=True, slots=True)
class Original:
    """A task as Jira last showed it; `epic_key` is the key of its epic, where one is known."""

    id: int
    summary: str
    space_id: str
    type_id: str
    phase_option: str | None
    parent_id: int | None
    epic_key: str | None


def original_of(connection: Connection, site_id: int, issue_id: int) -> Original | None:
    """The task with this id; None where it is none, or gone."""
    epic = issues.alias()
    statement = (
        select(issues, epic.c.key.label("epic_key"))
        .outerjoin(epic, (epic.c.site_id == issues.c.site_id) & (epic.c.issue_id == issues.c.parent_id))
        .where(issues.c.site_id == site_id, issues.c.issue_id == issue_id)
        .where(issues.c.kind == Kind.TASK, issues.c.removed_at.is_(None))
    )
    row = connection.execute(statement).one_or_none()
    if row is None:
        return None
    return Original(
        id=row.issue_id,
        summary=row.summary,
        space_id=row.space_id,
        type_id=row.type_id,
        phase_option=row.phase_option,
        parent_id=row.parent_id,
        epic_key=row.epic_key or row.parent_key,
    )


def open_findings(connection: Connection, site_id: int, rule: Rule, subject: str) -> list[Finding]:
    """The findings of a rule about a subject that have no end, as over all known history."""
    statement = select(findings).where(
        findings.c.site_id == site_id,
        findings.c.rule == rule,
        findings.c.subject == subject,
        findings.c.end.is_(None),
    )
    return [finding_of(row) for row in connection.execute(statement)]


def is_cloud(connection: Connection, site_id: int) -> bool:
    """Whether the site is Jira Cloud, where a parent is a field of its own."""
    return connection.scalar(select(sites.c.deployment).where(sites.c.site_id == site_id)) == "cloud"
