"""Go, pivot or stop, how a project ended, and by what it would be stopped. Called by usecases/records."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from phasewise.core.typed import LONG, SHORT, Typed, marked


class Choice(StrEnum):
    GO = "go"
    PIVOT = "pivot"
    STOP = "stop"


class Outcome(StrEnum):
    """How a project ended. None of them is a failure."""

    SHIPPED = "shipped"
    USEFUL_NEGATIVE = "useful_negative"
    STOPPED_EARLY = "stopped_early"
    INCONCLUSIVE = "inconclusive"


class CriterionState(StrEnum):
    """What became of a kill criterion: it waits for its day, it held, or it did not."""

    OPEN = "open"
    MET = "met"
    NOT_MET = "not_met"


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided when, by whom it was agreed, and why: for a pivot what was believed, what was found
    and where it goes now. One that is `withdrawn` counts for nothing."""

    choice: Choice
    on: date
    agreed_by: str = ""
    why: str = ""
    outcome: Outcome | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class KillCriterion:
    """We stop if `text` holds by a day; on that day it asks."""

    text: str
    by: date
    state: CriterionState = CriterionState.OPEN
    answer: str = ""


def read_decision(typed: Typed) -> Decision:
    """A decision as it was typed."""
    choice = typed.choice("choice", Choice)
    if choice is None:
        typed.wrong("choice", marked("Choose go, pivot or stop"))
    needs = marked("Say what was found, and where it goes") if choice is Choice.PIVOT else ""
    return Decision(
        choice=choice or Choice.GO,
        on=typed.day("on", has_come=True) or typed.today,
        agreed_by=typed.text("agreed_by", SHORT),
        why=typed.text("why", LONG, needs),
        outcome=typed.choice("outcome", Outcome),
    )


def read_criterion(typed: Typed) -> KillCriterion:
    """A kill criterion as it was typed."""
    by = typed.day("by")
    if by is None:
        typed.wrong("by", marked("Give the day on which it asks, like 2026-12-01"))
    return KillCriterion(
        text=typed.text("text", LONG, marked("Say what would make you stop")),
        by=by or typed.today,
        state=typed.choice("state", CriterionState) or CriterionState.OPEN,
        answer=typed.text("answer"),
    )


def typed_decision(one: Decision) -> dict[str, str]:
    return {
        "choice": one.choice.value,
        "on": one.on.isoformat(),
        "agreed_by": one.agreed_by,
        "why": one.why,
        "outcome": one.outcome.value if one.outcome else "",
    }


def typed_criterion(one: KillCriterion) -> dict[str, str]:
    return {"text": one.text, "by": one.by.isoformat(), "state": one.state.value, "answer": one.answer}
