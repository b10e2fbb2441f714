"""Projects with a history of all six phases, and plans for them, for the tests of records.

Times are days after Monday 2 March 2026, 00:00 UTC; the calendar is UTC, Monday to Friday.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.store.records import DOING, DONE, TODO, at, epic, moved, task
from tests.web.story import Clock, deps_of, tell

from phasewise.core.model import PHASES, Instant, IssueRecord, Phase, Policy
from phasewise.store.db import Database
from phasewise.usecases.deps import Deps

NOW = at(32)  # Friday 3 April, 00:00
POLICY = Policy(phase_overrides={phase.value: phase for phase in PHASES})
PLAN = {
    "data_exploration_likely": "1",
    "modeling_low": "1",
    "modeling_likely": "2",
    "modeling_high": "3",
    "productization_likely": "1",
    "ab_testing_likely": "1",
    "results_analysis_likely": "0.5",
    "success_metric": "AUC above 0.8",
}
SKIPPED = {"ab_testing_likely": "", "ab_testing_not_needed": "Nobody sees it"}


def worked(
    number: int, phase: Phase, start: float, end: float | None, project: int = 1, person: str = "ada"
) -> IssueRecord:
    """A task that was active between two days, and done then; None: it still is active."""
    moves = [moved(number * 10, start, TODO, DOING)]
    if end is not None:
        moves.append(moved(number * 10 + 1, end, DOING, DONE))
    where: dict[str, Any] = {"phase_option": phase.value, "phase_option_name": phase.value}
    who = {"assignee": person, "assignee_name": person.title()}
    return task(number, *moves, parent_id=project, **where, **who)


def story() -> Sequence[IssueRecord]:
    """ML-1 explores for a week, models for two, explores again for three days, and models on since day 24."""
    return [
        epic(1, assignee="ada", assignee_name="Ada"),
        worked(2, Phase.RESEARCH, 0, 1),
        worked(3, Phase.DATA_EXPLORATION, 1, 4),
        worked(4, Phase.MODELING, 7, 14, person="bob"),
        worked(5, Phase.DATA_EXPLORATION, 14, 17),
        worked(6, Phase.MODELING, 21, None, person="bob"),
        epic(10),
    ]


def recorder(database: Database, issues: Sequence[IssueRecord] | None = None) -> Deps:
    """The story told, at NOW."""
    deps = deps_of(database, NOW, POLICY)
    tell(deps, story() if issues is None else issues)
    return deps


def later(deps: Deps, now: Instant) -> Deps:
    """The same at another time."""
    return replace(deps, now=Clock(now))
