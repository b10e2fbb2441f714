"""What differs between two reports: projects that came, went or changed, findings that opened or closed."""

from dataclasses import replace

from tests.core.test_digest import DIGEST, PROBLEM, PROJECT

from phasewise.core.digest_difference import difference
from phasewise.core.model import Severity

HINT = replace(PROBLEM, id="no_phase:11:5", severity=Severity.HINT)


def test_the_same_report_differs_in_nothing() -> None:
    found = difference(DIGEST, DIGEST)
    assert (found.projects, found.unchanged) == ((), 1)


def test_a_project_that_came_or_went_has_one_side() -> None:
    empty = replace(DIGEST, projects=())
    (came,), (went,) = difference(empty, DIGEST).projects, difference(DIGEST, empty).projects
    assert (came.before, went.after) == (None, None)
    assert [one.id for one in came.opened] == [one.id for one in went.closed] == [PROBLEM.id]


def test_findings_that_open_or_close_are_a_change_hints_are_none() -> None:
    later = replace(DIGEST, projects=(replace(PROJECT, problems=(replace(PROBLEM, id="five_days:12:9"),)),))
    (row,) = difference(DIGEST, later).projects
    assert ([one.id for one in row.opened], [one.id for one in row.closed]) == (
        ["five_days:12:9"],
        [PROBLEM.id],
    )
    hinted = replace(DIGEST, projects=(replace(PROJECT, problems=(PROBLEM, HINT)),))
    assert difference(DIGEST, hinted).unchanged == 1
