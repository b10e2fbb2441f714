"""What one drain has claimed, and what becomes of it: a delivery ends once all its issues are decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from phasewise.core.model import Instant
from phasewise.store import claims
from phasewise.store.claims import Claimed, Failure
from phasewise.usecases.deps import Deps

if TYPE_CHECKING:
    from sqlalchemy import Connection

LEASE_MS = 60_000
"""How long a claim holds unless it is prolonged: after so long others take over what a dead node held."""

LAGS = 3
"""So often a delivery is tried again while the search index may not know its issue yet."""

NO_ISSUE = "It names no issue that could be read"


class Fate(StrEnum):
    """What became of an issue that a delivery names."""

    APPLIED = "applied"
    IGNORED = "ignored"
    LAGGING = "lagging"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The fate of one issue, and why where it is not applied."""

    fate: Fate
    reason: str = ""


APPLIED = Verdict(Fate.APPLIED)


@dataclass(frozen=True, slots=True)
class Settled:
    """What one transaction wrote: deliveries done by id, with a reason where ignored; those that failed, of
    which so many were set `aside`."""

    verdicts: Mapping[int, Verdict]
    done: Mapping[str, str | None]
    failures: Sequence[Failure]
    aside: int = 0


@dataclass(slots=True)
class Errand:
    """The deliveries of one drain. What transactions write is noted here only after they are committed."""

    deps: Deps
    node_id: str
    claimed: Sequence[Claimed]
    held_since: Instant
    applied: int = 0
    ignored: int = 0
    retried: int = 0
    failed: int = 0
    decided: dict[int, Verdict] = field(default_factory=dict)
    _by_issue: dict[int, list[Claimed]] = field(init=False)
    _ends: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._by_issue = {}
        for delivery in self.claimed:
            for issue_id in delivery.issue_ids:
                self._by_issue.setdefault(issue_id, []).append(delivery)

    @property
    def left(self) -> list[int]:
        """The issues that are not decided yet, each once."""
        return sorted(self._by_issue.keys() - self.decided.keys())

    def naming(self, ids: Iterable[int]) -> list[str]:
        """The deliveries that name one of these issues, each once."""
        return sorted({one.delivery_id for issue_id in ids for one in self._by_issue.get(issue_id, ())})

    def settle(self, connection: "Connection", verdicts: Mapping[int, Verdict]) -> Settled:
        """Write how the deliveries end whose last issue is decided by these verdicts."""
        done, failures = self._ended(verdicts)
        at, site_id = self.deps.now(), self.deps.site_id
        if at - self.held_since > LEASE_MS // 3:
            claims.prolong(connection, site_id, self.node_id, at + LEASE_MS)
        claims.settle(connection, site_id, self.node_id, at, done)
        aside = claims.retry_or_fail(connection, site_id, self.node_id, at, failures)
        return Settled(verdicts, done, failures, aside)

    def note(self, settled: Settled) -> None:
        """Remember what was committed."""
        self.decided.update(settled.verdicts)
        self.applied += sum(reason is None for reason in settled.done.values())
        self.ignored += sum(reason is not None for reason in settled.done.values())
        self.failed += settled.aside
        self.retried += len(settled.failures) - settled.aside
        self._ends.update(settled.done, (failure.delivery_id for failure in settled.failures))
        if self.deps.now() - self.held_since > LEASE_MS // 3:
            self.held_since = self.deps.now()

    def refuse_empty(self) -> None:
        """Set the deliveries aside that name nothing: no try would change that."""
        empty = [one.delivery_id for one in self.claimed if not one.issue_ids]
        failures = [Failure(delivery_id, claims.TRIES - 1, NO_ISSUE) for delivery_id in empty]
        if failures:
            with self.deps.database.write() as connection:
                at = self.deps.now()
                aside = claims.retry_or_fail(connection, self.deps.site_id, self.node_id, at, failures)
            self.note(Settled({}, {}, failures, aside))

    def give_back(self) -> None:
        """What did not end waits as if it had never been claimed."""
        left = [one.delivery_id for one in self.claimed if one.delivery_id not in self._ends]
        if left:
            with self.deps.database.write() as connection:
                claims.release(connection, self.deps.site_id, self.node_id, left)

    def _ended(self, now: Mapping[int, Verdict]) -> tuple[dict[str, str | None], list[Failure]]:
        """The deliveries of which the last issue is decided now: those done, and those that failed."""
        decided = {**self.decided, **now}
        done: dict[str, str | None] = {}
        failures: list[Failure] = []
        touched = {one.delivery_id: one for issue_id in now for one in self._by_issue.get(issue_id, ())}
        for delivery in touched.values():
            verdicts = [decided[issue_id] for issue_id in delivery.issue_ids if issue_id in decided]
            if len(verdicts) < len(delivery.issue_ids):
                continue
            broken = next((one for one in verdicts if _must_wait(one, delivery)), None)
            if broken is not None:
                failures.append(Failure(delivery.delivery_id, delivery.attempts, broken.reason))
            elif any(one.fate is Fate.APPLIED for one in verdicts):
                done[delivery.delivery_id] = None
            else:
                done[delivery.delivery_id] = verdicts[0].reason
        return done, failures


def _must_wait(verdict: Verdict, delivery: Claimed) -> bool:
    is_early = verdict.fate is Fate.LAGGING and delivery.attempts < LAGS
    return verdict.fate is Fate.BROKEN or is_early
