"""The rules enforced: what became due about findings is said in Jira, moved back, or told to the lead.

Called after every judging, and by a job that looks whether a finding ripened meanwhile. Nothing is written
here but rows: the effects, in one transaction with what the ladder remembers of them.
"""

import hashlib
from dataclasses import dataclass, replace
from functools import partial

from phasewise.core.findings import seen_at
from phasewise.core.ladder import RANK, Grant, Move, Said, Standing, Todo, decide, is_soon_again
from phasewise.core.model import Finding, Instant, Rule, Strength
from phasewise.core.rulebook import Timeline
from phasewise.errors import PhasewiseError
from phasewise.log import get_log
from phasewise.store import ladder, moves, sites
from phasewise.store.db import Connection
from phasewise.store.effects import Effect, EffectKind, add_effect
from phasewise.store.ladder import MOVE, FindingId, Step
from phasewise.store.waivers import Waiver, waivers_about
from phasewise.usecases.deps import Deps
from phasewise.usecases.enforcing.cases import Place, place_of
from phasewise.usecases.enforcing.rising import Since, is_kept, keep_since, known_since
from phasewise.usecases.enforcing.wording import Wording, subject_of
from phasewise.usecases.in_force import InForce, in_force
from phasewise.usecases.moment import present_by

log = get_log("enforce")

AT_ONCE = 50
"""Findings of one transaction."""

ROUNDS = 20

LATE_MS = 7 * 86_400_000
"""What became due longer ago, and only comes to be known now, is no longer said: a mapping that changes must
not write into a hundred tickets about last month."""


@dataclass(frozen=True, slots=True)
class EnforceReport:
    """How many findings were looked at, and what was decided about them."""

    looked: int = 0
    said: int = 0
    moved: int = 0
    told: int = 0

    def __add__(self, other: "EnforceReport") -> "EnforceReport":
        return EnforceReport(
            self.looked + other.looked,
            self.said + other.said,
            self.moved + other.moved,
            self.told + other.told,
        )


def is_anything_due(deps: Deps) -> bool:
    """Whether `enforce` would find something to do: a cheap look."""
    with deps.database.read() as connection:
        at = _present(deps, connection)
        if at is None:
            return False
        policies = in_force(connection, deps)
        if not is_kept(connection, deps.site_id, policies, at):
            return True
        since = _floors(known_since(connection, deps.site_id, policies, at), at)
        return bool(ladder.due(connection, deps.site_id, since, at, 1))


def enforce(deps: Deps) -> EnforceReport:
    """Do what is due. Raises StoreError; what is done by then stays. What is left waits for the next time."""
    report = EnforceReport()
    for _ in range(ROUNDS):
        if not is_anything_due(deps):
            break
        report += deps.database.transact(partial(_some, deps))
    if report.looked:
        log.info("enforced", looked=report.looked, said=report.said, moved=report.moved, told=report.told)
    return report


def _present(deps: Deps, connection: Connection) -> Instant | None:
    """Now, in Jira's time; None before the first synchronisation has ended."""
    state = sites.sync_state(connection, deps.site_id)
    return None if state.watermark is None else present_by(deps.now(), state)


def _floors(since: Since, at: Instant) -> dict[Rule, Instant]:
    """By rule the instant before which nothing that came to be known is said."""
    floors: dict[Rule, Instant] = {}
    for (_, rule, _), first in since.items():
        floors[rule] = min(first, floors.get(rule, first))
    return {rule: max(first, at - LATE_MS) for rule, first in floors.items()}


def _some(deps: Deps, connection: Connection) -> EnforceReport:
    sites.lock(connection, ladder.ENFORCING, deps.site_id)
    at = _present(deps, connection)
    if at is None:
        return EnforceReport()
    policies = in_force(connection, deps)
    since = keep_since(connection, deps.site_id, policies, at)
    ids = ladder.due(connection, deps.site_id, _floors(since, at), at, AT_ONCE)
    ids = _renamed(deps, connection, ids)
    found = ladder.findings_by_id(connection, deps.site_id, ids)
    known = ladder.steps_by_id(connection, deps.site_id, ids)
    waivers = waivers_about(connection, deps.site_id, ids, at)
    enforcing = _Enforcing(deps, connection, at, policies, since)
    for one in ids:
        try:
            with connection.begin_nested():
                step = known.get(one) or enforcing.taken_up(one, found.get(one))
                if step is not None:
                    enforcing.see_to(step, found.get(one), waivers.get(one))
        except PhasewiseError:
            raise
        except Exception as error:  # One finding that nobody foresaw must not keep the others waiting.
            log.exception("enforce_failed", finding=":".join(map(str, one)))
            enforcing.set_aside(one, known.get(one), f"{type(error).__name__}: {error}; please report this")
    if enforcing.report.said + enforcing.report.moved + enforcing.report.told:
        sites.raise_revision(connection, deps.site_id)
    return replace(enforcing.report, looked=len(ids))


def _renamed(deps: Deps, connection: Connection, ids: list[FindingId]) -> list[FindingId]:
    """The findings, with those that news gave another start under that: nothing is said twice of them."""
    steps = ladder.steps_by_id(connection, deps.site_id, ids)
    found = ladder.findings_by_id(connection, deps.site_id, steps)
    new_names: dict[FindingId, FindingId] = {}
    for gone in steps.keys() - found.keys():
        new = ladder.successor(connection, deps.site_id, gone)
        if new is not None:
            ladder.rename(connection, deps.site_id, gone, new)
            new_names[gone] = new
    return list(dict.fromkeys(new_names.get(one, one) for one in ids))


class _Enforcing:
    """One transaction's work: the steps that are taken, at one instant."""

    def __init__(
        self, deps: Deps, connection: Connection, at: Instant, policies: InForce, since: Since
    ) -> None:
        self._deps = deps
        self._connection = connection
        self._site_id = deps.site_id
        self._at = at
        self._since = since
        self._policies = policies
        self.report = EnforceReport()

    # -------------------------------------------------------------- one finding

    def taken_up(self, one: FindingId, whole: Finding | None) -> Step | None:
        """The first step about a finding; None, but remembered, where nothing is to be done about it."""
        finding = None if whole is None else seen_at(whole, self._at)
        if finding is None or finding.end is not None:
            return None
        place = place_of(self._connection, self._site_id, finding)
        version = self._policies.for_finding(finding).at(self._at)
        strength = version.policy.strengths.of(finding.rule, place.phase)
        first = self._since.get((version.team, finding.rule, place.phase))
        step = Step(
            *one,
            key=_key(one),
            person=place.person,
            issue_id=place.issue if first is not None and finding.known_from >= first else None,
            strength=strength,
            is_dry=version.policy.dry_run,
            taken_at=self._at,
        )
        if step.issue_id is None:
            ladder.save_step(self._connection, self._site_id, replace(step, closed_at=self._at))
            return None
        return step

    def set_aside(self, one: FindingId, step: Step | None, note: str) -> None:
        """Nothing more is done about it, and why."""
        step = step or Step(*one, _key(one), None, None, Strength.SHOW, is_dry=False, taken_at=self._at)
        step = replace(step, issue_id=None, note=note, closed_at=self._at)
        ladder.save_step(self._connection, self._site_id, step)

    def see_to(self, step: Step, whole: Finding | None, waiver: Waiver | None) -> None:
        """Do what is to be done about it now, and remember that."""
        if step.issue_id is None:
            return
        finding = None if whole is None else seen_at(whole, self._at)
        if step.move.is_under_way:
            outcome = moves.outcome_of(self._connection, self._site_id, step)
            step = replace(step, move=outcome.move, note=outcome.note)
        is_open = finding is not None and finding.end is None
        place = place_of(self._connection, self._site_id, finding) if finding and is_open else None
        if place is not None and finding is not None and finding.rule is Rule.FIVE_DAYS:
            step = replace(step, person=place.person)  # whose it is now
        standing = replace(self._standing(step, finding, place, waiver), ripens_at=self._ripens_at(whole))
        counts = self._policies.for_step(step.rule, step.subject, whole)
        todo = decide(self._at, standing, step.done, counts.calendar)
        if todo.move and place:
            step = self._moved(step, place)
            if step.is_dry:  # no effect is waited for: what would be said of the move follows at once
                todo = decide(self._at, standing, step.done, counts.calendar)
        if todo.say is not None:
            step = self._said(step, todo.say, finding, waiver, counts)
        step = replace(self._noted(step, todo), breach_at=whole.breach_at if whole else None)
        ladder.save_step(self._connection, self._site_id, step)

    def _standing(
        self, step: Step, finding: Finding | None, place: Place | None, waiver: Waiver | None
    ) -> Standing:
        if finding is None or place is None:
            return Standing(step.strength, is_open=False)
        version = self._policies.for_finding(finding).at(self._at)
        now = version.policy.strengths.of(finding.rule, place.phase)
        can_move = place.origin is not None and place.issue == step.issue_id
        return Standing(
            strength=min(step.strength, now, key=lambda one: RANK[one]),
            is_breach=finding.rule is not Rule.FIVE_DAYS or finding.breach_at is not None,
            can_move=can_move,
            repeats=self._repeats(step, finding),
            is_let_be=self._is_let_be(step, finding),
            waiver=None if waiver is None else waiver.state,
            waived_until=None if waiver is None or waiver.state is not Grant.GRANTED else waiver.until,
        )

    def _ripens_at(self, whole: Finding | None) -> Instant | None:
        """From when on a warning is seen as a breach, as far as is known."""
        if whole is None or whole.breach_at is None or whole.breach_at < self._at:
            return None
        return whole.breach_at + 1

    def _repeats(self, step: Step, finding: Finding) -> bool:
        if finding.rule is not Rule.ONE_ACTIVE or step.person is None or step.issue_id is None:
            return False
        if step.move is not Move.NONE:
            return False
        moved_at = moves.moved_back_at(self._connection, self._site_id, step.person, step.issue_id)
        return moved_at is not None and is_soon_again(
            moved_at, finding.start, self._policies.for_finding(finding).calendar
        )

    def _is_let_be(self, step: Step, finding: Finding) -> bool:
        if finding.rule is not Rule.ONE_ACTIVE or step.person is None or step.issue_id is None:
            return False
        return moves.was_undone(self._connection, self._site_id, step.person, step.issue_id)

    # -------------------------------------------------------------- what is done

    def _moved(self, step: Step, place: Place) -> Step:
        body = {"from": place.status, "to": place.origin}
        self._add(step, Effect(step.key + MOVE, EffectKind.TRANSITION, str(place.issue), body))
        self.report = replace(self.report, moved=self.report.moved + 1)
        return replace(
            step,
            move=Move.DONE if step.is_dry else Move.PENDING,
            moved_issue=place.issue,
            moved_from=place.status,
            moved_to=place.origin,
            moved_at=self._at,
        )

    def _said(
        self, step: Step, said: Said, finding: Finding | None, waiver: Waiver | None, counts: Timeline
    ) -> Step:
        subject = subject_of(finding, step.person, step.issue_id or 0)
        subject = replace(subject, status=step.moved_from if said is Said.UNDONE else step.moved_to)
        if waiver is not None:
            subject = replace(subject, until=waiver.until, reason=waiver.reason)
        words = Wording(
            self._connection, self._site_id, counts.at(self._at).policy, counts.calendar, self._at
        )
        text = words.comment(step.rule, said, subject)
        target = str(step.issue_id)
        if step.said is None:
            self._add(step, Effect(step.key, EffectKind.COMMENT, target, {"text": text}))
        else:
            step = replace(step, edits=step.edits + 1)
            key, body = f"{step.key}:edit:{step.edits}", {"text": text, "comment": step.key}
            self._add(step, Effect(key, EffectKind.EDIT, target, body, subject=f"{step.key}:edit"))
        self.report = replace(self.report, said=self.report.said + 1)
        return replace(step, said=said)

    def _add(self, step: Step, effect: Effect) -> None:
        """Have it done; in a dry run the step alone says that it would be."""
        if not step.is_dry:
            add_effect(self._connection, self._site_id, effect, self._deps.now())

    def _noted(self, step: Step, todo: Todo) -> Step:
        if todo.asks:
            step = replace(step, asked_at=self._at, answered=False)
        if todo.tell is not None and not step.is_dry:
            step = replace(step, told=todo.tell, told_at=self._at)
            self.report = replace(self.report, told=self.report.told + 1)
        return replace(step, look_at=todo.look_at, closed_at=self._at if todo.over else None)


def _key(one: FindingId) -> str:
    """The key of the effect that is the comment about a finding: of its cause, so that it is one for ever."""
    key = f"finding:{one.rule}:{one.subject}:{one.start}"
    if len(key) <= 200:
        return key
    return f"finding:{one.rule}:{hashlib.sha256(one.subject.encode()).hexdigest()}:{one.start}"
