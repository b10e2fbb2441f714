"""What is wrong with an untidy ticket in words: why it matters, what to do. Called by web/untidy."""

from phasewise.core.model import Rule
from phasewise.i18n.speaking import _, marked
from phasewise.usecases.untidy import Gap, Missing

WHY = {
    Rule.NO_PHASE: marked("it counts in no phase, so its project looks further or less far than it is"),
    Rule.NO_PROJECT: marked("it belongs to no project, so its work is in no project's weeks"),
    Rule.NO_ASSIGNEE: marked("somebody works on it, and nobody is said to"),
    Rule.UNMAPPED_STATUS: marked("Jira does not list its status, so whether it is worked on is a guess"),
    Rule.UNMAPPED_PHASE_OPTION: marked("what its phase means is not known, so it counts in none"),
    Rule.ESTIMATE_TOO_LONG: marked("it is estimated at more than a ticket may be active"),
}
TODO = {
    Rule.NO_PHASE: marked("Set the phase."),
    Rule.NO_PROJECT: marked("Set the epic."),
    Rule.NO_ASSIGNEE: marked("Assign it, or take it out of the active statuses."),
    Rule.UNMAPPED_STATUS: marked("Map the status by its id in the policy."),
    Rule.UNMAPPED_PHASE_OPTION: marked("Map the option by its id in the policy."),
    Rule.ESTIMATE_TOO_LONG: marked("Split it, or estimate it anew."),
}
FILLED = {
    Rule.NO_PHASE: marked("It has a phase that is not mapped: map it by its id in the policy."),
    Rule.NO_PROJECT: marked(
        "Its parent is no project in scope: give it another epic in Jira, or widen the scope."
    ),
    Rule.NO_ASSIGNEE: marked("A sub-task of it is active and nobody’s: assign that one in Jira."),
}
"""What to do where Jira has something there, and it helps nobody."""

FIELDS = {
    Missing.PHASE: (
        marked("Phase"),
        marked("No option of the phase field is mapped to a phase: see the policy."),
    ),
    Missing.EPIC: (marked("Epic"), marked("No epic is known that it could belong to: make one in Jira.")),
    Missing.ASSIGNEE: (marked("Assignee"), marked("Nobody is known in Jira yet.")),
}
"""The label of each field of the form, and what to say where there is nothing to choose."""


def why_of(gap: Gap) -> str:
    return _(WHY[gap.rule])


def todo_of(gap: Gap, *, is_now: bool) -> str:
    """What to do now; of a past day nothing can be done."""
    if not is_now:
        return ""
    return _(FILLED[gap.rule] if gap.fills is None and gap.rule in FILLED else TODO[gap.rule])
