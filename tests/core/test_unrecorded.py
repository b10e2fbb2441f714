"""What was never recorded of a project: section 4 of the definitions."""

from tests.core.builders import DAY, EPIC, NEXT_TASK, PARIS, SUBTASK, TASK, life, paris

from phasewise.core.calendar import calendar_of
from phasewise.core.deliverables import DeliverableState, Slot
from phasewise.core.figures import ProjectFigures, TaskLife, settle
from phasewise.core.findings import issues, lacking_phases, seen_at, subject_of, to_look_at
from phasewise.core.model import Finding, Group, Interval, Phase, Rule, Severity
from phasewise.core.stretches import FOREVER
from phasewise.core.timeline import pieces_of
from phasewise.core.unrecorded import (
    PlanEdit,
    SlotEdit,
    has_begun,
    is_past_research,
    lacking_now,
    without_deliverables,
    without_plan,
)

ACTIVE, TODO, DONE = Group.ACTIVE, Group.TODO, Group.DONE
EVER = -FOREVER
Life = tuple[Interval, ...]


def day(n: float) -> int:
    return paris("2026-03-02 00:00") + round(n * DAY)


EPIC_LIFE = life((day(-60), TODO), issue=EPIC)
MODELED = (Slot.PROTOTYPE, Slot.EVALUATION_REPORT)


def task(
    *steps: tuple[float, Group], number: int = TASK, until: float | None = None, **more: object
) -> TaskLife:
    moments = [(day(at), group) for at, group in steps]
    own = life(*moments, issue=number, until=None if until is None else day(until), **more)
    return TaskLife(number, own, (), pieces_of(own, ()), None if until is None else day(until))


def worked(start: float, end: float, number: int = TASK, phase: Phase = Phase.MODELING) -> TaskLife:
    return task((start, ACTIVE), (end, DONE), number=number, phase=phase)


def told(at: float, *slots: Slot, state: str = "accepted", name: str = "") -> list[SlotEdit]:
    return [SlotEdit(day(at), slot, name or slot.value, state) for slot in slots]


def times(found: tuple[Finding, ...]) -> list[tuple[float, float | None]]:
    """In days."""
    ends = [(one.start, one.end) for one in found]
    return [((s - day(0)) / DAY, None if e is None else (e - day(0)) / DAY) for s, e in ends]


# ------------------------------------------------------------------ the plan


def planless(*lives: TaskLife, since: int = EVER, epic: Life = EPIC_LIFE, **more: list) -> list:
    return times(without_plan(epic, lives, more.get("edits", []), since))


def test_a_project_is_without_a_plan_from_the_first_active_task_of_a_later_phase_on() -> None:
    lives = [worked(0, 1, NEXT_TASK, Phase.RESEARCH), task((0, TODO), (2, ACTIVE), (3, TODO))]
    (finding,) = without_plan(EPIC_LIFE, lives, [], EVER)
    assert (finding.rule, finding.severity, finding.detail) == (Rule.PROJECT_WITHOUT_PLAN, Severity.HINT, {})
    assert (finding.start, finding.known_from, finding.end) == (day(2), day(2), None)
    assert (subject_of(finding), to_look_at(finding)) == (str(EPIC), (EPIC,))
    assert (issues(finding), [one.interval_start for one in finding.evidence]) == ((TASK,), [day(2)])


def test_a_sub_task_takes_a_project_past_research_too() -> None:
    own, sub = life((day(0), TODO)), life((day(1), ACTIVE), issue=SUBTASK)
    family = TaskLife(TASK, own, (sub,), pieces_of(own, (sub,)), None)
    (finding,) = without_plan(EPIC_LIFE, [family], [], EVER)
    assert (finding.start, [(one.issue, one.counts_as) for one in finding.evidence]) == (
        day(1),
        [(SUBTASK, TASK)],
    )


def test_research_and_tasks_without_a_phase_need_no_plan_yet() -> None:
    assert planless(worked(0, 1, TASK, Phase.RESEARCH), worked(0, 1, NEXT_TASK, Phase.NONE)) == []
    assert planless(task((0, TODO))) == []
    assert planless(task((0, ACTIVE), project=901)) == []
    assert planless(worked(0, 1), epic=()) == []


def test_nobody_is_without_a_plan_before_the_site_recorded_one() -> None:
    assert planless(worked(0, 1), since=day(5)) == [(5, None)]
    assert planless(worked(7, 8), since=day(5)) == [(7, None)]


def test_the_first_accepted_plan_ends_it_for_good() -> None:
    edits = [PlanEdit(day(9)), PlanEdit(day(12))]
    assert planless(worked(0, 1), edits=edits) == [(0, 9)]
    assert planless(worked(0, 1), edits=edits, since=day(9)) == []


def test_a_done_epic_needs_no_plan_until_it_is_reopened_nor_does_one_that_is_gone() -> None:
    epic = life((day(-9), TODO), (day(4), DONE), (day(6), TODO), until=day(8), issue=EPIC)
    assert planless(worked(0, 1), epic=epic) == [(0, 4), (6, 8)]


# ------------------------------------------------------------------ deliverables


def missing(*lives: TaskLife, since: int = EVER, epic: Life = EPIC_LIFE, **more: list) -> tuple[Finding, ...]:
    return without_deliverables(epic, lives, more.get("edits", []), since)


def test_a_phase_whose_tasks_are_all_done_lacks_its_deliverable_until_a_task_is_undone() -> None:
    (finding,) = missing(worked(0, 2), task((1, ACTIVE), (3, DONE), (5, TODO), number=NEXT_TASK))
    assert (finding.rule, finding.severity, subject_of(finding)) == (
        Rule.DELIVERABLE_MISSING,
        Severity.HINT,
        str(EPIC),
    )
    assert (finding.start, finding.known_from, finding.end) == (day(3), day(3), day(5))
    assert (finding.detail, to_look_at(finding)) == ({"phases": "modeling", "over": ""}, (EPIC,))
    assert [(one.issue, one.start, one.end) for one in finding.evidence] == [
        (TASK, day(3), day(5)),
        (NEXT_TASK, day(3), day(5)),
    ]


def test_it_ends_when_the_last_of_what_the_phase_delivers_is_accepted_and_begins_again_with_rework() -> None:
    edits = [*told(4, Slot.PROTOTYPE), *told(6, Slot.EVALUATION_REPORT), *told(8, *MODELED, state="rework")]
    assert times(missing(worked(0, 2), edits=edits)) == [(2, 6), (8, None)]
    assert times(missing(worked(0, 2), edits=told(1, *MODELED))) == []
    assert times(missing(worked(0, 2), edits=told(4, *MODELED, state="presented"))) == [(2, None)]


def test_of_edits_at_one_instant_the_last_counts() -> None:
    edits = [*told(4, *MODELED), *told(4, Slot.PROTOTYPE, state="draft")]
    assert times(missing(worked(0, 2), edits=edits)) == [(2, None)]


def test_a_test_that_ended_is_what_ab_testing_delivers_unless_another_is_planned() -> None:
    edits = [
        *told(3, Slot.AB_TEST, state="running", name="a"),
        *told(4, Slot.AB_TEST, state="ended", name="a"),
        *told(6, Slot.AB_TEST, state="planned", name="b"),
        *told(7, Slot.AB_TEST, state="cancelled", name="b"),
    ]
    assert times(missing(worked(0, 2, TASK, Phase.AB_TESTING), edits=edits)) == [(2, 4), (6, 7)]


def test_every_result_is_complete_before_results_analysis_has_delivered() -> None:
    told_ = told(3, Slot.REPORT) + told(3, Slot.RESULT, state="complete", name="a")
    more = told(5, Slot.RESULT, state="draft", name="b")
    assert times(missing(worked(0, 2, TASK, Phase.RESULTS_ANALYSIS), edits=told_ + more)) == [
        (2, 3),
        (5, None),
    ]


def test_a_phase_that_the_plan_does_without_delivers_nothing_while_it_does() -> None:
    edits = [PlanEdit(day(4), frozenset({Phase.MODELING})), PlanEdit(day(6))]
    assert times(missing(worked(0, 2), edits=edits)) == [(2, 4), (6, None)]


def test_research_and_tasks_without_a_phase_deliver_nothing_else() -> None:
    assert missing(worked(0, 2, TASK, Phase.RESEARCH), worked(0, 2, NEXT_TASK, Phase.NONE)) == ()


def test_a_phase_without_tasks_and_a_project_that_never_began_lack_nothing() -> None:
    assert times(missing(task((0, ACTIVE), (2, DONE), until=3))) == [(2, 3)]
    assert missing(task((0, TODO), (2, DONE))) == ()
    assert times(missing(task((0, TODO), (2, DONE)), worked(3, 4, NEXT_TASK, Phase.RESEARCH))) == [(3, None)]


def test_nothing_is_missing_before_the_site_recorded_a_deliverable_nor_of_a_done_epic() -> None:
    assert times(missing(worked(0, 2), since=day(5))) == [(5, None)]
    epic = life((day(-9), TODO), (day(4), DONE), issue=EPIC)
    assert missing(worked(0, 2), since=day(5), epic=epic) == ()
    assert missing(worked(0, 2), epic=()) == ()


def test_phases_that_lack_it_from_the_same_instant_are_one_finding_that_knows_which_are_over() -> None:
    lives = worked(0, 2), worked(0, 3, NEXT_TASK, Phase.DATA_EXPLORATION)
    edits = [*told(7, Slot.EDA_NOTEBOOK), *told(8, *MODELED)]
    (finding,) = missing(*lives, edits=edits, since=day(5))
    assert (finding.start, finding.end, issues(finding)) == (day(5), day(8), (TASK, NEXT_TASK))
    assert finding.detail["phases"] == "data_exploration modeling"
    assert [(one.issue, one.end) for one in finding.evidence] == [(TASK, day(8)), (NEXT_TASK, day(7))]
    seen = [seen_at(finding, day(at)) for at in (6, 7.5, 9)]
    told_then = [lacking_phases(one.detail) for one in seen if one]
    assert told_then == [(Phase.DATA_EXPLORATION, Phase.MODELING), (Phase.MODELING,), (Phase.MODELING,)]


def test_a_plan_recorded_later_does_not_undo_what_was_found_before() -> None:
    (finding,) = without_plan(EPIC_LIFE, [worked(0, 1)], [PlanEdit(day(9))], day(5))
    assert seen_at(finding, day(5)) is None
    seen = seen_at(finding, day(9))
    assert seen is not None
    assert seen.end is None


# ------------------------------------------------------------------ at an instant


def figures_of(*lives: TaskLife) -> ProjectFigures:
    return settle(EPIC, EPIC_LIFE, lives, calendar_of(PARIS))


def test_a_project_has_begun_with_its_first_active_task_and_left_research_with_one_of_a_later_phase() -> None:
    idle, research = figures_of(task((0, TODO))), figures_of(task((0, ACTIVE), phase=Phase.RESEARCH))
    over = figures_of(worked(0, 2))
    assert [has_begun(one) for one in (idle, research, over)] == [False, True, True]
    assert [is_past_research(one) for one in (idle, research, over)] == [False, False, True]


def test_what_is_lacking_now_are_the_slots_of_phases_whose_tasks_are_all_done() -> None:
    figures = figures_of(worked(0, 2), task((0, ACTIVE), number=NEXT_TASK, phase=Phase.AB_TESTING))
    accepted = {Slot.PROTOTYPE: DeliverableState.ACCEPTED}
    assert lacking_now(figures, accepted, ()) == {Phase.MODELING: (Slot.EVALUATION_REPORT,)}
    assert lacking_now(figures, accepted, {Phase.MODELING}) == {}
