"""The JSON of the API about weekly reports; see `views`. `digest` and `projects` are what `as_json` makes."""

from typing import Any

from pydantic import BaseModel

from phasewise.core.digest import ReportState
from phasewise.usecases.views import Stamp


class MailCounts(BaseModel):
    """How many mails of a report are in which state, as they are now."""

    due: int = 0
    claimed: int = 0
    done: int = 0
    failed: int = 0
    unknown: int = 0


class ReportListed(BaseModel):
    """A report in the archive: of a team, for a week that ended at `instant`. `inputs_hash` is of what its
    frozen numbers were computed from; `late`: it was frozen longer after its time than it takes.
    `mails` is null for stakeholders."""

    team: str
    week: str
    instant: Stamp
    state: ReportState
    late: bool
    frozen_at: Stamp | None
    inputs_hash: str | None
    sent_at: Stamp | None
    skip_reason: str | None
    mails: MailCounts | None


class ReportContent(BaseModel):
    """One report with what it says. `as_of` is the instant that it is of."""

    team: str
    week: str
    as_of: Stamp
    state: ReportState
    late: bool
    frozen_at: Stamp | None
    inputs_hash: str | None
    digest: dict[str, Any]


class ReportDifference(BaseModel):
    """What differs from the report of the week `before` to that of `week`: the `projects` that changed,
    how many did not, and the compliance of both weeks."""

    team: str
    week: str
    before: str
    unchanged: int
    compliance_before: float | None
    compliance: float | None
    projects: list[dict[str, Any]]
