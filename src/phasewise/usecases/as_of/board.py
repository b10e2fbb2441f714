"""The board as it stood at an instant. Called by show_board and export_table."""

from collections.abc import Mapping, Sequence

from phasewise.core.model import Severity
from phasewise.store.finding_pages import open_five_days
from phasewise.usecases.as_of.hands import Hand, InHand
from phasewise.usecases.as_of.tasks import Life, lives_of
from phasewise.usecases.moment import Moment
from phasewise.usecases.views import Card, Lane


def lanes(at: Moment, hands: Sequence[Hand], severities: Mapping[int, Severity] | None = None) -> list[Lane]:
    """A lane for every hand, in the same order; `severities` where they are known: of the five-day rule, by
    task."""
    tasks = {held.task.id for hand in hands for held in hand.tasks}
    lives = lives_of(at, tasks)
    if severities is None:
        severities = open_five_days(at.connection, at.site_id, at.as_of, tasks, at.strengths)
    return [
        Lane(
            person=hand.person,
            display_name=hand.name,
            over_limit=hand.active_count > at.policies.limit_of(hand.person, at.as_of),
            cards=[
                _card(at, held, lives[held.task.id], severities.get(held.task.id))
                for held in hand.tasks
                if held.task.id in lives
            ],
        )
        for hand in hands
    ]


def _card(at: Moment, held: InHand, life: Life, severity: Severity | None) -> Card:
    now = life.now(at.as_of)
    return Card(
        key=held.task.key,
        id=str(held.task.id),
        summary=held.task.summary,
        project=None if now.project is None else str(now.project),
        phase=now.phase,
        status_group=held.group,
        age_days=life.age_days(at),
        warning=severity is Severity.WARNING,
        breach=severity is Severity.BREACH,
        flagged=held.flagged,
    )
