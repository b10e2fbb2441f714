"""What people answer to the ladder's comments: a waiver that is asked for, a reason, or a hint that is due.

A job calls it when Jira told of a comment, and now and then for the questions that are open.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from phasewise.core.answers import answer_in
from phasewise.core.ladder import Grant
from phasewise.core.model import Strength
from phasewise.errors import JiraError
from phasewise.jira.comment_read import Reply
from phasewise.log import get_log
from phasewise.store import ladder, sites
from phasewise.store.db import Connection
from phasewise.store.effect_pages import result_of
from phasewise.store.effects import Effect, EffectKind, add_effect
from phasewise.store.hands import assignee_of
from phasewise.store.inbox import commented_since
from phasewise.store.ladder import Step
from phasewise.store.waivers import Waiver, add_waiver
from phasewise.usecases.deps import Deps
from phasewise.usecases.enforcing.wording import Wording, subject_of
from phasewise.usecases.in_force import in_force

log = get_log("hear_replies")

AT_ONCE = 20
TOLD_MS = 30_000
"""How long after Jira told of a comment it is looked for; later the open questions are looked at anyway."""
TOLD_MOST = 200
LEAST_PAUSE_MS = 10_000
CLOCKS_MS = 48 * 3_600_000
"""How far Jira's clock and ours may be apart: comments are told apart by their ids."""


@dataclass(frozen=True, slots=True)
class HearReport:
    """How many tickets were read, and what was found there."""

    read: int = 0
    answered: int = 0
    waivers: int = 0
    hints: int = 0

    def __add__(self, other: "HearReport") -> "HearReport":
        return HearReport(
            self.read + other.read,
            self.answered + other.answered,
            self.waivers + other.waivers,
            self.hints + other.hints,
        )


def is_anything_to_hear(deps: Deps) -> bool:
    """Whether somebody may have answered: a cheap look."""
    return deps.jira is not None and bool(_wanted(deps))


def hear_replies(deps: Deps) -> HearReport:
    """Read the tickets where somebody may have answered, and keep what they said. Raises StoreError; where
    Jira cannot be asked now, the next time will come."""
    report = HearReport()
    if deps.jira is None:
        return report
    for step in _wanted(deps):
        try:
            replies = _replies(deps, step)
        except JiraError as error:
            log.warning("replies_not_read", issue=step.issue_id, error=str(error))
            replies = []
        report += deps.database.transact(partial(_keep, deps, step, replies))
    return report


def _wanted(deps: Deps) -> list[Step]:
    now, pause = deps.now(), max(LEAST_PAUSE_MS, round(deps.poll_seconds * 1000))
    with deps.database.read() as connection:
        if sites.sync_state(connection, deps.site_id).stopped_reason is not None:
            return []
        told = commented_since(connection, deps.site_id, now - TOLD_MS, TOLD_MOST)
        return ladder.to_hear(connection, deps.site_id, told, now - pause, AT_ONCE)


def _replies(deps: Deps, step: Step) -> Sequence[Reply]:
    """What was written after our comment and after what was read before; nothing while ours is not there."""
    with deps.database.read() as connection:
        made = result_of(connection, deps.site_id, step.key)
    comment_id = None if made is None else made[1].get("comment_id")
    if comment_id is None or step.issue_id is None or deps.jira is None:
        return []
    after = max(int(str(comment_id)), step.heard or 0)
    writes = deps.jira.client().writes()
    return writes.replies(step.issue_id, str(after), step.taken_at - CLOCKS_MS)


def _keep(deps: Deps, heard: Step, replies: Sequence[Reply], connection: Connection) -> HearReport:
    sites.lock(connection, ladder.ENFORCING, deps.site_id)
    step = ladder.steps_by_id(connection, deps.site_id, [heard.id]).get(heard.id)
    if step is None:  # it was renamed meanwhile, and is read again under its new name
        return HearReport()
    step = replace(step, heard_at=deps.now())
    report = HearReport(read=1)
    asked = {step.person, assignee_of(connection, deps.site_id, step.issue_id or 0)} - {None}
    for reply in replies:
        if reply.author in asked and reply.id > (heard.heard or 0):
            step, found = _one(deps, connection, step, reply)
            report += found
    newest = max((reply.id for reply in replies), default=step.heard)
    ladder.save_step(connection, deps.site_id, replace(step, heard=newest))
    if report.answered:
        sites.raise_revision(connection, deps.site_id)
    return report


def _one(deps: Deps, connection: Connection, step: Step, reply: Reply) -> tuple[Step, HearReport]:
    found = ladder.findings_by_id(connection, deps.site_id, [step.id]).get(step.id)
    counts = in_force(connection, deps).for_step(step.rule, step.subject, found)
    answer = answer_in(reply.text, reply.created, counts.calendar)
    if answer is not None:
        waiver = Waiver(
            str(reply.id),
            *step.id,
            person=reply.author or "",
            reason=answer.reason,
            until=answer.until,
            state=Grant.ASKED,
            asked_at=reply.created,
        )
        add_waiver(connection, deps.site_id, waiver)
        return replace(step, answered=True, look_at=step.taken_at), HearReport(answered=1, waivers=1)
    if step.strength not in (Strength.ASK, Strength.ACT):
        return step, HearReport()
    if step.hinted:
        return replace(step, answered=True), HearReport(answered=1)
    policy = counts.at(reply.created).policy
    words = Wording(connection, deps.site_id, policy, counts.calendar, reply.created)
    body = {"text": words.hint(subject_of(None, step.person, step.issue_id or 0))}
    effect = Effect(f"{step.key}:hint", EffectKind.COMMENT, str(step.issue_id), body)
    add_effect(connection, deps.site_id, effect, deps.now())
    return replace(step, answered=True, hinted=True), HearReport(answered=1, hints=1)
