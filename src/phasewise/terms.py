"""What the field's nouns are called: phases, rules, severities, states. For pages, mail and terminal."""

from collections.abc import Mapping
from functools import cache

from phasewise.core.model import Group, Phase, Rule, Severity, State, Strength
from phasewise.core.rights import Role
from phasewise.i18n.speaking import _, language, marked

PHASES: Mapping[Phase, tuple[str, str]] = {
    Phase.RESEARCH: (marked("Research"), marked("Research")),
    Phase.DATA_EXPLORATION: (marked("Data Exploration"), marked("Data")),
    Phase.MODELING: (marked("Modeling"), marked("Modeling")),
    Phase.PRODUCTIZATION: (marked("Productization"), marked("Product")),
    Phase.AB_TESTING: (marked("A/B Testing"), marked("A/B")),
    Phase.RESULTS_ANALYSIS: (marked("Results Analysis"), marked("Results")),
    Phase.NONE: (marked("Without a phase"), marked("None")),
}
"""Name, and a short one where there is little room."""

RULES: Mapping[Rule, str] = {
    Rule.FIVE_DAYS: marked("Too long active"),
    Rule.ONE_ACTIVE: marked("Too many active tickets"),
    Rule.NO_PHASE: marked("No phase"),
    Rule.NO_PROJECT: marked("No project"),
    Rule.NO_ASSIGNEE: marked("No assignee"),
    Rule.NOTHING_ACTIVE: marked("Nothing active"),
    Rule.UNMAPPED_STATUS: marked("Status not mapped"),
    Rule.UNMAPPED_PHASE_OPTION: marked("Phase not mapped"),
    Rule.ESTIMATE_TOO_LONG: marked("Estimate too long"),
    Rule.WATCHING_OVER_CAP: marked("Too many watched tickets"),
    Rule.PAUSED_OVER_CAP: marked("Too many paused tickets"),
    Rule.PROJECT_WITHOUT_PLAN: marked("Project without a plan"),
    Rule.DELIVERABLE_MISSING: marked("Deliverable missing"),
    Rule.FLIP_FLOP: marked("Back and forth"),
    Rule.RABBIT_HOLE: marked("Rabbit hole"),
}
SEVERITIES: Mapping[Severity, str] = {
    Severity.BREACH: marked("Breach"),
    Severity.WARNING: marked("Warning"),
    Severity.HINT: marked("Hint"),
}
GROUPS: Mapping[Group, str] = {
    Group.ACTIVE: marked("Active"),
    Group.WATCHING: marked("Watching"),
    Group.PAUSED: marked("Paused"),
    Group.TODO: marked("To do"),
    Group.DONE: marked("Done"),
}
GROUP_WORDS: Mapping[Group, str] = {
    Group.TODO: marked("to do"),
    Group.ACTIVE: marked("active"),
    Group.WATCHING: marked("watching"),
    Group.PAUSED: marked("paused"),
    Group.DONE: marked("done"),
}
"""The same within a line."""

STATES: Mapping[State, str] = {
    State.ACTIVE: marked("Active"),
    State.WATCHING: marked("Watching"),
    State.PAUSED: marked("Paused"),
    State.IDLE: marked("Idle"),
    State.DONE: marked("Done"),
    State.NOT_STARTED: marked("Not started"),
}


LANGUAGES: Mapping[str, str] = {
    "en": marked("English"),
    "fr": marked("French"),
    "ja": marked("Japanese"),
    "ru": marked("Russian"),
    "zh": marked("Chinese"),
}
ROLES: Mapping[Role, str] = {
    Role.STAKEHOLDER: marked("stakeholder"),
    Role.MEMBER: marked("member"),
    Role.LEAD: marked("lead"),
    Role.ADMIN: marked("admin"),
}
STRENGTHS: Mapping[Strength, str] = {
    Strength.OFF: marked("off"),
    Strength.SHOW: marked("shown"),
    Strength.NUDGE: marked("a comment in Jira"),
    Strength.ASK: marked("a question in Jira"),
    Strength.ACT: marked("moved back in Jira"),
}


DECISIONS: Mapping[str, str] = {
    "policy.changed": marked("The policy was changed"),
    "plan.presented": marked("Plan presented"),
    "plan.accepted": marked("Plan accepted"),
    "plan.saved": marked("Plan changed"),
    "deliverable.saved": marked("Deliverable changed"),
    "deliverable.reviewed": marked("Deliverable reviewed"),
    "decision.go": marked("Decided to go on"),
    "decision.pivot": marked("Decided to change course"),
    "decision.stop": marked("Decided to stop"),
    "decision.withdrawn": marked("A decision was withdrawn"),
    "ab_test.saved": marked("A/B test changed"),
    "ab_test.running": marked("A/B test started"),
    "ab_test.checked": marked("A/B test looked at"),
    "ab_test.ended": marked("A/B test ended"),
    "ab_test.cancelled": marked("A/B test called off"),
    "result.saved": marked("Results changed"),
    "result.complete": marked("Results analysed"),
    "review.help": marked("Help was agreed"),
    "review.split": marked("To be split"),
    "review.waive": marked("May go on"),
    "review.pivot": marked("Change of course"),
    "review.stop": marked("To be stopped"),
    "review.nothing": marked("Looked at, left as it is"),
}
"""What the audit log tells of projects and teams, by its action."""


def decision_name(action: str) -> str:
    """What was decided; an action that has no words yet, as the log writes it."""
    return _(DECISIONS[action]) if action in DECISIONS else action


def phase_name(phase: Phase) -> str:
    return _phases(language())[phase][0]


def phase_short(phase: Phase) -> str:
    """The phase where there is little room."""
    return _phases(language())[phase][1]


def rule_name(rule: Rule) -> str:
    """The rule in a few words."""
    return _(RULES[rule])


def severity_name(severity: Severity) -> str:
    return _(SEVERITIES[severity])


def group_name(group: Group) -> str:
    """What a ticket is, by its status."""
    return _(GROUPS[group])


def state_name(state: State) -> str:
    """What a project is."""
    return _(STATES[state])


def language_name(code: str) -> str:
    """What the reader calls a language."""
    return _(LANGUAGES[code])


def role_name(role: Role) -> str:
    """What an account may do."""
    return _(ROLES[role])


def strength_name(strength: Strength) -> str:
    """How far a rule goes."""
    return _(STRENGTHS[strength])


@cache
def _phases(_language: str) -> Mapping[Phase, tuple[str, str]]:
    """In the language that is being spoken, kept for it: a page names phases hundreds of times."""
    return {phase: (_(name), _(short)) for phase, (name, short) in PHASES.items()}
