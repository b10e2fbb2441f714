"""The form at /waivers/new: a lead lets somebody go on with what a finding is about."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from phasewise.core.model import Rule
from phasewise.i18n.speaking import _
from phasewise.terms import rule_name
from phasewise.usecases.show_work import show_work
from phasewise.usecases.waive_finding import FieldError, ToWaive, finding_to_waive, waive_finding
from phasewise.web.dates import Dates
from phasewise.web.deps import Given
from phasewise.web.forms import Form
from phasewise.web.freshness import chrome_of
from phasewise.web.ladder_values import Field, WaivePage
from phasewise.web.templates import render
from phasewise.web.work import issue_ids, links_of

router = APIRouter(include_in_schema=False)


def waive_href(finding: str) -> str:
    """Where the finding with this id is waived."""
    return "/waivers/new?" + urlencode({"finding": finding})


@router.get("/waivers/new", response_class=HTMLResponse)
def get_waive(deps: Given, finding: Annotated[str, Query(max_length=400)]) -> HTMLResponse:
    """The empty form."""
    return _shown(deps, finding_to_waive(deps, finding), Field("", ""), Field("", ""))


@router.post("/waivers/new")
def post_waive(deps: Given, form: Form) -> Response:
    """Grant it; what was typed stays where a field was filled in wrongly."""
    finding, until, reason = (form.get(name, "") for name in ("finding", "until", "reason"))
    try:
        waive_finding(deps, finding, until, reason, deps.asker.name)
    except FieldError as error:
        fields = {"until": Field(until, ""), "reason": Field(reason, "")}
        fields[error.field] = Field(fields[error.field].value, str(error))
        return _shown(deps, finding_to_waive(deps, finding), **fields, status=422)
    return RedirectResponse("/waivers", 303)


def _shown(deps: Given, to_waive: ToWaive, until: Field, reason: Field, status: int = 200) -> HTMLResponse:
    found = to_waive.finding
    work = show_work(deps, issue_ids(found.issues))
    dates = Dates(work.zone, work.as_of)
    tickets, more = links_of(found.issues, work.tickets)
    facts = [
        (_("Rule"), rule_name(Rule(found.rule))),
        (_("Person"), to_waive.person or _("nobody")),
        (_("Since"), f"{dates.long_day(found.start)}, {dates.time(found.start)}"),
        (_("More tickets"), more),
    ]
    page = WaivePage(
        # It is left alone while it is filled in: a page that is live is put up to date under one's hands.
        chrome=chrome_of(work.sync, work.now, dates, is_live=False),
        title=_("Waive a finding"),
        finding=found.id,
        facts=tuple((label, text) for label, text in facts if text),
        tickets=tickets,
        first_day=to_waive.today.isoformat(),
        until=until,
        reason=reason,
    )
    return HTMLResponse(render("pages/waive.html", page), status)
