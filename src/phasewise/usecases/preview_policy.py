"""What a proposed policy would have found in the last weeks, and what not; nothing is written.

Called by `phasewise policy diff` and the page that asks before a policy is changed. It reads batch by batch,
each in a transaction of its own, so that whoever writes meanwhile is never waited for, nor waits.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from phasewise.core.leave import leave_in
from phasewise.core.model import Finding, Phase, Policy, Rule
from phasewise.core.rulebook import EVER, PolicyVersion, Rulebook
from phasewise.i18n.speaking import _, ngettext
from phasewise.store.boards import Page, issues_by_id
from phasewise.store.derived import held_by, held_counts, intervals_of, subtasks_of
from phasewise.store.finding_pages import FindingFilter, findings_at
from phasewise.store.findings import ABOUT_PERSONS
from phasewise.store.hands import names_of
from phasewise.store.open_lately import estimates_of, persons_holding_since, tasks_open_since
from phasewise.store.sites import sync_state
from phasewise.store.upsert import batched, grouped
from phasewise.usecases.as_of.findings import place_of
from phasewise.usecases.deps import Deps
from phasewise.usecases.in_force import in_force
from phasewise.usecases.instants import rfc3339
from phasewise.usecases.moment import present_by
from phasewise.usecases.policies.comparing import Comparison, Tally
from phasewise.usecases.policies.reading import (
    NOT_TRIED,
    Family,
    Lens,
    is_shown,
    lens_of,
    of_person,
    of_task,
    phase_at,
    rules_shown_otherwise,
    rules_that_differ,
    ticket_of,
)

DAYS = 30
DAY_MS = 86_400_000
AT_ONCE = 500
INTERVALS_AT_ONCE = 20_000

Belongs = Callable[[Finding], bool]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would open and close, and what the numbers leave out: a changed mapping and `NOT_TRIED` rules.
    `names` are the keys and the people that the listed differences are about, by subject."""

    found: Comparison
    names: Mapping[str, str]
    changes_mapping: bool
    left_out: tuple[Rule, ...]

    def sentences(self) -> list[str]:
        """The numbers in words, and what they leave out."""
        opens, closes = self.found.opens, self.found.closes
        told = [
            _(
                "In the last %(days)s days it would have opened %(opened)s and closed %(closed)s.",
                days=DAYS,
                opened=_findings(opens),
                closed=_findings(closes),
            )
        ]
        if self.changes_mapping:
            told.append(_("The mapping changes, too, for all history: that is not in these numbers."))
        if self.left_out:
            told.append(_("Rabbit holes may change with the calendar: they are not in these numbers."))
        if opens.count + closes.count > len(self.found.differences):
            told.append(_("The first %(n)s are listed.", n=len(self.found.differences)))
        return told

    def as_dict(self) -> dict[str, Any]:
        """For JSON: numbers, sentences, and the listed findings."""
        return {
            "opened": {"count": self.found.opens.count, "open_now": self.found.opens.open_now},
            "closed": {"count": self.found.closes.count, "open_now": self.found.closes.open_now},
            "sentences": self.sentences(),
            "findings": [
                {
                    "change": one.change,
                    "rule": one.rule.value,
                    "subject": one.subject,
                    "name": self.names.get(one.subject, one.subject),
                    "start": rfc3339(one.start),
                    "end": None if one.end is None else rfc3339(one.end),
                }
                for one in self.found.differences
            ],
        }


def _findings(tally: Tally) -> str:
    findings = ngettext("%(num)s finding", "%(num)s findings", tally.count)
    if not tally.open_now:
        return findings
    return _("%(findings)s (%(n)s open now)", findings=findings, n=tally.open_now)


def preview_policy(deps: Deps, team: str, new: Policy, days: int = DAYS) -> Preview:
    """Compare the newest policy of a team with another over the last `days` days and what is open now, each
    as if it had been in force all the time, for the findings of that team."""
    with deps.database.read() as connection:
        as_of = present_by(deps.now(), sync_state(connection, deps.site_id))
        policies = in_force(connection, deps)
    found = Comparison(as_of - days * DAY_MS, as_of)
    old = policies.rulebook.team(team).newest.policy
    trial = _Trial(
        deps,
        lens_of(old, policies.leave),
        lens_of(new, leave_in(_with(policies.rulebook, team, new))),
        found,
        lambda finding: policies.for_finding(finding).newest.team == team,
    )
    again = rules_that_differ(old, new)
    trial.persons(again & set(ABOUT_PERSONS))
    trial.tasks(again - set(ABOUT_PERSONS))
    for rule in rules_shown_otherwise(old, new) - again:
        trial.stored(rule)
    mapping = [(one.status_overrides, one.phase_overrides) for one in (old, new)]
    left_out = tuple(NOT_TRIED) if old.calendar != new.calendar else ()
    return Preview(found, _names(deps, found), mapping[0] != mapping[1], left_out)


def _names(deps: Deps, found: Comparison) -> dict[str, str]:
    persons = {one.subject for one in found.differences if one.rule in ABOUT_PERSONS}
    issues = {int(one.subject) for one in found.differences if one.rule not in ABOUT_PERSONS}
    with deps.database.read() as connection:
        keys = {str(row.id): row.key for row in issues_by_id(connection, deps.site_id, issues).values()}
        return keys | names_of(connection, deps.site_id, persons)


def _with(rulebook: Rulebook, name: str, policy: Policy) -> Rulebook:
    """The same teams, but that one of them has always had this policy."""
    teams = (
        replace(team, versions=(PolicyVersion(name, 1, EVER, policy),)) if team.name == name else team
        for team in rulebook.teams
    )
    return replace(rulebook, teams=tuple(teams))


@dataclass(frozen=True, slots=True)
class _Trial:
    deps: Deps
    old: Lens
    new: Lens
    found: Comparison
    belongs: Belongs

    def persons(self, rules: frozenset[Rule]) -> None:
        """Compare by the rules about persons, those who hold little together, one who holds much alone."""
        if not rules:
            return
        site_id = self.deps.site_id
        with self.deps.database.read() as connection:
            persons = persons_holding_since(connection, site_id, self.found.since)
            sizes = held_counts(connection, site_id, persons)
        for some in grouped(persons, sizes, INTERVALS_AT_ONCE):
            with self.deps.database.read() as connection:
                held = held_by(connection, site_id, some)
            self._compare(
                [list(of_person(lens, rules, person, held.get(person, []))) for lens in (self.old, self.new)]
                for person in some
            )

    def tasks(self, rules: frozenset[Rule]) -> None:
        """Compare by the rules about tasks."""
        if not rules:
            return
        with self.deps.database.read() as connection:
            tasks = tasks_open_since(connection, self.deps.site_id, self.found.since)
        for some in batched(tasks, AT_ONCE):
            self._compare(
                [list(of_task(lens, rules, family)) for lens in (self.old, self.new)]
                for family in self._families(some)
            )

    def _families(self, tasks: Sequence[int]) -> list[Family]:
        site_id = self.deps.site_id
        with self.deps.database.read() as connection:
            subtasks = subtasks_of(connection, site_id, tasks)
            ids = [*tasks, *(one for some in subtasks.values() for one in some)]
            lasting = intervals_of(connection, site_id, ids)
            estimates = estimates_of(connection, site_id, tasks)
        return [
            Family(
                lasting[task],
                [lasting[one] for one in subtasks.get(task, ()) if one in lasting],
                estimates.get(task),
            )
            for task in tasks
            if task in lasting
        ]

    def stored(self, rule: Rule) -> None:
        """Compare what was found already, by a rule that is off under one policy only."""
        wanted = FindingFilter(rule=rule, since=self.found.since)
        after: tuple[int, str, str] | None = None
        while True:
            with self.deps.database.read() as connection:
                page = Page(AT_ONCE, after)
                found = findings_at(connection, self.deps.site_id, self.found.as_of, wanted, page)
            self._compare([[one], [one]] for one in found)
            if len(found) < AT_ONCE:
                return
            after = place_of(found[-1])

    def _compare(self, pairs: Iterable[Sequence[list[Finding]]]) -> None:
        some = [[[one for one in side if self.belongs(one)] for side in pair] for pair in pairs]
        phases = self._phases(one for pair in some for side in pair for one in side)
        for old, new in some:
            self.found.add(
                [one for one in old if is_shown(self.old.policy, one, phases(one))],
                [one for one in new if is_shown(self.new.policy, one, phases(one))],
            )

    def _phases(self, findings: Iterable[Finding]) -> Callable[[Finding], Phase]:
        """The phase that each finding belongs to; not looked up where no policy tells phases apart."""
        if not (self.old.policy.strengths.phases or self.new.policy.strengths.phases):
            return lambda finding: Phase.NONE
        tickets = {ticket for one in findings if (ticket := ticket_of(one)) is not None}
        with self.deps.database.read() as connection:
            lasting = intervals_of(connection, self.deps.site_id, sorted(tickets))
        return lambda finding: phase_at(lasting.get(ticket_of(finding) or 0, ()), finding.start)
