"""Findings for the API and the pages, latest first."""

from dataclasses import dataclass, replace
from typing import Literal

from phasewise.core.model import Finding, Instant, Rule, Severity
from phasewise.store.boards import Page, find_project
from phasewise.store.finding_pages import FINDING_PLACE, FindingFilter, findings_at
from phasewise.usecases.as_of.findings import finding_rows, place_of
from phasewise.usecases.as_of.seeing import may_see
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import Moment, listing, moment
from phasewise.usecases.paging import Paging, cut
from phasewise.usecases.views import FindingShown, Listing

FINDINGS = "findings"

__all__ = ["FINDINGS", "FINDING_PLACE", "AskedFindings", "show_findings"]


@dataclass(frozen=True, slots=True)
class AskedFindings:
    """Which findings; None: all. `project` is an issue id or a key; those that overlap `[since, until)`."""

    rule: Rule | None = None
    severity: Severity | None = None
    state: Literal["open", "closed", "waived"] | None = None
    person: str | None = None
    project: str | None = None
    since: Instant | None = None
    until: Instant | None = None


def show_findings(
    deps: Deps, as_of: Instant | None, asked: Paging, wanted: AskedFindings
) -> Listing[FindingShown]:
    """One page of the findings known at `as_of` (None: now), latest start first."""
    with moment(deps, as_of) as at:
        found, last = cut(_seen(deps, at, asked, wanted), asked, place_of)
        return listing(at, FINDINGS, finding_rows(at, found), last)


def _seen(deps: Deps, at: Moment, asked: Paging, wanted: AskedFindings) -> list[Finding]:
    """Up to one more finding than was asked for, of those that whoever asks may see. Few are hidden: hints of
    the last days about others."""
    if deps.asker.sees_private:
        return _findings(at, asked, wanted)
    found: list[Finding] = []
    while True:
        some = _findings(at, asked, wanted)
        found += [finding for finding in some if may_see(at, finding)]
        if len(found) > asked.limit or len(some) <= asked.limit:
            return found[: asked.limit + 1]
        asked = replace(asked, after=place_of(some[-1]))


def _findings(at: Moment, asked: Paging, wanted: AskedFindings) -> list[Finding]:
    filtered = FindingFilter(
        rule=wanted.rule,
        severity=wanted.severity,
        is_open=None if wanted.state is None else wanted.state != "closed",
        is_waived=None if wanted.state in (None, "closed") else wanted.state == "waived",
        strengths=at.strengths,
        person=wanted.person,
        project=find_project(at.connection, at.site_id, wanted.project),
        since=wanted.since,
        until=wanted.until,
    )
    return findings_at(at.connection, at.site_id, at.as_of, filtered, Page(asked.limit + 1, asked.after))
