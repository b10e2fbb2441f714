"""Effects that are due are done: claimed, looked for where they may have happened, done, recorded.

`worker.effects` calls it, on any number of nodes at once.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from phasewise.core.model import Instant
from phasewise.errors import JiraError, StoreError
from phasewise.jira.retry import spread
from phasewise.log import get_log
from phasewise.mail.smtp import Round
from phasewise.store import effect_pages, effects, sites
from phasewise.store.db import Connection
from phasewise.store.dirty import What, mark
from phasewise.store.effects import JIRA_KINDS, LANES, Claimed, EffectKind, EffectState
from phasewise.usecases.deps import Deps
from phasewise.usecases.doing.mailing import Mailing
from phasewise.usecases.doing.posting import Posting
from phasewise.usecases.doing.reporting import ReportMails
from phasewise.usecases.doing.verdicts import ClaimLostError, Confirm, Doer, Verdict, failed, later
from phasewise.usecases.doing.writing import Writing

log = get_log("do_effects")

ALL_KINDS = tuple(EffectKind)
CLAIM_MS = 5 * 60_000
"""Longer than an attempt may take before its last step. That a node died is known sooner, by its lease."""
LAST_STEP_MS = {kind: (12 if kind is EffectKind.MAIL else 4) * 60_000 for kind in EffectKind}
"""Longer than the last step: a mail server may take ten minutes to answer, Jira is given three."""
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 5.0, 900.0
LONGEST_ASKED_SECONDS = 3600.0
"""A quota begins anew each hour; what Jira asks beyond that is a mistake."""
DAY_MS = 86_400_000
GIVE_UP_MS = {kind: (7 if kind in JIRA_KINDS else 2) * DAY_MS for kind in EffectKind}
"""After so long it has failed, and waits for a person."""


@dataclass(slots=True)
class EffectsReport:
    """How many attempts ended in which state (due: to be tried again), and how many claims were lost."""

    attempts: Counter[EffectState] = field(default_factory=Counter)
    lost: int = 0


def do_due(
    deps: Deps,
    node_id: str,
    kinds: Sequence[EffectKind] = ALL_KINDS,
    pause: Callable[[float], object] = time.sleep,
) -> EffectsReport:
    """Do what is due of these kinds, oldest first, until nothing is.

    `pause` is called with seconds between two of them; if it returns something true, this ends. Writes wait
    while Jira is asked nothing (`stopped_reason`) or was never reached, mails while no mail server is set,
    posts while no chat is. Raises StoreError; what those do is recorded with each effect.
    """
    report = EffectsReport()
    for lane in LANES:
        wanted = [kind for kind in lane if kind in kinds]
        pace_ms = effects.SITE_PACE_MS if lane is JIRA_KINDS else 0
        doer = _doer(deps, wanted)
        try:
            while doer is not None and (claimed := _claim(deps, node_id, wanted)) is not None:
                began = deps.now()
                _do_one(deps, doer, claimed, report)
                if pause(_rest_of_pace_seconds(pace_ms, deps.now() - began)):
                    return report
        finally:
            if isinstance(doer, Mailing):
                doer.round.end()
    return report


def _rest_of_pace_seconds(pace_ms: int, taken_ms: Instant) -> float:
    """However the clock was set meanwhile."""
    return min(pace_ms, max(0, pace_ms - taken_ms)) / 1000


def _doer(deps: Deps, kinds: Sequence[EffectKind]) -> Doer | None:
    """What does these kinds; None where none of them waits, or can be done now."""
    with deps.database.read() as connection:
        if not kinds or not effects.is_waiting(connection, deps.site_id, kinds, deps.now()):
            return None
        account = sites.account_of(connection, deps.site_id)
        is_stopped = sites.sync_state(connection, deps.site_id).stopped_reason is not None
    if EffectKind.MAIL in kinds:
        return None if deps.mailer is None else Mailing(Round(deps.mailer), deps.now, ReportMails(deps))
    if EffectKind.CHAT in kinds:
        return None if deps.chat is None else Posting(deps.chat, deps.now, ReportMails(deps))
    if deps.jira is None or account is None or is_stopped:
        return None

    def comment_of(key: str) -> tuple[EffectState, dict[str, Any]] | None:
        with deps.database.read() as connection:
            return effect_pages.result_of(connection, deps.site_id, key)

    try:
        client = deps.jira.client()
        return Writing(
            client.writes(),
            client.siblings(),
            client.field_writes(),
            client.remote_links(),
            account,
            comment_of,
        )
    except JiraError as error:  # it could not be asked which kind of Jira it is
        log.warning("effects_wait", error=str(error))
        return None


def _claim(deps: Deps, node_id: str, kinds: Sequence[EffectKind]) -> Claimed | None:
    now = deps.now()
    return deps.database.transact(
        lambda connection: effects.claim_next(connection, deps.site_id, node_id, kinds, now, now + CLAIM_MS)
    )


def _do_one(deps: Deps, doer: Doer, claimed: Claimed, report: EffectsReport) -> None:
    try:
        verdict = doer.attempt(claimed, _confirm(deps, claimed))
    except ClaimLostError:
        report.lost += 1
        return
    except StoreError:
        raise
    except Exception as error:  # whatever it is, what waits behind it must go on
        log.exception("effect_crashed", key=claimed.effect.key)
        verdict = later(f"failed unexpectedly: {type(error).__name__}")
    verdict = _given_up(deps, claimed, verdict)
    log.info(f"effect_{verdict.state}", key=claimed.effect.key, attempts=claimed.attempts, note=verdict.note)
    if _record(deps, claimed, verdict):
        report.attempts[verdict.state] += 1
        return
    report.lost += 1
    if isinstance(doer, Writing) and claimed.effect.kind is EffectKind.COMMENT:
        _settle_doubles(deps, doer, claimed)


def _confirm(deps: Deps, claimed: Claimed) -> Confirm:
    def confirm(*, noted: Mapping[str, Any] | None = None, is_sending: bool = False) -> bool:
        now = deps.now()
        since = now if is_sending else None
        with deps.database.write() as connection:
            until = now + LAST_STEP_MS[claimed.effect.kind]
            return effects.confirm(connection, deps.site_id, claimed, until, sending_since=since, noted=noted)

    return confirm


def _given_up(deps: Deps, claimed: Claimed, verdict: Verdict) -> Verdict:
    tried_for = deps.now() - claimed.created_at
    if verdict.state is not EffectState.DUE or tried_for < GIVE_UP_MS[claimed.effect.kind]:
        return verdict
    return failed(f"given up after {tried_for // DAY_MS} days: {verdict.note}")


def _record(deps: Deps, claimed: Claimed, verdict: Verdict) -> bool:
    """False if the claim is no longer ours, and another node records what became of it."""
    now, site_id = deps.now(), deps.site_id
    wait = _wait_seconds(claimed, verdict)
    next_at = now + int(wait * 1000)

    def record(connection: Connection) -> bool:
        if verdict.note_too is not None:
            verdict.note_too(connection, site_id)
        if verdict.state is not EffectState.DUE:
            if claimed.effect.kind is EffectKind.TRANSITION:  # from now on its history is read otherwise
                mark(connection, site_id, What.ISSUE, [claimed.effect.target])
            return effects.settle(
                connection, site_id, claimed, verdict.state, now, note=verdict.note, result=verdict.result
            )
        if verdict.holds is not None:
            kinds = (claimed.effect.kind,) if verdict.holds == "kind" else JIRA_KINDS
            target = claimed.effect.target if verdict.holds == "issue" else None
            effects.hold(connection, site_id, next_at, kinds, target)
        return effects.retry_later(connection, site_id, claimed, now, next_at, verdict.note or "")

    return deps.database.transact(record)


def _wait_seconds(claimed: Claimed, verdict: Verdict) -> float:
    """What Jira asked for, or a wait that doubles; a little longer, so that not all come back together."""
    if verdict.wait_seconds is not None:
        return min(LONGEST_ASKED_SECONDS, verdict.wait_seconds) * spread()
    return min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0 ** min(claimed.attempts - 1, 10)) * spread()


def _settle_doubles(deps: Deps, writing: Writing, claimed: Claimed) -> None:
    """Another node took over while we were away, and both may have written it: the first one stays."""
    try:
        comment_id = writing.settle_doubles(claimed)
    except JiraError as error:
        log.warning("effect_doubles_not_looked_for", key=claimed.effect.key, error=str(error))
        return
    with deps.database.write() as connection:
        effects.correct(connection, deps.site_id, claimed.effect.key, {"comment_id": comment_id})
