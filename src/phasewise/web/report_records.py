"""What a weekly report says of the records: due, plans, A/B tests, deliverables. Called by report_body."""

from collections.abc import Iterator

from phasewise.core.ab_tests import AbState
from phasewise.core.digest import AbTestTold, Asked, Delivered, Digest, PlanSpent, ProjectDigest
from phasewise.core.due import WHERE
from phasewise.i18n.speaking import _, ngettext
from phasewise.terms import phase_name
from phasewise.web.dates import Dates
from phasewise.web.here import path_of
from phasewise.web.record_words import day_text, mark, word
from phasewise.web.report_rows import Ways
from phasewise.web.report_values import Fact, Facts
from phasewise.web.wording import number


def records_of(digest: Digest, ways: Ways, dates: Dates) -> tuple[Facts, ...]:
    """The lists that have something, what is due first."""
    planned = [(one, one.plan) for one in digest.projects if one.plan is not None]
    planned.sort(key=lambda one: -one[1].variance_weeks)
    lists = (
        Facts("due", _("Due"), tuple(_due(one, ways) for one in digest.due)),
        Facts("plans", _("Plan against actual"), tuple(_plan(*one, ways) for one in planned)),
        Facts("tests", _("A/B tests"), tuple(_test(one, ways) for one in digest.tests)),
        Facts(
            "delivered", _("Deliverables"), tuple(_delivered(one, ways, dates) for one in digest.delivered)
        ),
    )
    return tuple(one for one in lists if one.rows)


def _due(one: Asked, ways: Ways) -> Fact:
    late = ngettext("%(num)s day late", "%(num)s days late", one.late_days) if one.late_days else ""
    what = word(one.slot) if one.slot else one.what
    return Fact(
        f"{one.project.summary}: {word(one.kind)} · {what}",
        _noted(day_text(one.on), late),
        _page(one.project.key, WHERE[one.kind], ways),
        "warn" if late else "",
    )


def _plan(project: ProjectDigest, plan: PlanSpent, ways: Ways) -> Fact:
    """Weeks of the phases that were worked in, and by how much the whole of them is beyond the plan."""
    variance = plan.variance_weeks
    sign = "+" if variance > 0 else "−" if variance < 0 else "±"
    beyond = _("%(weeks)s weeks against plan", weeks=f"{sign}{number(abs(variance))}")
    left = _("%(weeks)s weeks to go", weeks=number(plan.remaining_weeks))
    return Fact(
        " · ".join((f"{project.summary}: {beyond}", *_phases(plan))),
        left,
        ways.to(path_of("projects", project.key, "plan")),
        "warn" if variance > 0 else "",
    )


def _phases(plan: PlanSpent) -> Iterator[str]:
    for one in plan.phases:
        if one.likely_weeks is not None and one.spent_weeks:
            of = _("of %(weeks)s", weeks=number(one.likely_weeks))
            yield f"{phase_name(one.phase)} {number(one.spent_weeks)} {of}"


def _test(one: AbTestTold, ways: Ways) -> Fact:
    period = " – ".join(filter(None, (day_text(one.starts_on), day_text(one.ends_on))))
    share = "" if one.traffic is None else f"{number(one.traffic)} %"
    return Fact(
        f"{one.project.summary}: {one.title} · {mark(one.state).word}",
        _noted(period, one.surface, share),
        _page(one.project.key, "tests", ways),
        "done" if one.state is AbState.ENDED else "",
    )


def _delivered(one: Delivered, ways: Ways, dates: Dates) -> Fact:
    said = mark(one.state)
    return Fact(
        f"{one.project.summary}: {word(one.slot)} · {said.word}",
        dates.day(one.at),
        _page(one.project.key, "deliverables", ways),
        said.icon,
    )


def _page(key: str, which: str, ways: Ways) -> str | None:
    """Where it is recorded; for stakeholders the project."""
    return ways.to(path_of("projects", key, which) if ways.sees_people else path_of("projects", key))


def _noted(*parts: str) -> str:
    return " · ".join(filter(None, parts))
