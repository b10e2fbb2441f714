"""How the visits of a project are led from one to the next on its timeline."""

from dataclasses import replace

from phasewise.core.model import Phase
from phasewise.usecases.views import VisitShown
from phasewise.web.dates import Dates
from phasewise.web.ribbon import window_of
from phasewise.web.timeline import ROW, Mark, Timeline, clear_of, timeline_of
from tests.store.records import at


def visit(phase: Phase, start: float, end: float, *, back: bool = False) -> VisitShown:
    days = {"effort_days": 1.0, "touched_days": 1.0, "elapsed_days": end - start}
    return VisitShown(phase=phase, start=at(start), end=at(end), is_return=back, **days)


def drawn(*visits: VisitShown) -> Timeline:
    return timeline_of("It", visits, 5, window_of(at(40), 6), Dates("UTC", at(40)))


def test_a_step_up_is_thin_and_a_return_leads_down_from_the_latest_later_phase() -> None:
    steps = drawn(
        visit(Phase.RESEARCH, 1, 5),
        visit(Phase.MODELING, 5, 20),
        visit(Phase.DATA_EXPLORATION, 20, 30, back=True),
    ).steps
    assert [one.is_return for one in steps] == [False, True]
    assert [one.y1 < one.y2 for one in steps] == [False, True]


def test_nothing_leads_from_a_phase_to_itself_where_what_came_between_is_not_shown() -> None:
    assert drawn(visit(Phase.MODELING, 1, 8), visit(Phase.MODELING, 20, 30)).steps == ()


def test_many_visits_are_named_by_their_last_dozen() -> None:
    visits = [
        visit((Phase.RESEARCH, Phase.MODELING)[n % 2], n, n + 1, back=n % 2 == 0 and n > 0) for n in range(14)
    ]
    assert drawn(*visits).label.startswith("Phases of It over time: … → Research → Modeling")


def test_a_figure_is_written_where_its_bar_is_as_wide_as_it_and_no_mark_is_on_it() -> None:
    long, short = drawn(visit(Phase.RESEARCH, 1, 29), visit(Phase.MODELING, 29, 33)).bars
    assert (long.text, long.from_width) == ("5.6", 40)
    assert (short.text, short.from_width) == ("0.8", 280)
    there, at_its_end = (
        Mark(long.x + long.width / 2, long.y + 7, ""),
        Mark(long.x + long.width, long.y + 7, ""),
    )
    assert clear_of([there], long).text == ""
    assert clear_of([at_its_end], long) == replace(long, from_width=80)
    assert clear_of([Mark(there.x, there.y - ROW, "")], long) == long
