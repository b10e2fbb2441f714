"""What would be found and what would not, of two readings of the same time. Called by preview_policy."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from phasewise.core.findings import subject_of
from phasewise.core.model import Finding, Instant, Rule
from phasewise.core.stretches import until

LISTED = 200
"""So many are listed, the latest of each batch first; all are counted."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A finding that only the proposed policy has (`opens`), or only the one in force (`closes`)."""

    change: Literal["opens", "closes"]
    rule: Rule
    subject: str
    start: Instant
    end: Instant | None


@dataclass(slots=True)
class Tally:
    """How many, and how many of them are open at the end of the window; by rule."""

    count: int = 0
    open_now: int = 0
    by_rule: dict[Rule, int] = field(default_factory=dict)

    def add(self, finding: Finding, as_of: Instant) -> None:
        self.count += 1
        self.open_now += until(finding.end) >= as_of
        self.by_rule[finding.rule] = self.by_rule.get(finding.rule, 0) + 1


@dataclass(slots=True)
class Comparison:
    """Findings of `[since, as_of)` under two policies, compared subject by subject. Where both have something
    about the same subject by the same rule at the same time, nothing opens and nothing closes: it may only
    begin earlier or later."""

    since: Instant
    as_of: Instant
    opens: Tally = field(default_factory=Tally)
    closes: Tally = field(default_factory=Tally)
    differences: list[Difference] = field(default_factory=list)

    def add(self, before: Iterable[Finding], after: Iterable[Finding]) -> None:
        """Compare what both find; all that one of them finds about a subject must come at once."""
        old, new = self._by_subject(before), self._by_subject(after)
        for finding in _alone(new, old):
            self._take("opens", self.opens, finding)
        for finding in _alone(old, new):
            self._take("closes", self.closes, finding)

    def _take(self, change: Literal["opens", "closes"], tally: Tally, finding: Finding) -> None:
        tally.add(finding, self.as_of)
        if len(self.differences) < LISTED:
            end = None if until(finding.end) >= self.as_of else finding.end
            self.differences.append(Difference(change, finding.rule, subject_of(finding), finding.start, end))

    def _by_subject(self, findings: Iterable[Finding]) -> Mapping[tuple[Rule, str], list[Finding]]:
        found: defaultdict[tuple[Rule, str], list[Finding]] = defaultdict(list)
        for one in findings:
            if one.known_from < min(self.as_of, until(one.end)) and until(one.end) > self.since:
                found[one.rule, subject_of(one)].append(one)
        return found


def _alone(
    some: Mapping[tuple[Rule, str], list[Finding]], others: Mapping[tuple[Rule, str], list[Finding]]
) -> Iterator[Finding]:
    """Those of `some` that share no instant with one of the `others` about the same."""
    for about, findings in some.items():
        beside = others.get(about, ())
        for one in findings:
            if not any(one.start < until(other.end) and other.start < until(one.end) for other in beside):
                yield one
