"""The geometry of ribbons, axis and sparklines, and what stands on the axis."""

import re

import pytest

from phasewise.core.model import Phase
from phasewise.i18n.speaking import speaking
from phasewise.web.dates import Dates
from phasewise.web.fitting import STEP, WIDEST
from phasewise.web.ribbon import DAY_MS, NARROWEST, Bar, axis_of, bars_of, spark_points, window_of
from phasewise.web.templates import STATIC_FOLDER
from tests.store.records import at

NOW = at(11)
HALF_YEAR = window_of(NOW, 26)
R, M = Phase.RESEARCH, Phase.MODELING


def test_today_stands_a_little_inside_the_right_end() -> None:
    assert HALF_YEAR.x(NOW) == pytest.approx(97, abs=0.01)
    assert HALF_YEAR.x(NOW - 26 * 7 * DAY_MS) == 0


def test_a_bar_is_as_long_as_its_visit() -> None:
    (bar,) = bars_of([(R, NOW - 14 * DAY_MS, NOW - 7 * DAY_MS, False)], HALF_YEAR)
    assert bar.width == pytest.approx(97 / 26, abs=0.01)
    assert bar.x + bar.width == pytest.approx(97 - 97 / 26, abs=0.01)


def test_a_visit_that_lasts_ends_today_and_one_before_the_axis_starts_at_its_end() -> None:
    (bar,) = bars_of([(R, NOW - 900 * DAY_MS, None, False)], HALF_YEAR)
    assert (bar.x, bar.width) == (0, pytest.approx(97, abs=0.01))


def test_a_visit_of_an_hour_is_still_seen() -> None:
    (bar,) = bars_of([(R, NOW - 7 * DAY_MS, NOW - 7 * DAY_MS + 3_600_000, True)], HALF_YEAR)
    assert bar.width == NARROWEST
    assert bar.is_return


def test_visits_too_near_to_tell_apart_are_one_bar_that_knows_of_both() -> None:
    hour = 3_600_000
    start = NOW - 7 * DAY_MS
    visits = [(R, start, start + hour, False), (R, start + 2 * hour, start + 3 * hour, True)]
    (bar,) = bars_of(visits, HALF_YEAR)
    assert (bar.visits, bar.is_return, bar.end) == (2, True, start + 3 * hour)


def test_phases_at_the_same_time_are_two_bars() -> None:
    visits = [(M, NOW - 7 * DAY_MS, None, False), (R, NOW - 9 * DAY_MS, NOW - DAY_MS, False)]
    assert [bar.phase for bar in bars_of(visits, HALF_YEAR)] == [R, M]


def test_however_many_visits_there_are_the_bars_are_bounded() -> None:
    hour = 3_600_000
    visits = [
        (phase, NOW - n * hour, NOW - n * hour + hour // 2, False) for n in range(1, 3000) for phase in (R, M)
    ]
    bars = bars_of(visits, HALF_YEAR)
    assert sum(bar.visits for bar in bars) == 2 * 2999
    assert len(bars) <= 2 * 100 / NARROWEST


def test_bars_stay_on_the_axis() -> None:
    visits = [(R, NOW - 26 * 7 * DAY_MS - n * DAY_MS, NOW - n * DAY_MS, False) for n in range(0, 200, 40)]
    for bar in bars_of(visits, HALF_YEAR):
        assert isinstance(bar, Bar)
        assert bar.x >= 0
        assert bar.x + bar.width <= 100


@pytest.mark.parametrize(
    ("weeks", "labels"),
    [
        (6, ["Feb 2", "Feb 9", "Feb 16", "Feb 23", "Mar 2"]),
        (26, ["Oct", "Nov", "Dec", "2026", "Feb"]),
        (60, ["Apr", "Jul", "Oct", "2026"]),
        (260, ["2022", "2023", "2024", "2025"]),
    ],
)
def test_the_axis_is_ticked_by_what_fits(weeks: int, labels: list[str]) -> None:
    axis = axis_of(window_of(NOW, weeks), Dates("UTC", NOW))
    assert [tick.label for tick in axis.ticks if tick.label] == labels
    assert axis.today_label == "Mar 13"


@pytest.mark.parametrize(
    ("language", "width", "labels"),
    [
        ("en", 640, ["Oct", "Nov", "Dec", "2026", "Feb"]),
        ("en", 280, ["Oct", "Nov", "Dec", "2026"]),
        ("en", 180, ["Oct", "Dec"]),
        ("ru", 280, ["окт.", "нояб.", "дек.", "2026"]),
        ("ja", 280, ["10月", "11月", "12月", "2026"]),
    ],
)
def test_a_narrow_axis_has_no_label_that_would_touch_another(
    language: str, width: int, labels: list[str]
) -> None:
    with speaking(language):
        ticks = axis_of(HALF_YEAR, Dates("UTC", NOW)).ticks
    assert [tick.label for tick in ticks if tick.label and tick.from_width <= width] == labels


def test_a_label_under_the_pill_of_today_is_left_out_at_the_width_of_a_report() -> None:
    sunday = at(11 + 254)
    axis = axis_of(window_of(sunday, 12), Dates("UTC", sunday))
    assert axis.today_label == "Nov 22"
    assert [tick.label for tick in axis.ticks if tick.label and tick.from_width <= 274] == ["Sep", "Oct"]


def test_the_stylesheet_knows_every_width() -> None:
    known = re.findall(r"width < (\d+)px\) { .from-(\d+) ", (STATIC_FOLDER / "base.css").read_text())
    assert known == [(str(width), str(width)) for width in range(STEP, WIDEST + STEP, STEP)]


def test_ticks_stand_at_local_midnights() -> None:
    utc = axis_of(HALF_YEAR, Dates("UTC", NOW)).ticks[0].x
    tokyo = axis_of(HALF_YEAR, Dates("Asia/Tokyo", NOW)).ticks[0].x
    assert utc - tokyo == pytest.approx(97 / (26 * 7) * 9 / 24, abs=0.02)


def test_a_sparkline_runs_from_left_to_right_and_up_is_more() -> None:
    assert spark_points([1, 2, 3]) == [(0, 16), (27.5, 9), (55, 2)]
    assert spark_points([4, 4]) == [(0, 9), (55, 9)]
