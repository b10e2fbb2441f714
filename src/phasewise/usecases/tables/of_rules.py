"""Findings as tables, and what follows from them: untidy tickets, how far rules were kept, waivers, steps."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from phasewise.core.model import Rule
from phasewise.core.weeks import weeks_up_to
from phasewise.store.boards import Page
from phasewise.store.finding_pages import FindingFilter, findings_at
from phasewise.store.ladder import Step
from phasewise.store.ladder_pages import Shown, steps_page
from phasewise.store.waivers import Waiver, waivers_page
from phasewise.usecases.as_of.findings import finding_rows, place_of
from phasewise.usecases.as_of.ladder_rows import ladder_row, step_place, waiver_place, waiver_row
from phasewise.usecases.as_of.shares import shares_at, week_rows
from phasewise.usecases.as_of.untidy_rows import untidy_at
from phasewise.usecases.moment import Moment
from phasewise.usecases.tables.pages import in_pages
from phasewise.usecases.views import FindingShown, LadderListed, Stamp, WaiverListed, WeekCompliance

WEEKS = 12
"""Of compliance, as in the API."""


class UntidyExported(BaseModel):
    """What is wrong with a ticket, since when. `project` is the epic's issue id, `assignee` a person id."""

    id: str
    key: str
    summary: str
    url: str | None
    project: str | None
    assignee: str | None
    team: str
    rule: Rule
    since: Stamp


def findings(at: Moment) -> Iterator[FindingShown]:
    def page(after: Page) -> list[Any]:
        return findings_at(at.connection, at.site_id, at.as_of, FindingFilter(strengths=at.strengths), after)

    for found in in_pages(page, place_of):
        yield from finding_rows(at, found)


def untidy(at: Moment) -> Iterator[UntidyExported]:
    """A row for each thing that is wrong; the tickets first that have been untidy for longest."""
    for one in untidy_at(at):
        for gap in one.gaps:
            yield UntidyExported(
                id=str(one.ticket.id),
                key=one.ticket.key,
                summary=one.ticket.summary,
                url=one.ticket.url,
                project=None if one.project is None else str(one.project.id),
                assignee=None if one.person is None else one.person.id,
                team=one.team,
                rule=gap.rule,
                since=gap.since,
            )


def compliance(at: Moment) -> Iterator[WeekCompliance]:
    """Of everybody together, oldest first."""
    weeks = weeks_up_to(at.as_of, WEEKS, at.calendar)
    yield from week_rows(weeks, shares_at(at, weeks))


def waivers(at: Moment) -> Iterator[WaiverListed]:
    """Those asked for before the instant, latest first."""

    def page(after: Page) -> list[Waiver]:
        return waivers_page(at.connection, at.site_id, at.as_of + 1, None, after)

    for found in in_pages(page, waiver_place):
        yield from (waiver_row(one, at.as_of) for one in found)


def ladder(at: Moment) -> Iterator[LadderListed]:
    """What was begun before the instant, latest first, as it is now."""

    def page(after: Page) -> list[Step]:
        return steps_page(at.connection, at.site_id, at.as_of + 1, Shown.ALL, after)

    for found in in_pages(page, step_place):
        yield from map(ladder_row, found)
