"""The geometry of charts that no table beside them tells."""

import pytest

from phasewise.core.model import Limits
from phasewise.usecases.portfolio import Ticket
from phasewise.usecases.project import Cycle, Finish
from phasewise.web.charts import DAY_MS, cycle_chart
from phasewise.web.dates import Dates
from tests.store.records import at

NOW = at(50)


@pytest.mark.parametrize(("finished_days_ago", "ends"), [(2, [True, True]), (82, [False, False])])
def test_the_labels_of_percentiles_leave_dots_uncovered(finished_days_ago: int, ends: list[bool]) -> None:
    when = NOW - finished_days_ago * DAY_MS
    finished = tuple(Finish(Ticket(n, f"ML-{n}", "", ""), when, days) for n, days in enumerate((2.2, 4.3)))
    chart = cycle_chart(Cycle(12, finished, half=2.0, most=4.0), Limits(), Dates("UTC", NOW))
    assert chart is not None
    assert [line.is_left for line in chart.lines] == ends
