"""The team's tickets as they lie at one instant, sorted by who holds them: what `team_moves` chooses from."""

import random
from collections.abc import Iterable, Sequence
from typing import Any

from phasewise.sandbox import catalogue
from phasewise.sandbox.model import Issue
from phasewise.sandbox.script_events import DAY
from phasewise.sandbox.script_words import COMMENTS, Idea, Titles, ideas
from phasewise.sandbox.world import World

_RESTING = (catalogue.TESTING, catalogue.BLOCKED)


class Table:
    """Built anew for each move, so that it never disagrees with the World."""

    def __init__(self, world: World, rng: random.Random, people: Sequence[str], now_ms: int) -> None:
        self.world, self.rng, self.people, self.now_ms = world, rng, people, now_ms
        issues = list(world.issues.values())
        self.epics = [issue for issue in issues if world.level(issue) == 1]
        still_open = [i for i in issues if world.level(i) < 1 and self.category(i) != "done"]
        self.in_parts = {i.parent for i in still_open if world.level(i) < 0}
        self.todo = [i for i in still_open if self.category(i) == "new" and world.level(i) == 0]
        self.resting = [i for i in still_open if self.is_resting(i)]
        active = [i for i in still_open if self.category(i) == "indeterminate" and not self.is_resting(i)]
        self.active = {p: [i for i in active if i.assignee == p] for p in people}

    def category(self, issue: Issue) -> str:
        return self.world.statuses[issue.status].category

    def is_flagged(self, issue: Issue) -> bool:
        return bool((issue.custom or {}).get(catalogue.FLAG_FIELD))

    def is_resting(self, issue: Issue) -> bool:
        """Begun, and watched, blocked or flagged now."""
        begun = self.category(issue) == "indeterminate"
        return begun and (issue.status in _RESTING or self.is_flagged(issue))

    def is_old(self, issue: Issue) -> bool:
        """Begun more than four days ago."""
        return self.now_ms - issue.status_since > 4 * DAY

    def pick(self, issues: Iterable[Issue]) -> Issue | None:
        found = list(issues)
        return self.rng.choice(found) if found else None

    def free(self) -> list[str]:
        """Who has nothing active."""
        return [person for person in self.people if not self.active[person]]

    def next_for(self, person: str) -> Issue | None:
        """A task to begin: one's own, else one of nobody's. What is worked on in parts is begun already."""
        waiting = [i for i in self.todo if i.id not in self.in_parts and not self.is_flagged(i)]
        mine = [issue for issue in waiting if issue.assignee == person]
        return self.pick(mine) or self.pick(issue for issue in waiting if issue.assignee is None)

    def status(self, issue: Issue, wanted: str) -> str:
        """A status id that the issue's space has: the one wanted, else its first of the same category."""
        home = self.world.spaces[issue.space]
        if wanted in home.statuses:
            return wanted
        category = self.world.statuses[wanted].category
        return next(id for id in home.statuses if self.world.statuses[id].category == category)

    def edit(self, who: str, issue: Issue, values: dict[str, Any]) -> None:
        self.world.edit(self.now_ms, who, issue.id, values)

    def say(self, who: str, issue: Issue, kind: str) -> None:
        self.world.comment(self.now_ms, who, issue.id, self.rng.choice(COMMENTS[kind]))

    def told(self, issue: Issue, what: str) -> str:
        return f"{self.world.key_of(issue)} {what}"

    def title(self, epic: Issue, phase: str) -> str:
        """A new task's title: in the words of the epic's subject where the script knows it."""
        used = {i.summary: 1 for i in self.world.issues.values() if i.parent == epic.id}
        known = {idea.title: idea for idea in ideas(random.Random(0), 24)}
        idea = known.get(epic.summary.split(",")[0]) or known.get(epic.summary) or _plain(epic.summary)
        return Titles(idea, self.rng, used).next(phase)


def _plain(summary: str) -> Idea:
    """Words for an epic that is none of the script's."""
    return Idea(summary, "the result", "model", ("the data", "the logs"), ("the hard cases",), "the users")
