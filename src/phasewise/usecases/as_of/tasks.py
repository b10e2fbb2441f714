"""Tasks as they stood at an instant. Called by show_tasks, show_projects, show_board and export_table."""

from collections.abc import Iterable, Mapping, Sequence

from phasewise.core.calendar import days
from phasewise.core.model import Group, Instant, Interval
from phasewise.core.rules import age_ticks
from phasewise.core.values import value
from phasewise.store.boards import IssueRow
from phasewise.store.derived import intervals_of, subtasks_of
from phasewise.usecases.as_of.hands import BY_ACTIVITY
from phasewise.usecases.moment import Moment
from phasewise.usecases.views import IntervalShown, TaskListed

Intervals = tuple[Interval, ...]


@value(frozen=True, slots=True)
class Life:
    """The intervals of a task, and of each of its sub-tasks by id, over all known history."""

    own: Intervals
    subtasks: Mapping[int, Intervals]

    def now(self, as_of: Instant) -> Interval:
        """The interval under way at `as_of`; of a removed task, its last."""
        return [interval for interval in self.own if interval.start < as_of][-1]

    def standing(self, as_of: Instant) -> Group:
        """Its group as the board has it, with its sub-tasks: the most active one. What is done is done."""
        own = self.now(as_of).group
        theirs = {part.group for some in self.subtasks.values() for part in some if _lasts(part, as_of)}
        return own if own is Group.DONE else min({own, *theirs} - {Group.DONE}, key=BY_ACTIVITY.index)

    def age_days(self, at: Moment) -> float:
        counts = at.policies.for_task(self.own)
        return days(age_ticks(self.own, self.subtasks.values(), counts.calendar, at.as_of, at.policies.leave))

    def was_active(self, as_of: Instant) -> bool:
        """Whether it ever was before `as_of`: on a weekend that leaves no age."""
        known = (one for life in (self.own, *self.subtasks.values()) for one in life if one.start < as_of)
        return any(one.group is Group.ACTIVE for one in known)


def _lasts(interval: Interval, as_of: Instant) -> bool:
    return interval.start < as_of and (interval.end is None or interval.end >= as_of)


def lives_of(at: Moment, task_ids: Iterable[int]) -> dict[int, Life]:
    """The lives of these tasks, by id. A task removed before it began has none."""
    ids = sorted(set(task_ids))
    subtasks = subtasks_of(at.connection, at.site_id, ids)
    every = [*ids, *(subtask for some in subtasks.values() for subtask in some)]
    intervals = intervals_of(at.connection, at.site_id, every)
    return {
        task: Life(
            intervals[task], {sub: intervals[sub] for sub in subtasks.get(task, ()) if sub in intervals}
        )
        for task in ids
        if task in intervals
    }


def task_rows(at: Moment, issues: Sequence[IssueRow]) -> list[TaskListed]:
    """The tasks as they stood; one that had not begun is left out."""
    lives = lives_of(at, (issue.id for issue in issues))
    return [task_row(at, issue, lives[issue.id]) for issue in issues if issue.id in lives]


def standing_rows(at: Moment, issues: Sequence[IssueRow]) -> list[TaskListed]:
    """The same for pages."""
    lives = lives_of(at, (issue.id for issue in issues))
    return [standing_row(at, issue, lives[issue.id]) for issue in issues if issue.id in lives]


def standing_row(at: Moment, issue: IssueRow, life: Life) -> TaskListed:
    """A task for pages: in the group that it has together with its sub-tasks."""
    return task_row(at, issue, life).model_copy(update={"status_group": life.standing(at.as_of)})


def task_row(at: Moment, issue: IssueRow, life: Life) -> TaskListed:
    now = life.now(at.as_of)
    return TaskListed(
        id=str(issue.id),
        key=issue.key,
        summary=issue.summary,
        url=at.url(issue.key),
        project=None if now.project is None else str(now.project),
        phase=now.phase,
        status_group=now.group,
        assignee=now.person,
        age_days=life.age_days(at),
        flagged=now.flagged,
        history_incomplete=issue.history_incomplete,
        removed_at=seen(issue.removed_at, at.as_of),
    )


def interval_rows(intervals: Iterable[Interval], as_of: Instant) -> list[IntervalShown]:
    """What was known of the intervals: none that began later, and no end that came later."""
    return [
        IntervalShown(
            id=f"{interval.issue}:{interval.start}",
            start=interval.start,
            end=seen(interval.end, as_of),
            status_id=interval.status,
            status_group=interval.group,
            phase=interval.phase,
            assignee=interval.person,
            project=None if interval.project is None else str(interval.project),
            flagged=interval.flagged,
        )
        for interval in intervals
        if interval.start < as_of
    ]


def seen(at: Instant | None, as_of: Instant) -> Instant | None:
    """An instant if it lies strictly before `as_of`: what comes later is not known yet."""
    return at if at is not None and at < as_of else None
