"""What phases, states, rules and the like are called in a mail. Called by the parts of the letter."""

from collections.abc import Mapping

from phasewise.core.digest_views import ABOUT_SOMEBODY
from phasewise.core.health import Colour
from phasewise.core.model import Phase, Rule, State
from phasewise.core.returns import ReturnReason
from phasewise.i18n.speaking import marked
from phasewise.mail.report.speech import _

PHASES: Mapping[Phase, str] = {
    Phase.RESEARCH: marked("Research"),
    Phase.DATA_EXPLORATION: marked("Data Exploration"),
    Phase.MODELING: marked("Modeling"),
    Phase.PRODUCTIZATION: marked("Productization"),
    Phase.AB_TESTING: marked("A/B Testing"),
    Phase.RESULTS_ANALYSIS: marked("Results Analysis"),
    Phase.NONE: marked("Without a phase"),
}
STATES: Mapping[State, str] = {
    State.ACTIVE: marked("Active"),
    State.WATCHING: marked("Watching"),
    State.PAUSED: marked("Paused"),
    State.IDLE: marked("Idle"),
    State.DONE: marked("Done"),
    State.NOT_STARTED: marked("Not started"),
}
COLOURS: Mapping[Colour, tuple[str, str, str]] = {
    Colour.RED: ("■", "bad", marked("Off track")),
    Colour.AMBER: ("▲", "warn", marked("At risk")),
    Colour.GREEN: ("●", "ok", marked("On track")),
}
"""The shape, the tone, the words: nobody has to see colours."""

RULES: Mapping[Rule, str] = {
    Rule.ONE_ACTIVE: marked("Several tickets at once"),
    Rule.FIVE_DAYS: marked("A ticket past its limit"),
    Rule.NO_PHASE: marked("A ticket without a phase"),
    Rule.NO_PROJECT: marked("A ticket without a project"),
    Rule.NO_ASSIGNEE: marked("An active ticket without an assignee"),
    Rule.NOTHING_ACTIVE: marked("Somebody without an active ticket"),
    Rule.UNMAPPED_STATUS: marked("A status that is not mapped"),
    Rule.UNMAPPED_PHASE_OPTION: marked("A phase that is not mapped"),
    Rule.ESTIMATE_TOO_LONG: marked("An estimate over the limit"),
    Rule.WATCHING_OVER_CAP: marked("Too many watched tickets"),
    Rule.PAUSED_OVER_CAP: marked("Too many paused tickets"),
    Rule.PROJECT_WITHOUT_PLAN: marked("A project without a plan"),
    Rule.DELIVERABLE_MISSING: marked("A phase without its deliverables"),
    Rule.FLIP_FLOP: marked("A ticket that goes back and forth"),
    Rule.RABBIT_HOLE: marked("A long stay with nothing done"),
}
RETURN_REASONS: Mapping[ReturnReason, str] = {
    ReturnReason.DATA_WRONG: marked("the data was not what it should be"),
    ReturnReason.METHOD_FAILED: marked("the method did not work"),
    ReturnReason.GOAL_CHANGED: marked("the goal changed"),
    ReturnReason.PRODUCTION_LIMIT: marked("production set a limit"),
}


def phase_name(phase: Phase) -> str:
    return _(PHASES[phase])


def state_name(state: State) -> str:
    return _(STATES[state])


def rule_name(rule: Rule, *, is_team: bool) -> str:
    """A rule that is about somebody is not named to readers outside of the team."""
    return _(RULES[rule]) if is_team or rule not in ABOUT_SOMEBODY else _("A rule that is not kept")


def return_reason(reason: ReturnReason) -> str:
    return _(RETURN_REASONS[reason])
