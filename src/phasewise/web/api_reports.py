"""/api/v1/reports: the archive, one weekly report as JSON or as it is read, and what differs between two."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query
from fastapi.responses import Response

from phasewise.i18n.languages import chosen
from phasewise.usecases.report_views import ReportContent, ReportDifference, ReportListed
from phasewise.usecases.reports.as_json import difference_json, report_json
from phasewise.usecases.reports.list_reports import REPORT_PLACE, REPORTS, list_reports, show_difference
from phasewise.usecases.reports.show_report import show_report
from phasewise.usecases.reports.writing import Written, write_report
from phasewise.usecases.views import Listing
from phasewise.web.deps import Asked, AsOf, Given, asked_of
from phasewise.web.problems import documented
from phasewise.web.visitors import bearer

router = APIRouter(
    prefix="/api/v1/reports",
    dependencies=[Depends(bearer)],
    responses=documented(401, 403, 404, 422),
    tags=["api"],
)

FORMS = {"text/html": Written.HTML, "text/plain": Written.TEXT, "text/markdown": Written.MARKDOWN}
ALONE = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "vary": "Accept, Accept-Language",
}
"""For a mail that a browser shows: its own styles and pictures, and nothing fetched."""

Week = Annotated[str, Path(description="A report week, like 2026-W47.", max_length=16)]
Team = Annotated[str | None, Query(description="A team; default the default team.", max_length=64)]
Accepted = Annotated[str | None, Header(alias="accept", include_in_schema=False)]
Spoken = Annotated[str | None, Header(alias="accept-language", include_in_schema=False)]


@router.get("", summary="The archive of weekly reports, latest first")
def get_reports(
    deps: Given, asked: Annotated[Asked, Depends(asked_of(REPORTS, REPORT_PLACE))], team: Team = None
) -> Listing[ReportListed]:
    return list_reports(deps, asked.as_of, asked.paging, team)


@router.get(
    "/{week}",
    summary="One weekly report: JSON, or by Accept HTML, text or Markdown",
    response_model=ReportContent,
    responses={200: {"content": {form: {} for form in FORMS}}},
)
def get_report(
    deps: Given, week: Week, as_of: AsOf, team: Team = None, accept: Accepted = None, spoken: Spoken = None
) -> ReportContent | Response:
    shown = show_report(deps, week, team, as_of)
    wanted = _form_of(accept)
    if wanted is None:
        return report_json(shown)
    text = write_report(deps, shown, FORMS[wanted], chosen(spoken))
    return Response(text, media_type=wanted, headers=ALONE)


@router.get("/{week}/difference", summary="What differs from the report of an earlier week")
def get_difference(
    deps: Given,
    week: Week,
    before: Annotated[str, Query(alias="from", description="The earlier week.", max_length=16)],
    team: Team = None,
) -> ReportDifference:
    found = show_difference(deps, week, before, team)
    return ReportDifference(
        team=found.team,
        week=found.after,
        before=found.before,
        unchanged=found.unchanged,
        compliance_before=found.kept_before,
        compliance=found.kept_after,
        projects=difference_json(found),
    )


def _form_of(accept: str | None) -> str | None:
    """The first form that is asked for; None: JSON, as for whoever takes anything."""
    for part in (accept or "")[:1000].lower().split(","):
        kind = part.partition(";")[0].strip()
        if kind in FORMS:
            return kind
        if kind in ("application/json", "*/*"):
            return None
    return None
