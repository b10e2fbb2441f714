"""What /due lists at an instant is what the findings of the same history say of it."""

from collections.abc import Iterator

import pytest

from phasewise.core.deliverables import DeliverableState, Slot, state_of
from phasewise.core.figures import settle
from phasewise.core.findings import lacking_phases, seen_at
from phasewise.core.model import Phase, State
from phasewise.core.stretches import FOREVER, until
from phasewise.core.unrecorded import (
    NONE_SKIPPED,
    Edit,
    PlanEdit,
    SlotEdit,
    has_begun,
    is_past_research,
    lacking_now,
    without_deliverables,
    without_plan,
)
from tests.naive.agreement import disagreements
from tests.naive.histories import make_history
from tests.naive.judged import Core
from tests.naive.translated import edits_of

Missing = tuple[bool, frozenset[Phase]]
"""Whether the plan is, and the phases of which something is."""


@pytest.mark.parametrize("seed", [1038, 1258, 1509, 1764])
def test_the_two_readings_agree_where_phases_lack_something_from_the_same_instant(seed: int) -> None:
    assert disagreements(seed, looks=12) == []
    assert any(" " in str(one.detail.get("phases", "")) for one in Core(make_history(seed)).findings)


@pytest.mark.parametrize("first", range(0, 120, 30))
def test_what_is_listed_at_an_instant_is_what_the_findings_say_that_are_open_then(first: int) -> None:
    told = [both for seed in range(first, first + 30) for both in _both(seed)]
    assert [(listed, found) for listed, found in told if listed != found] == []
    assert {listed[0] for listed, _ in told} == {True, False}
    assert any(listed[1] for listed, _ in told)


def _both(seed: int) -> Iterator[tuple[Missing, Missing]]:
    history = make_history(seed)
    core = Core(history)
    for as_of in history.looks(6):
        for epic in history.world.projects:
            if any(own.start < as_of <= until(own.end) for own in core.lives[epic]):
                yield _listed(core, epic, as_of), _found(core, epic, as_of)


def _found(core: Core, epic: int, as_of: int) -> Missing:
    """As if everything had been recorded from ever."""
    lives, edits = core.lives_in(epic), edits_of(core.world.records, epic)
    found = [find(core.lives[epic], lives, edits, -FOREVER) for find in (without_plan, without_deliverables)]
    plan, slots = ([seen for one in some if (seen := seen_at(one, as_of))] for some in found)
    still = {phase for one in slots if one.end is None for phase in lacking_phases(one.detail)}
    return any(one.end is None for one in plan), frozenset(still)


def _listed(core: Core, epic: int, as_of: int) -> Missing:
    figures = settle(epic, core.lives[epic], core.lives_in(epic), core.calendar, as_of)
    if figures.state is State.DONE or not has_begun(figures):
        return False, frozenset()
    edits = [one for one in edits_of(core.world.records, epic) if one.at < as_of]
    plans = [one for one in edits if isinstance(one, PlanEdit)]
    skipped = plans[-1].skipped if plans else NONE_SKIPPED
    is_planless = not plans and is_past_research(figures)
    return is_planless, frozenset(lacking_now(figures, _states(edits), skipped))


def _states(edits: list[Edit]) -> dict[Slot, DeliverableState]:
    records: dict[Slot, dict[str, str]] = {}
    for one in edits:
        if isinstance(one, SlotEdit):
            records.setdefault(one.slot, {})[one.name] = one.state
    return {slot: state_of(slot, set(some.values())) for slot, some in records.items()}
