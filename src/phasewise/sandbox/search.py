"""Runs a query: candidates from the index, the test, the order; remembers answers while nothing changes.

The search routes of both deployments call `find`. After a write only the changed issues are looked at again.
"""

import bisect
from collections import OrderedDict
from dataclasses import dataclass, field

from phasewise.sandbox import jql_values as values
from phasewise.sandbox.access import Caller
from phasewise.sandbox.jql_match import Test, compile_test, is_volatile, operands_of
from phasewise.sandbox.jql_text import JqlError, Node, Query, is_empty, parse
from phasewise.sandbox.jql_values import Scope, each
from phasewise.sandbox.model import Issue
from phasewise.sandbox.order import Key, Order
from phasewise.sandbox.world import World

_REMEMBERED = 8


@dataclass(slots=True)
class Answer:
    """All that a query matches, in order. `late` are issues the index still shows as they were."""

    order: Order
    world: World
    test: Test
    entries: list[tuple[Key, int]]
    late: dict[int, Issue | None] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.entries)

    def page(self, start: int, size: int) -> list[Issue]:
        found = []
        for _, issue_id in self.entries[start : start + size]:
            issue = self.late.get(issue_id) or self.world.issues.get(issue_id)
            if issue is not None:
                found.append(issue)
        return found

    def refresh(self, issue_id: int) -> None:
        """Takes one issue's true state into the answer; only where it was shown late."""
        if issue_id not in self.late:
            return
        self.entries = [entry for entry in self.entries if entry[1] != issue_id]
        del self.late[issue_id]
        issue = self.world.issues.get(issue_id)
        if issue is not None and self.test(issue):
            bisect.insort(self.entries, (self.order.key_of(issue), issue_id))

    def position_after(self, raw: list[int | str]) -> int:
        """Where the issues after those raw order values begin, whether or not that issue is still there."""
        key = self.order.key(raw)
        return bisect.bisect_right(self.entries, key, key=lambda entry: entry[0])


@dataclass(slots=True)
class _Remembered:
    version: int
    meta_version: int
    order: Order
    test: Test
    entries: list[tuple[Key, int]]
    keys: dict[int, Key]


class Search:
    """One per server: the queries lately run on a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._remembered: OrderedDict[tuple[object, ...], _Remembered] = OrderedDict()

    def find(self, jql: str, caller: Caller, *, bounded: bool = False, lenient: bool = False) -> Answer:
        """Everything the caller is shown of what a query matches; JqlError where it is refused."""
        with self.world.lock:
            query = parse(jql)
            if bounded and query.where is None:
                raise JqlError(
                    "Unbounded JQL queries are not allowed here. "
                    "Please add a search restriction to your query."
                )
            scope = Scope(self.world, caller, self.world.now(), lenient)
            found = self._current(jql, query, scope)
            return self._as_indexed(found, scope)

    def _current(self, jql: str, query: Query, scope: Scope) -> _Remembered:
        caller = scope.caller
        name = (
            jql,
            caller.user_id,
            caller.zone,
            frozenset(caller.hidden_spaces),
            frozenset(caller.hidden_issues),
        )
        known = self._remembered.get(name)
        if (
            known is not None
            and known.meta_version == self.world.meta_version
            and self._refresh(known, scope)
        ):
            self._remembered.move_to_end(name)
            return known
        found = self._run(query, scope)
        if not is_volatile(query.where):
            self._remembered[name] = found
            while len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
        return found

    def _run(self, query: Query, scope: Scope) -> _Remembered:
        index, issues = self.world.index, self.world.issues
        order = Order(scope, query.order)
        test = _shown(scope, compile_test(scope, query.where) if query.where else None)
        candidates = _candidates(scope, query.where)
        pool = index.ids() if candidates is None else candidates
        entries = [(order.key_of(issue), issue.id) for id in pool if test(issue := issues[id])]
        entries.sort()
        return _Remembered(
            index.version, self.world.meta_version, order, test, entries, {id: key for key, id in entries}
        )

    def _refresh(self, known: _Remembered, scope: Scope) -> bool:
        """Brings a remembered answer up to date; False where too much changed since."""
        changed = self.world.index.changed_since(known.version)
        if changed is None or len(changed) > 1 + len(known.entries) // 4:
            return False
        known.version = self.world.index.version
        for issue_id in changed:
            old = known.keys.pop(issue_id, None)
            if old is not None:
                del known.entries[bisect.bisect_left(known.entries, (old, issue_id))]
            issue = self.world.issues.get(issue_id)
            if issue is not None and known.test(issue):
                known.keys[issue_id] = known.order.key_of(issue)
                bisect.insort(known.entries, (known.keys[issue_id], issue_id))
        return True

    def _as_indexed(self, found: _Remembered, scope: Scope) -> Answer:
        """The answer as a lagging index gives it: some issues as they were, some not yet there."""
        late = self.world.index.seen_late(scope.now)
        if not late:
            return Answer(found.order, self.world, found.test, list(found.entries))
        entries = [entry for entry in found.entries if entry[1] not in late]
        old = [issue for issue in late.values() if issue is not None and found.test(issue)]
        entries += [(found.order.key_of(issue), issue.id) for issue in old]
        entries.sort()
        return Answer(found.order, self.world, found.test, entries, late)


def _shown(scope: Scope, test: Test | None) -> Test:
    """Archived issues, and those the caller may not see, are in no answer."""
    caller, spaces = scope.caller, scope.world.spaces
    if test is None:
        return lambda issue: not issue.archived and not spaces[issue.space].archived and caller.may_see(issue)
    return lambda issue: (
        test(issue) and not issue.archived and not spaces[issue.space].archived and caller.may_see(issue)
    )


def _candidates(scope: Scope, where: Node | None) -> set[int] | None:
    """The smallest set of ids that holds every match, as far as the indexes know; None: all issues."""
    index, world = scope.world.index, scope.world
    pools: list[set[int]] = []
    if (operand := operands_of(where, "project", ("=", "in"))) is not None:
        spaces = frozenset().union(*(values.space_ids(scope, v) for v in each(operand) if not is_empty(v)))
        pools.append(set().union(*(index.in_space(space) for space in spaces)))
    for name in ("id", "key", "issue", "issuekey"):
        if (operand := operands_of(where, name, ("=", "in"))) is not None:
            ids = (values.issue_ids(scope, name, v) for v in each(operand) if not is_empty(v))
            pools.append({id for found in ids for id in found})
    if (operand := operands_of(where, "parent", ("=", "in"))) is not None and not any(
        map(is_empty, each(operand))
    ):
        parents = frozenset().union(*(values.issue_ids(scope, "parent", v) for v in each(operand)))
        pools.append(set().union(*(index.children(parent) for parent in parents)))
    if (operand := operands_of(where, "updated", (">=", ">"))) is not None and not is_empty(operand):
        since = values.instant(scope, "updated", each(operand)[0])
        pools.append(index.updated_since(since, world.issues))
    return min(pools, key=len) if pools else None
