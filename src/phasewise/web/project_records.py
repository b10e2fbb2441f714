"""What leads recorded of a project, on its page and on its timeline. Called by project_page."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from phasewise.core.ab_tests import LAST_DAY, ended_by
from phasewise.core.deliverables import PHASE_OF, missing, progress
from phasewise.core.model import PHASE_RANK, PHASES, Instant, Phase
from phasewise.core.ribbon import Window
from phasewise.i18n.speaking import _
from phasewise.usecases.record_facts import RecordFacts
from phasewise.usecases.views import PhaseNumbers
from phasewise.web import values
from phasewise.web.dates import Dates
from phasewise.web.here import Here, path_of
from phasewise.web.plan_page import plan_table
from phasewise.web.record_parts import pages
from phasewise.web.record_values import PlanTable, Tab
from phasewise.web.record_words import day_text, mark, word
from phasewise.web.tables import AskedOne
from phasewise.web.timeline import Mark, Timeline, TimelineBar, clear_of, top_of
from phasewise.web.wording import comma_list, phase_tag

MIDDLE, FRAME_TOP = 15, 3
NARROWEST = 0.4
LATEST = 3
"""Decisions and results on the page: the latest ones."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was recorded, in a line that leads to its page."""

    kind: str
    text: str
    state: values.StateMark | None
    href: str


@dataclass(frozen=True, slots=True)
class PhaseDelivers:
    """How far a phase is with what it delivers; `lacking` says what, where all its tasks are done."""

    phase: values.PhaseTag
    state: values.StateMark
    lacking: str


@dataclass(frozen=True, slots=True)
class ProjectRecords:
    """`plan_line` says which plan it is, or that there is none."""

    table: PlanTable | None
    plan_line: str
    plan_href: str
    phases: tuple[PhaseDelivers, ...]
    lines: tuple[Line, ...]
    tabs: tuple[Tab, ...]


def records_of(
    facts: RecordFacts, numbers: Mapping[Phase, PhaseNumbers], asked: AskedOne, here: Here
) -> ProjectRecords:
    """The section of a project's page; `numbers` are those of its phases."""
    ends = [(end, text) for end, text in pages() if facts.shows_people or end in ("plan", "results")]
    shown = PHASES if facts.shows_people else ()
    return ProjectRecords(
        table=plan_table(facts, asked, here),
        plan_line=_plan_line(facts),
        plan_href=_page(facts, "plan"),
        phases=tuple(_delivers(facts, phase, numbers[phase]) for phase in shown),
        lines=tuple(_lines(facts)),
        tabs=tuple(Tab(text, _page(facts, end), False) for end, text in ends),
    )


def _delivers(facts: RecordFacts, phase: Phase, numbers: PhaseNumbers) -> PhaseDelivers:
    open_slots = missing(facts.states, phase)
    is_over = 0 < numbers.tasks == numbers.tasks_done
    lacking = ""
    if is_over and open_slots:
        lacking = _("all tasks done, not accepted: %(what)s", what=comma_list(map(word, open_slots)))
    return PhaseDelivers(phase_tag(phase), mark(progress(facts.states, phase)), lacking)


def _page(facts: RecordFacts, end: str) -> str:
    return path_of("projects", facts.epic.key, end)


def _plan_line(facts: RecordFacts) -> str:
    if facts.shown is None:
        return _("No plan is recorded.")
    version = _("Version %(version)s", version=facts.shown.plan.version)
    return f"{version}, {mark(facts.shown.plan.state).word.lower()}"


def _lines(facts: RecordFacts) -> Iterator[Line]:
    """Decisions, tests and results, the latest of each; stakeholders see what came out."""
    where = "decisions" if facts.shows_people else "results"
    for decision in facts.decisions[-LATEST:]:
        one = decision.value
        outcome = f" · {word(one.outcome)}" if one.outcome else ""
        if outcome or facts.shows_people:
            text = f"{word(one.choice)}, {day_text(one.on)}{outcome}"
            yield Line(_("Decision"), text, None, _page(facts, where))
    if facts.shows_people:
        for test in facts.tests:
            yield Line(_("A/B test"), test.value.title, mark(test.value.state), _page(facts, "tests"))
    for result in facts.results[-LATEST:]:
        text = " · ".join(filter(None, (word(result.value.verdict), result.value.effect)))
        yield Line(_("Result"), text, mark(result.value.state), _page(facts, "results"))


# ------------------------------------------------------------------ on the timeline


def recorded_on(line: Timeline, facts: RecordFacts, window: Window, dates: Dates) -> Timeline:
    """The timeline with the days of A/B tests, and what was shown to somebody."""
    if not facts.shows_people:
        return line
    frames, marks = tuple(_frames(facts, window, dates)), tuple(_marks(facts, window, dates))
    bars = tuple(clear_of(marks, bar) for bar in line.bars)
    return replace(line, bars=bars, frames=frames, marks=marks)


def _frames(facts: RecordFacts, window: Window, dates: Dates) -> Iterator[TimelineBar]:
    rank = PHASE_RANK[Phase.AB_TESTING]
    for kept in facts.tests:
        test = ended_by(kept.value, dates.local(kept.at).date())
        period = test.period
        if period is None:
            continue
        last = window.end if period[1] == LAST_DAY else _instant(period[1] + timedelta(days=1), dates)
        start, end = max(_instant(period[0], dates), window.start), min(last, window.end)
        if start < end:
            x = round(window.x(start), 2)
            width = max(NARROWEST, round(window.x(end) - x, 2))
            days = f"{day_text(period[0])} – {day_text(test.ends_on)}"
            title = f"{_('A/B test')}: {test.title}, {days}"
            yield TimelineBar(rank, x, width, top_of(rank) + FRAME_TOP, "", title)


def _marks(facts: RecordFacts, window: Window, dates: Dates) -> Iterator[Mark]:
    for phase, day, title in _shown(facts):
        at = _instant(day, dates)
        if window.start <= at < window.end:
            y = top_of(PHASE_RANK[phase]) + MIDDLE
            said = _("%(what)s: shown %(day)s", what=title, day=day_text(day))
            yield Mark(round(window.x(at), 2), y, said)


def _shown(facts: RecordFacts) -> Iterable[tuple[Phase, date, str]]:
    for version in facts.versions:
        plan = version.kept.value
        if plan.presented_on:
            yield Phase.RESEARCH, plan.presented_on, _("Plan")
    for slot, kept in facts.deliverables.items():
        for review in kept.value.reviews:
            yield PHASE_OF[slot], review.on, word(slot)


def _instant(day: date, dates: Dates) -> Instant:
    """Its midnight where the team is."""
    return round(datetime.combine(day, time(), dates.zone).timestamp() * 1000)
