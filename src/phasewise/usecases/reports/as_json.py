"""Weekly reports as the API tells them: instants as RFC 3339, issue ids as strings. Called by web and
commands.
"""

from typing import Any

from phasewise.core.digest import Digest, to_json
from phasewise.core.digest_difference import Difference
from phasewise.core.plain import to_plain
from phasewise.usecases.instants import rfc3339
from phasewise.usecases.report_views import ReportContent
from phasewise.usecases.reports.show_report import ReportShown

INSTANTS = frozenset(
    {"at", "start", "end", "instant", "since", "until", "ribbon_start", "read_up_to", "synced_at"}
    | {"idle_since", "breach_at"}
)
"""Fields that hold milliseconds since the epoch."""


def digest_json(digest: Digest) -> dict[str, Any]:
    """Everything that the report says; durations are working days or weeks, as their names say."""
    told: dict[str, Any] = _told(to_json(digest))
    for project, said in zip(told["projects"], digest.projects, strict=True):
        project["colour"] = said.colour.value
    return {**told, "is_running": digest.is_running}


def difference_json(found: Difference) -> list[dict[str, Any]]:
    """The projects that differ; `before` or `after` is null where the project is not in that report."""
    told: list[dict[str, Any]] = _told(to_plain(found.projects))
    for row in told:
        # What only a page says besides.
        del row["turned"]
        for side in filter(None, (row["before"], row["after"])):
            del side["last_phase"]
    return told


def report_json(shown: ReportShown) -> ReportContent:
    """A report with what is kept of it."""
    report = shown.report
    return ReportContent(
        team=report.team,
        week=report.week,
        as_of=shown.digest.instant,
        state=report.state,
        late=report.late,
        frozen_at=report.frozen_at,
        inputs_hash=report.inputs_hash,
        digest=digest_json(shown.digest),
    )


def _told(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        # What a rule noted down, and what was decided, stays as it was noted.
        return {key: one if key == "detail" else _told(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [_told(one, name) for one in value]
    if name in INSTANTS and isinstance(value, int):
        return rfc3339(value)
    return str(value) if name == "id" and isinstance(value, int) else value
