"""The plan of a project: weeks planned and spent as bars, its versions, and the forms that change it.

Called by record_pages, and by project_page for the bars alone.
"""

from collections.abc import Iterable, Iterator

from phasewise.core.model import Phase
from phasewise.core.plan import PhaseAgainstPlan, PlanState
from phasewise.i18n.speaking import _
from phasewise.i18n.writing import decimal
from phasewise.usecases.as_of.plans import PlanAt
from phasewise.usecases.record_facts import PlanVersion, RecordFacts
from phasewise.web import record_forms as forms
from phasewise.web.dates import Dates
from phasewise.web.here import Here, path_of
from phasewise.web.plan_tables import is_ahead, plan
from phasewise.web.record_forms import Filled
from phasewise.web.record_values import Fact, Form, PlanBar, PlanTable, Section
from phasewise.web.record_words import day_text, mark
from phasewise.web.tables import AskedOne, Framed
from phasewise.web.wording import phase_tag, tenth

GROWN = 50.0
"""Percent by which a scope may grow since its plan before it is marked."""
ROOM = 1.05
"""The longest bar leaves a little room at its end."""
NONE = "–"


def plan_table(facts: RecordFacts, asked: AskedOne, here: Here) -> PlanTable | None:
    """Plan against actual of the version that is shown."""
    frame = asked.frame(plan(facts.shown), here)
    return None if facts.shown is None else table_of(facts.shown, frame)


def table_of(one: PlanAt, frame: Framed[PhaseAgainstPlan]) -> PlanTable:
    against, growth = one.against, one.growth
    longest = max((max(row.plan.high, row.spent) for row in against.phases), default=0.0)
    scale = 100 / (longest * ROOM) if longest else 0.0
    percent = None if growth is None else growth.percent
    grown = ""
    if growth is not None and growth.now != growth.planned:
        grown = _(
            "%(now)s tasks now, %(planned)s when it was planned", now=growth.now, planned=growth.planned
        )
        grown += "" if percent is None else f" ({percent:+.0f} %)"
    research, none = (tenth(against.apart[phase]) for phase in (Phase.RESEARCH, Phase.NONE))
    return PlanTable(
        frame=frame,
        bars=tuple(_bar(row, scale) for row in frame.rows),
        total=(
            tenth(against.planned),
            tenth(against.spent),
            signed(against.variance),
            tenth(against.remaining),
        ),
        apart=_(
            "Apart from it: %(research)s wk in Research, %(none)s wk without a phase",
            research=research,
            none=none,
        ),
        growth=grown,
        growth_tone="warn" if percent is not None and percent >= GROWN else "",
    )


def signed(weeks: float) -> str:
    """`+1.2`, `−0.3`, `0`."""
    text = tenth(abs(weeks))
    if text == tenth(0.0):
        return text
    return f"+{text}" if weeks > 0 else f"−{text}"


def _bar(row: PhaseAgainstPlan, scale: float) -> PlanBar:
    plan, variance = row.plan, row.variance
    range_text = (
        tenth(plan.likely)
        if plan.low == plan.high
        else f"{tenth(plan.likely)} ({tenth(plan.low)}–{tenth(plan.high)})"
    )
    texts = (
        range_text if plan.is_needed else NONE,
        tenth(row.spent),
        NONE if variance is None or is_ahead(row) else signed(variance) + _share(variance, plan.likely),
        NONE if not plan.is_needed else tenth(row.remaining),
    )
    note = _("Not needed: %(reason)s", reason=plan.not_needed) if not plan.is_needed else ""
    is_over, is_far = row.spent > plan.likely, row.spent > plan.high
    tone = "" if not plan.is_needed else "bad" if is_far else "warn" if is_over else ""
    return PlanBar(
        phase=phase_tag(plan.phase),
        low=round(plan.low * scale, 2),
        likely=round(plan.likely * scale, 2),
        high=round(plan.high * scale, 2),
        spent=round(row.spent * scale, 2),
        texts=texts,
        note=note or (_("closed") if row.is_closed else ""),
        tone=tone,
    )


def _share(variance: float, likely: float) -> str:
    return f" ({100 * variance / likely:+.0f} %)".replace("-", "−")


# ------------------------------------------------------------------ the page


def plan_sections(facts: RecordFacts, filled: Filled, dates: Dates) -> Iterable[Section]:
    """What the plan says, the forms that change it, and its versions."""
    if facts.shown is not None:
        yield _said(facts, facts.shown, dates)
    if facts.may_write:
        yield _writing(facts, filled)
    elif facts.shown is None:
        yield Section(
            "plan", _("No plan yet"), empty=_("A lead types it: weeks for each phase after Research.")
        )
    if len(facts.versions) > 1:
        yield Section(
            "versions", _("Versions"), lines=tuple(_versions(facts.versions, dates)), facts=_ways(facts)
        )


def _said(facts: RecordFacts, one: PlanAt, dates: Dates) -> Section:
    plan = one.plan
    told = (
        (_("Success metric"), plan.success_metric),
        (_("Method"), plan.method),
        (_("Data"), plan.data),
        (_("Why it changed"), plan.reason),
        (_("Presented on"), day_text(plan.presented_on)),
        (_("To whom"), plan.audience),
        (_("What they said"), plan.feedback),
    )
    counts = plan.state is PlanState.ACCEPTED
    since = (
        _("Counts since %(day)s", day=dates.day(one.kept.at)) if counts else _("Counts once it is accepted")
    )
    return Section(
        "plan",
        _("Version %(version)s", version=plan.version),
        since,
        mark(plan.state),
        facts=tuple(Fact(label, text) for label, text in told if text),
    )


def _writing(facts: RecordFacts, filled: Filled) -> Section:
    last = facts.last
    is_accepted = last is not None and last.value.state is PlanState.ACCEPTED
    after = last.edit if last else 0
    kept = forms.kept_plan(last.value if last else None)
    boxes = filled.of("form-plan", kept | {"reason": ""} if is_accepted else kept)
    is_change = is_accepted or (last is not None and last.value.version > 1)
    own = Form(
        "form-plan",
        path_of("projects", facts.epic.key, "plan"),
        _("Save as a draft"),
        after,
        forms.plan_fields(boxes, is_change),
        forms.plan_rows(boxes),
        summary="" if last is None else _("Change the plan"),
        is_open=filled.is_in("form-plan"),
        problem=boxes.problem("total"),
    )
    title = _("The plan") if last is None else _("A draft of version %(version)s", version=last.value.version)
    title = _("Change it") if is_accepted else title
    note = _("Weeks as numbers like 2 or 2.5; where low or high is empty it is likely.")
    drafts = () if last is None or is_accepted else tuple(_draft_forms(facts, after, filled))
    return Section("write", title, note, forms=(*drafts, own))


def _draft_forms(facts: RecordFacts, after: int, filled: Filled) -> Iterator[Form]:
    """Two ways on from a draft: it was presented, it is accepted."""
    plan = facts.last.value if facts.last else None
    boxes = filled.of("form-present", forms.kept_plan(plan))
    yield Form(
        "form-present",
        path_of("projects", facts.epic.key, "plan", "present"),
        _("It was presented"),
        after,
        forms.presentation_fields(boxes),
        summary=_("It was presented"),
        is_open=filled.is_in("form-present"),
    )
    yield Form(
        "form-accept", path_of("projects", facts.epic.key, "plan", "accept"), _("Accept the plan"), after, ()
    )


def _versions(versions: Iterable[PlanVersion], dates: Dates) -> Iterator[str]:
    for one in reversed(tuple(versions)):
        plan = one.kept.value
        weeks = decimal(plan.likely_weeks, dates.language)
        since = dates.day(one.kept.at)
        shown = _(
            "Version %(version)s: %(weeks)s wk, %(state)s %(day)s",
            version=plan.version,
            weeks=weeks,
            state=mark(plan.state).word.lower(),
            day=since,
        )
        yield f"{shown} · {plan.reason}" if plan.reason else shown


def _ways(facts: RecordFacts) -> tuple[Fact, ...]:
    """To the comparison with each version."""
    base = path_of("projects", facts.epic.key, "plan")
    return tuple(
        Fact(_("Compare with"), _("Version %(version)s", version=n), f"{base}?version={n}")
        for n in (one.kept.value.version for one in facts.versions)
    )
