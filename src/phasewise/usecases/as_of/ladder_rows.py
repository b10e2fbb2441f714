"""What was done about findings, and their waivers, as rows. For show_ladder and exports."""

from phasewise.core.model import Instant
from phasewise.store.ladder import Step
from phasewise.store.waivers import Waiver
from phasewise.usecases.as_of.findings import waiver_shown
from phasewise.usecases.paging import Place
from phasewise.usecases.views import LadderListed, WaiverListed


def step_place(step: Step) -> Place:
    """Where it stands among all steps: see STEP_PLACE."""
    return step.taken_at, step.key


def waiver_place(waiver: Waiver) -> Place:
    """Where it stands among all waivers: see WAIVER_PLACE."""
    return waiver.asked_at, waiver.waiver_id


def waiver_row(waiver: Waiver, as_of: Instant) -> WaiverListed:
    """A waiver as it stood at an instant."""
    return WaiverListed(
        **waiver_shown(waiver, as_of + 1).model_dump(),
        finding=":".join(map(str, waiver.finding)),
        holds=waiver.holds_at(as_of),
    )


def ladder_row(step: Step) -> LadderListed:
    """A step as it is now."""
    return LadderListed(
        finding=":".join(map(str, step.id)),
        key=step.key,
        rule=step.rule,
        person=step.person,
        issue=str(step.issue_id),
        strength=step.strength,
        dry=step.is_dry,
        taken_at=step.taken_at,
        said=step.said,
        answered=step.answered,
        move=step.move,
        moved_issue=None if step.moved_issue is None else str(step.moved_issue),
        moved_from=step.moved_from,
        moved_to=step.moved_to,
        moved_at=step.moved_at,
        told=step.told,
        told_at=step.told_at,
        note=step.note,
        closed_at=step.closed_at,
    )
