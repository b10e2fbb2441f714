"""A report for one reader: nobody is in it for stakeholders, nothing else in it for who sees one project."""

from dataclasses import replace

from tests.core.test_digest import ANA, DIGEST, PROBLEM, PROJECT, TASK

from phasewise.core import digest as parts
from phasewise.core.digest import Person, to_json
from phasewise.core.digest_views import named, of_project, people_in, told_once, totals_of, without_people
from phasewise.core.health import Colour
from phasewise.core.model import Phase, Rule, Severity, State

BUSY = replace(PROBLEM, id="one_active:ana:5", rule=Rule.ONE_ACTIVE, tickets=())
FULL = replace(
    DIGEST,
    remark=parts.Remark("Well done", "Lea", 8),
    projects=(
        replace(
            PROJECT,
            owner=ANA,
            override=parts.Override(Colour.GREEN, "agreed", "Lea", 9),
            remark=parts.Remark("Fine", "Lea", 9),
            finished=(parts.TaskDone(TASK, Phase.MODELING, 6, ANA, 2.0),),
            started=(parts.TaskStarted(TASK, Phase.MODELING, 4, ANA),),
        ),
        replace(PROJECT, id=2, key="ML-2", phase_moves=(), problems=(), state=State.DONE),
    ),
    loose_problems=(BUSY, replace(PROBLEM, id="five_days:12:5")),
    waivers=(parts.WaiverGiven("five_days:11:5", Rule.FIVE_DAYS, ANA, "Ana is ill", 9, "Lea", 8),),
    decisions=(
        parts.Decision("policy.changed", "default", "Lea", 5, {"leave": "ana"}),
        parts.Decision("review.help", "ana", "Lea", 5, {"kind": "person", "text": "Ana needs Ben"}),
        parts.Decision("plan.accepted", "1", "Lea", 5, project=parts.Ticket(1, "ML-1", "Churn", None)),
    ),
    unknown=parts.Unknown(incomplete=3, silent=(parts.Silent(parts.Ticket(2, "ML-2", "", None), 1),)),
)


def test_everybody_who_is_named_is_found() -> None:
    assert people_in(FULL) == {"ana"}
    assert people_in(without_people(FULL)) == set()


def test_names_are_filled_in_and_forgotten() -> None:
    again = named(FULL, {"ana": "Ana B."})
    assert again.projects[0].owner == Person("ana", "Ana B.")
    assert "Ana, 'the'" not in str(to_json(named(FULL, {})))


def test_no_line_for_stakeholders_tells_of_a_person() -> None:
    shown = without_people(FULL)
    assert not any(name in str(to_json(shown)) for name in ("ana", "Ana", "Lea"))
    assert [one.rule for one in shown.loose_problems] == [Rule.FIVE_DAYS]
    assert shown.totals == FULL.totals
    assert shown.projects[0].override == parts.Override(Colour.GREEN, "agreed", "", 9)


def test_who_may_see_one_project_sees_nothing_of_the_others() -> None:
    shown = of_project(FULL, 1)
    assert [one.key for one in shown.projects] == ["ML-1"]
    assert (shown.totals.projects, shown.done, shown.unknown.silent) == (1, 0, ())
    assert [one.action for one in shown.decisions] == ["plan.accepted"]
    assert (shown.remark, shown.people, shown.compliance.week.kept) == (None, (), None)
    assert "ML-2" not in str(to_json(shown))


def test_totals_are_what_the_projects_add_up_to() -> None:
    totals = totals_of(FULL.projects, FULL.loose_problems, ["ana", "ana"])
    assert (totals.projects, totals.people, totals.finished, totals.started) == (2, 1, 1, 1)
    assert (totals.moves, totals.returns, totals.breaches, totals.warnings) == (1, 1, 3, 0)
    assert (totals.by_state[State.DONE], totals.by_state[State.IDLE]) == (1, 0)
    assert (totals.by_colour[Colour.GREEN], totals.by_colour[Colour.AMBER]) == (1, 1)
    assert PROBLEM.severity is Severity.BREACH


def test_what_was_decided_several_times_is_told_once() -> None:
    twice = [parts.Decision("deliverable.reviewed", "1", "Lea", at) for at in (5, 6)]
    other = parts.Decision("deliverable.reviewed", "2", "Lea", 7)
    assert told_once([*twice, other]) == [(twice[1], 2), (other, 1)]
