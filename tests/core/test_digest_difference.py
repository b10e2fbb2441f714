"""What differs between two reports: projects that came, went or changed, findings that opened or closed."""

from dataclasses import replace

from tests.core.test_digest import DIGEST, PROBLEM, PROJECT

from phasewise.core.digest_difference import difference
from phasewise.core.model import Phase, Severity

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


def test_a_finding_that_turned_from_a_warning_into_a_breach_is_one_finding_and_a_change() -> None:
    warned = replace(PROBLEM, severity=Severity.WARNING)
    before = replace(DIGEST, projects=(replace(PROJECT, problems=(warned,)),))
    (worse,), (better,) = difference(before, DIGEST).projects, difference(DIGEST, before).projects
    assert (worse.opened, worse.turned, worse.closed) == ((), (PROBLEM,), ())
    assert better.turned == (warned,)


def test_findings_of_people_and_of_tasks_without_a_project_are_told_apart() -> None:
    ours, loose = replace(PROBLEM, id="one_active:ana:7"), replace(PROBLEM, id="five_days:99:7")
    (ana,) = DIGEST.people
    later = replace(DIGEST, people=(replace(ana, problems=(ours, HINT)),), loose_problems=(loose,))
    found = difference(DIGEST, later)
    assert (found.opened, found.closed, found.projects) == ((ours, loose), (), ())
    assert difference(later, DIGEST).closed == (ours, loose)
    warned = replace(later, loose_problems=(replace(loose, severity=Severity.WARNING),))
    assert difference(warned, later).turned == (loose,)


def test_the_last_phase_is_told_and_alone_is_no_difference() -> None:
    idle = replace(DIGEST, projects=(replace(PROJECT, phases_now=(), last_phase=Phase.PRODUCTIZATION),))
    (row,) = difference(idle, DIGEST).projects
    assert row.before is not None
    assert row.before.last_phase is Phase.PRODUCTIZATION
    moved = replace(DIGEST, projects=(replace(PROJECT, last_phase=Phase.PRODUCTIZATION),))
    assert difference(DIGEST, moved).unchanged == 1
