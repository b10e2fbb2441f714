"""What came out of a test or a project, and what is believed about why. Called by usecases/records."""

from dataclasses import dataclass
from enum import StrEnum

from phasewise.core.typed import SHORT, Typed, marked

NO_HYPOTHESIS = marked("Say why you think it did not win: without it the result stays a draft")


class Verdict(StrEnum):
    WON = "won"
    LOST = "lost"
    FLAT = "flat"
    INVALID = "invalid"


class ResultState(StrEnum):
    DRAFT = "draft"
    COMPLETE = "complete"


class HypothesisState(StrEnum):
    UNTESTED = "untested"
    CONFIRMED = "confirmed"
    REFUTED = "refuted"


@dataclass(frozen=True, slots=True)
class Result:
    """`test` is the name of the A/B test that it is about, empty where there was none. Whatever did not win
    has a hypothesis why."""

    verdict: Verdict
    state: ResultState = ResultState.DRAFT
    test: str = ""
    effect: str = ""
    interval: str = ""
    link: str = ""
    next_step: str = ""
    hypothesis: str = ""
    evidence: str = ""
    hypothesis_state: HypothesisState = HypothesisState.UNTESTED


def read_result(typed: Typed) -> Result:
    """A result as it was typed. Complete is refused without a hypothesis, unless it won."""
    verdict = typed.choice("verdict", Verdict)
    if verdict is None:
        typed.wrong("verdict", marked("Choose what came out"))
    state = typed.choice("state", ResultState) or ResultState.DRAFT
    needs_why = state is ResultState.COMPLETE and verdict is not Verdict.WON
    why = NO_HYPOTHESIS if needs_why else ""
    return Result(
        verdict=verdict or Verdict.INVALID,
        state=state,
        test=typed.text("test", SHORT),
        effect=typed.text("effect", SHORT),
        interval=typed.text("interval", SHORT),
        link=typed.link("link"),
        next_step=typed.text("next_step"),
        hypothesis=typed.text("hypothesis", missing=why),
        evidence=typed.text("evidence"),
        hypothesis_state=typed.choice("hypothesis_state", HypothesisState) or HypothesisState.UNTESTED,
    )


def typed_result(one: Result) -> dict[str, str]:
    texts = ("test", "effect", "interval", "link", "next_step", "hypothesis", "evidence")
    return {
        **{name: getattr(one, name) for name in texts},
        "verdict": one.verdict.value,
        "state": one.state.value,
        "hypothesis_state": one.hypothesis_state.value,
    }
