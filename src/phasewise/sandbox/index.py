"""What a search looks through: issues by id, by space, by parent and by `updated`, possibly some seconds old.

`world` tells it of every write; `jql_run` asks it for candidates. Real search lags behind the truth: while
`lag_ms` is set, an issue changed less than that ago is shown as it was.
"""

import bisect
import itertools
from array import array
from collections import deque

from phasewise.sandbox.model import Issue


class Index:
    def __init__(self) -> None:
        self.lag_ms = 0
        self.version = 0
        self._journal: deque[int] = deque(maxlen=20_000)
        self._ids: list[int] = []
        self._ids_sorted = True
        self._by_space: dict[str, set[int]] = {}
        self._by_parent: dict[int, set[int]] = {}
        self._updates = array("q")
        self._by_update = array("q")
        self._since_sorted: set[int] = set()
        self._recent: deque[tuple[int, int, Issue | None]] = deque()

    # ---------------------------------------------------------------- told by the world

    def before_write(self, now: int, issue_id: int, old: Issue | None) -> None:
        """`old` is a copy of the issue as it was (None: it was not there), kept while the index lags."""
        if self.lag_ms:
            self._recent.append((now, issue_id, old))
            while self._recent and self._recent[0][0] < now - 2 * self.lag_ms:
                self._recent.popleft()

    def added(self, issue: Issue) -> None:
        if self._ids and issue.id < self._ids[-1]:
            self._ids_sorted = False
        self._ids.append(issue.id)
        self._by_space.setdefault(issue.space, set()).add(issue.id)
        if issue.parent is not None:
            self._by_parent.setdefault(issue.parent, set()).add(issue.id)
        self.updated(issue)

    def updated(self, issue: Issue) -> None:
        self._since_sorted.add(issue.id)
        self._note(issue.id)

    def moved(self, issue: Issue, space: str, parent: int | None) -> None:
        """`space` and `parent` are the former ones."""
        if space != issue.space:
            self._by_space[space].discard(issue.id)
            self._by_space.setdefault(issue.space, set()).add(issue.id)
        if parent != issue.parent:
            if parent is not None:
                self._by_parent[parent].discard(issue.id)
            if issue.parent is not None:
                self._by_parent.setdefault(issue.parent, set()).add(issue.id)

    def removed(self, issue: Issue) -> None:
        self._ids = self.ids()
        del self._ids[bisect.bisect_left(self._ids, issue.id)]
        self._by_space[issue.space].discard(issue.id)
        if issue.parent is not None:
            self._by_parent[issue.parent].discard(issue.id)
        self._note(issue.id)

    def _note(self, issue_id: int) -> None:
        self.version += 1
        self._journal.append(issue_id)

    # ---------------------------------------------------------------- asked by a search

    def ids(self) -> list[int]:
        """All ids, ascending. Not to be changed."""
        if not self._ids_sorted:
            self._ids.sort()
            self._ids_sorted = True
        return self._ids

    def changed_since(self, version: int) -> set[int] | None:
        """Ids written since a version; None where that was too long ago to know."""
        count = self.version - version
        if count > len(self._journal):
            return None
        return set(itertools.islice(reversed(self._journal), count))

    def in_space(self, space: str) -> set[int]:
        return self._by_space.get(space, set())

    def children(self, issue_id: int) -> set[int]:
        return self._by_parent.get(issue_id, set())

    def updated_since(self, instant: int, issues: dict[int, Issue]) -> set[int]:
        """Ids of the issues whose `updated` is at or after the instant."""
        if len(self._since_sorted) > 1000 + len(issues) // 10:
            self._sort_by_update(issues)
        sorted_part = self._by_update[bisect.bisect_left(self._updates, instant) :]
        found = {id for id in sorted_part if id in issues}
        return found | {id for id in self._since_sorted if id in issues and issues[id].updated >= instant}

    def _sort_by_update(self, issues: dict[int, Issue]) -> None:
        """`updated` only ever grows, so that an issue once found by its old value is rightly found."""
        order = sorted(issues, key=lambda id: issues[id].updated)
        self._by_update = array("q", order)
        self._updates = array("q", [issues[id].updated for id in order])
        self._since_sorted.clear()

    def seen_late(self, now: int) -> dict[int, Issue | None]:
        """Issues that the lagging index still shows as they were: id -> that state (None: not yet there)."""
        late: dict[int, Issue | None] = {}
        if self.lag_ms:
            for at, issue_id, old in self._recent:
                if at > now - self.lag_ms:
                    late.setdefault(issue_id, old)
        return late
