"""The invariants of section 7 of the definitions, on made-up teams."""

from dataclasses import replace
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.builders import PROJECTS
from tests.core.derivation import Derived, derive, project_of
from tests.core.strategies import START, Team, instants, known_at, teams

from phasewise.core.calendar import Calendar, calendar_of
from phasewise.core.figures import ProjectFigures, from_json, to_json
from phasewise.core.findings import seen_at
from phasewise.core.model import Finding, Instant
from phasewise.core.timeline import clip_intervals, clip_pieces

few = settings(deadline=None, max_examples=40)
later = instants.flatmap(lambda at: st.sampled_from((at, at + 1, at + 9 * 86_400_000)))


def seen(derived: Derived, as_of: Instant) -> dict[object, Finding]:
    """The findings seen at an instant, by what identifies them."""
    found = {key: seen_at(finding, as_of) for key, finding in derived.findings.items()}
    return {key: finding for key, finding in found.items() if finding is not None}


@few
@given(teams())
def test_1_intervals_are_contiguous_not_empty_and_cover_the_life_of_an_issue(team: Team) -> None:
    derived = derive(team)
    for issue in team.issues:
        intervals = derived.intervals[issue.id]
        if issue.removed_at is not None and issue.removed_at <= issue.created:
            assert intervals == ()
            continue
        assert (intervals[0].start, intervals[-1].end) == (issue.created, issue.removed_at)
        assert all(earlier.end == next_one.start for earlier, next_one in pairwise(intervals))
        assert all(one.end is None or one.start < one.end for one in intervals)
        assert all(replace(a, start=0, end=0) != replace(b, start=0, end=0) for a, b in pairwise(intervals))


@few
@given(teams(), st.randoms(use_true_random=False))
def test_2_any_order_and_duplication_of_the_news_gives_the_same(team: Team, random: Random) -> None:
    shuffled = [
        replace(issue, changes=tuple(random.sample(issue.changes * 2, len(issue.changes) * 2)))
        for issue in team.issues
    ]
    random.shuffle(shuffled)
    once, again = derive(team), derive(replace(team, issues=tuple(shuffled)))
    assert once == again


def numbers_at(figures: ProjectFigures, as_of: Instant, calendar: Calendar) -> tuple[int, int, int]:
    return (
        figures.effort.at(as_of, calendar),
        figures.touched.at(as_of, calendar),
        figures.elapsed.at(as_of, calendar),
    )


@few
@given(teams(), later)
def test_3_and_4_efforts_add_up_and_bound_what_was_touched(team: Team, as_of: Instant) -> None:
    calendar, known = calendar_of(team.rules), known_at(team, as_of)
    for figures in derive(known).figures.values():
        effort, touched, elapsed = numbers_at(figures, as_of, calendar)
        assert sum(phase.effort.at(as_of, calendar) for phase in figures.by_phase.values()) == effort
        assert 0 <= touched <= min(effort, elapsed)
        assert figures.loops < len(figures.visits) or figures.loops == len(figures.visits) == 0
        for phase, numbers in figures.by_phase.items():
            visits = [one for one in figures.visits if one.visit.phase is phase]
            assert numbers.visits == len(visits)
            if visits:
                assert sum(one.effort.at(as_of, calendar) for one in visits) == numbers.effort.at(
                    as_of, calendar
                )
        for visit in figures.visits:
            assert visit.touched.at(as_of, calendar) <= visit.effort.at(as_of, calendar)
            assert visit.touched.at(as_of, calendar) <= visit.elapsed.at(as_of, calendar)


@settings(deadline=None, max_examples=60)
@given(teams(), later)
def test_5_a_cut_through_all_of_history_is_what_history_was_then(team: Team, as_of: Instant) -> None:
    whole, then = derive(team), derive(known_at(team, as_of))
    for issue, intervals in then.intervals.items():
        assert clip_intervals(whole.intervals[issue], as_of) == clip_intervals(intervals, as_of) == intervals
    for task, pieces in then.pieces.items():
        assert clip_pieces(whole.pieces[task], as_of) == pieces
    assert seen(whole, as_of) == seen(then, as_of)
    for epic, figures in then.figures.items():
        assert project_of(team, whole.intervals, epic, as_of) == figures


@few
@given(teams(), later, later)
def test_5_what_is_closed_never_changes_as_time_goes_on(team: Team, one: Instant, other: Instant) -> None:
    earlier, afterwards = sorted((one, other))
    before, after = derive(known_at(team, earlier)), derive(known_at(team, afterwards))
    seen_after = seen(after, afterwards)
    for key, finding in seen(before, earlier).items():
        assert finding.end is None or seen_after[key] == finding
    for issue, intervals in before.intervals.items():
        closed = [one for one in intervals if one.end is not None]
        assert closed == list(after.intervals[issue][: len(closed)])
    for epic, figures in before.figures.items():
        visits = [numbers.visit for numbers in figures.visits]
        begun = [visit.start for visit in visits]
        for n, visit in enumerate(visits):
            others = [start for m, start in enumerate(begun) if visits[m].phase is not visit.phase]
            if visit.end is not None and any(start >= visit.end for start in others):
                assert visits[n] in [numbers.visit for numbers in after.figures[epic].visits]


@few
@given(teams(), instants)
def test_settled_figures_answer_at_every_later_instant(team: Team, as_of: Instant) -> None:
    calendar, derived = calendar_of(team.rules), derive(team)
    at = max(as_of, START + 30 * 86_400_000)
    for epic in PROJECTS:
        settled, cut = derived.figures[epic], project_of(team, derived.intervals, epic, at)
        assert settled.settled_at < at
        assert numbers_at(settled, at, calendar) == numbers_at(cut, at, calendar)
        assert settled == cut
        assert from_json(to_json(settled)) == settled
