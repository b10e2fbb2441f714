"""One attempt at a post to the chat. What happens to it once it went out cannot be looked up. Called by
do_effects."""

from collections.abc import Callable
from dataclasses import dataclass

from phasewise.chat.post import Chat, Fate
from phasewise.core.model import Instant
from phasewise.store.effects import Claimed
from phasewise.usecases.doing.reporting import ReportMails, UnwantedError
from phasewise.usecases.doing.verdicts import (
    ClaimLostError,
    Confirm,
    Verdict,
    done,
    dropped,
    failed,
    later,
    unknown,
)

TOO_LATE = "it was too late for it"


@dataclass(frozen=True, slots=True)
class Posting:
    """Attempts by one incoming webhook."""

    chat: Chat
    now: Callable[[], Instant]
    reports: ReportMails

    def attempt(self, claimed: Claimed, confirm: Confirm) -> Verdict:
        """Try it once. ClaimLostError where another node has it now."""
        until = claimed.effect.body.get("until")
        if until is not None and self.now() >= until:
            return dropped(TOO_LATE)
        try:
            is_report = "report" in claimed.effect.body
            text = self.reports.post_of(claimed) if is_report else str(claimed.effect.body["text"])
        except UnwantedError as reason:
            return dropped(str(reason))
        except (ValueError, KeyError, TypeError) as error:
            return failed(f"the post cannot be written: {error}")
        posted = self.chat.post(text, lambda: confirm(is_sending=True))
        if posted.fate is Fate.STOPPED:
            raise ClaimLostError
        if posted.fate is Fate.POSTED:
            return done()
        if posted.fate is Fate.LATER:
            return later(posted.said, posted.wait_seconds, None if posted.wait_seconds is None else "kind")
        return {Fate.REFUSED: failed, Fate.UNKNOWN: unknown}[posted.fate](posted.said)
