"""What Jira cannot hold: what is due, plans against what was spent, A/B tests, deliverables. By letter."""

from collections.abc import Iterator, Mapping

from phasewise.core.ab_tests import AbState
from phasewise.core.deliverables import DeliverableState, Slot
from phasewise.core.digest import AbTestTold, Asked, Delivered, PhaseSpent, PlanSpent, ProjectDigest
from phasewise.core.due import WHERE, DueKind
from phasewise.i18n.speaking import marked
from phasewise.mail.report.findings import short
from phasewise.mail.report.names import phase_name
from phasewise.mail.report.reader import Reader
from phasewise.mail.report.speech import _, and_more, ngettext, number, percent, weeks
from phasewise.mail.report.values import Linked, Point, Section

SLOTS: Mapping[Slot, str] = {
    Slot.PLAN: marked("Research plan"),
    Slot.EDA_NOTEBOOK: marked("Commented notebook"),
    Slot.CORE_QUERIES: marked("Core queries"),
    Slot.PROTOTYPE: marked("Prototype"),
    Slot.EVALUATION_REPORT: marked("Evaluation report"),
    Slot.CHECKLIST: marked("Checklist"),
    Slot.MERGE: marked("Merge"),
    Slot.CODE_REVIEW: marked("Review by two"),
    Slot.AB_TEST: marked("A/B test"),
    Slot.REPORT: marked("Report"),
    Slot.RESULT: marked("Result"),
}
DUE: Mapping[DueKind, str] = {
    DueKind.REVIEW: marked("Review: %(what)s"),
    DueKind.CHECK_IN: marked("Check-in: %(what)s"),
    DueKind.KILL_CRITERION: marked("Kill criterion: %(what)s"),
    DueKind.VERDICT: marked("Verdict: %(what)s"),
}
DELIVERED: Mapping[DeliverableState, tuple[str, str, str]] = {
    DeliverableState.PRESENTED: ("·", "", marked("%(what)s: presented")),
    DeliverableState.ACCEPTED: ("✓", "ok", marked("%(what)s: accepted")),
    DeliverableState.REWORK: ("↓", "warn", marked("%(what)s: to be reworked")),
}
"""The mark, its tone, and what is said."""


def records(reader: Reader) -> tuple[Section, ...]:
    """Those of the four that have something, what is due first."""
    digest = reader.digest
    planned = [(one, one.plan) for one in digest.projects if one.plan is not None]
    planned.sort(key=lambda one: -one[1].variance_weeks)
    sections = (
        _section(_("Due"), [_due(one, reader) for one in digest.due], reader, "due"),
        _section(_("Plan against actual"), [_spent(*one, reader) for one in planned], reader, ""),
        _section(_("A/B tests"), [_test(one, reader) for one in digest.tests], reader, "tests"),
        _section(_("Deliverables"), _delivered(reader), reader, "changes"),
    )
    return tuple(section for section in sections if section.points)


def counted(reader: Reader) -> Iterator[Linked]:
    """How many there are of each, where there are any."""
    digest = reader.digest
    running = sum(one.state is AbState.RUNNING for one in digest.tests)
    accepted = sum(one.state is DeliverableState.ACCEPTED for one in digest.delivered)
    if accepted:
        yield Linked(ngettext("%(num)s deliverable accepted", "%(num)s deliverables accepted", accepted))
    if running:
        said = ngettext("%(num)s A/B test running", "%(num)s A/B tests running", running)
        yield Linked(said, reader.to("tests"))
    if digest.due:
        said = ngettext("%(num)s due within a week", "%(num)s due within a week", len(digest.due))
        yield Linked(said, reader.to("due"))


def _section(title: str, points: list[Point], reader: Reader, path: str) -> Section:
    """`path` has all of them, as of the report's instant."""
    room = reader.room.changes
    rest = len(points) - room
    if rest <= 0:
        return Section(title, tuple(points))
    said = ngettext("%(num)s more entry", "%(num)s more entries", rest)
    return Section(title, tuple(points[:room]), Linked(said, reader.to(path) or reader.links.report))


def _page(key: str, which: str, reader: Reader) -> str | None:
    """Where it is recorded, or the project for who may not open that."""
    return reader.to(f"projects/{key}/{which}") or reader.to(f"projects/{key}")


def _due(one: Asked, reader: Reader) -> Point:
    late = ""
    if one.late_days:
        late = ngettext("%(num)s day late", "%(num)s days late", one.late_days)
    what = _(SLOTS[one.slot]) if one.slot else short(one.what)
    return Point(
        text=_(DUE[one.kind], what=what),
        mark="!" if late else "·",
        tone="warn" if late else "",
        lead=short(one.project.summary, 80),
        href=_page(one.project.key, WHERE[one.kind], reader),
        note=" · ".join(part for part in (reader.dates.date(one.on), late) if part),
    )


# ------------------------------------------------------------------ plans


def _spent(project: ProjectDigest, plan: PlanSpent, reader: Reader) -> Point:
    """The phases that were worked in, and by how much the whole of them is beyond the plan."""
    begun = [_phase(one) for one in plan.phases if one.likely_weeks is not None and one.spent_weeks]
    left = _("%(weeks)s to go", weeks=weeks(plan.remaining_weeks))
    is_over = plan.variance_weeks > 0
    return Point(
        text=" · ".join([*begun, left]),
        mark="!" if is_over else "·",
        tone="warn" if is_over else "",
        lead=short(project.summary, 80),
        href=reader.to(f"projects/{project.key}/plan"),
        note=_signed(plan.variance_weeks),
    )


def _phase(one: PhaseSpent) -> str:
    planned = number(one.likely_weeks or 0.0)
    said = _("%(spent)s of %(planned)s", spent=number(one.spent_weeks), planned=planned)
    return f"{phase_name(one.phase)} {said}"


def _signed(value: float) -> str:
    """`+2.2 wk`: weeks beyond the plan."""
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    return f"{sign}{weeks(abs(value))}"


# ------------------------------------------------------------------ tests and deliverables


def _test(one: AbTestTold, reader: Reader) -> Point:
    share = "" if one.traffic is None else percent(one.traffic / 100)
    return Point(
        text=_test_text(one, reader),
        mark="✓" if one.state is AbState.ENDED else "·",
        tone="ok" if one.state is AbState.ENDED else "",
        lead=short(one.project.summary, 80),
        href=_page(one.project.key, "tests", reader),
        note=" · ".join(part for part in (short(one.surface, 32), share) if part),
    )


def _test_text(one: AbTestTold, reader: Reader) -> str:
    title = short(one.title)
    if one.state is AbState.CANCELLED:
        return _("%(title)s was called off", title=title)
    if one.ends_on is None:
        return _("%(title)s runs", title=title)
    day = reader.dates.date(one.ends_on)
    if one.state is AbState.ENDED:
        return _("%(title)s ended: %(day)s", title=title, day=day)
    if one.ends_on < reader.dates.local(reader.digest.instant).date():
        return _("%(title)s still runs, its end was planned: %(day)s", title=title, day=day)
    return _("%(title)s runs, its end: %(day)s", title=title, day=day)


def _delivered(reader: Reader) -> list[Point]:
    """A line for each project and state, in the order of time."""
    alike: dict[tuple[int, DeliverableState], list[Delivered]] = {}
    for one in reader.digest.delivered:
        alike.setdefault((one.project.id, one.state), []).append(one)
    return [_several(several, reader) for several in alike.values()]


def _several(several: list[Delivered], reader: Reader) -> Point:
    last = several[-1]
    mark, tone, said = DELIVERED[last.state]
    return Point(
        text=_(said, what=and_more([_(SLOTS[one.slot]) for one in several], most=len(Slot))),
        mark=mark,
        tone=tone,
        lead=short(last.project.summary, 80),
        href=_page(last.project.key, "deliverables", reader),
        note=reader.dates.day(last.at),
    )
