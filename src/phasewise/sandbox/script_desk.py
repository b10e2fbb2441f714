"""One person's desk: opens, begins and finishes tasks at positions of their diary.

`script_ways` and `script_present` work at it.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from phasewise.sandbox.script_cast import Person
from phasewise.sandbox.script_diary import Diary
from phasewise.sandbox.script_events import DAY, HOUR, MINUTE, Op, Pen, Status, Values
from phasewise.sandbox.script_tracks import Ending, Stint
from phasewise.sandbox.script_words import COMMENTS, Titles

_DONE_WHEN = (
    "Done when the numbers are in the notebook and reviewed.",
    "Done when merged and the nightly run is green.",
    "Done when the team has read the page.",
    "Time-boxed; write down what is left.",
    "Follows from the discussion in the planning.",
)
_SECONDS_A_DAY = 8 * 3600


@dataclass(frozen=True, slots=True)
class Project:
    """An epic of the script, and what its tasks need to know of it."""

    epic: str
    created_ms: int
    space: str
    owner: Person
    titles: Titles
    ending: Ending


@dataclass(slots=True)
class Desk:
    """Where a person works. `opens_ms` is when the history begins for them; nothing is written before."""

    pen: Pen
    person: Person
    diary: Diary
    rng: random.Random
    colleagues: Sequence[Person]
    projects: Sequence[Project]
    opens_ms: int
    _assigned: set[str] = field(default_factory=set)

    def at(self, position: float) -> int:
        return self.diary.instant(position)

    def colleague(self) -> Person:
        """Somebody else; oneself in a team of one."""
        others = [person for person in self.colleagues if person is not self.person]
        return self.rng.choice(others or [self.person])

    def open_task(self, stint: Stint, before: float, values: Values | None = None, kind: str = "") -> str:
        """A new task for a stint, created some time before a position; `values` go over the usual ones."""
        project = self.projects[stint.project]
        given: Values = {
            "summary": project.titles.next(kind or stint.phase),
            "space": project.space,
            "parent": project.epic,
            "phase": stint.phase,
        }
        if self.rng.random() < 0.7:
            given["assignee"] = self.person.key
        if self.rng.random() < 0.45:
            given["estimate"] = _SECONDS_A_DAY * self.rng.choice((1, 1, 2, 2, 3, 3, 4, 5, 8))
        if self.rng.random() < 0.5:
            given["description"] = self.rng.choice(_DONE_WHEN)
        given.update(values or {})
        author = self.rng.choice((self.person, self.person, project.owner)).key
        return self.create(self._created_ms(project, before), author, Op.CREATE_TASK, given)

    def open_part(self, stint: Stint, task: str, at_ms: int) -> str:
        """A new sub-task of a task, one's own, created half a minute before an instant."""
        project = self.projects[stint.project]
        values: Values = {
            "summary": project.titles.next("part"),
            "space": project.space,
            "parent": task,
            "assignee": self.person.key,
        }
        return self.create(at_ms - 30_000, self.person.key, Op.CREATE_SUBTASK, values)

    def create(self, at_ms: int, author: str, op: Op, values: Values) -> str:
        ref = self.pen.create(at_ms, author, op, values)
        if values.get("assignee") == self.person.key:
            self._assigned.add(ref)
        return ref

    def edit(self, position: float, ref: str, values: Values) -> None:
        self.pen.edit(self.at(position), self.person.key, ref, values)

    def begin(self, position: float, ref: str) -> None:
        """To In Progress, taking the task first where it is not one's own yet."""
        take: Values = {"assignee": self.person.key}
        start: Values = {"status": Status.IN_PROGRESS}
        if ref in self._assigned:
            self.edit(position, ref, start)
        elif self.rng.random() < 0.5:
            self.edit(position, ref, {**take, **start})
        else:
            self.edit(position, ref, take)
            self.edit(position + 0.0004, ref, start)
        self._assigned.add(ref)

    def finish(self, since: float, position: float, ref: str) -> None:
        """To Done, for some tasks after a few hours In Review."""
        author = self.person
        if self.rng.random() < 0.15:
            self.say(position - min(0.01, (position - since) / 2), ref, "finished")
        if self.rng.random() < 0.35:
            review = self.rng.uniform(0.08, 0.5) * min(1.0, position - since)
            self.edit(position - review, ref, {"status": Status.IN_REVIEW})
            author = self.colleague()
        self.pen.edit(self.at(position), author.key, ref, {"status": Status.DONE})

    def say(self, position: float, ref: str, kind: str) -> None:
        """Comments on a task."""
        self.pen.comment(self.at(position), self.person.key, ref, self.rng.choice(COMMENTS[kind]))

    def work(self, since: float, until: float, ref: str) -> None:
        """Begins a task and finishes it."""
        self.begin(since, ref)
        self.finish(since, until, ref)

    def _created_ms(self, project: Project, before: float) -> int:
        planned = self.rng.random() < 0.55
        lead = self.rng.uniform(0.5, 8) if planned else self.rng.uniform(0.02, 0.4)
        earliest = max(self.opens_ms, project.created_ms) + self.rng.randrange(2 * MINUTE, 30 * MINUTE)
        latest = self.at(before) - self.rng.randrange(40_000, 200_000)
        planned_ms = min(max(self.at(before - lead), earliest), latest)
        return max(planned_ms, project.created_ms + MINUTE)


def open_project(owner: Desk, start_ms: int, titles: Titles, space: str, ending: Ending) -> Project:
    """Creates the epic some days before its first stint, as far as the history reaches back."""
    rng, pen = owner.rng, owner.pen
    planned = owner.diary.instant(owner.diary.position(start_ms - int(rng.uniform(1, 9) * DAY)))
    created = max(planned, owner.opens_ms) + rng.randrange(20 * MINUTE)
    values: Values = {"summary": titles.idea.title, "space": space, "assignee": owner.person.key}
    values["description"] = f"Better {titles.idea.target} for {titles.idea.who}."
    epic = pen.create(created, owner.person.key, Op.CREATE_EPIC, values)
    if ending is Ending.NOT_STARTED:
        return Project(epic, created, space, owner.person, titles, ending)
    begins = max(owner.diary.instant(owner.diary.position(start_ms)), created + HOUR // 2)
    pen.edit(begins, owner.person.key, epic, {"status": Status.IN_PROGRESS})
    return Project(epic, created, space, owner.person, titles, ending)
