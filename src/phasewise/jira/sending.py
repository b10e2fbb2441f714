"""A write to Jira, sent at most once, and exactly what became of it. `writes` sends through it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from phasewise.errors import JiraError
from phasewise.jira.retry import Caller
from phasewise.jira.trouble import LoginRefusedError, RateLimitedError, RefusalError, UnreachableError
from phasewise.jira.wire import Request


class Outcome(StrEnum):
    """`refused`: Jira's own no, which another try would get again. `not_sent`: nothing was changed, and a
    later try may succeed. `unknown`: no good answer came, so that it may have been carried out."""

    APPLIED = "applied"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a write. `said` is one line for people. `wait_seconds`: how long Jira asked to wait,
    with the whole site, with the one issue, or (neither) with writes of this kind."""

    outcome: Outcome
    said: str = ""
    status: int | None = None
    answer: Any = None
    wait_seconds: float | None = None
    whole_site: bool = False
    one_issue: bool = False


CONFLICT, REQUEST_TIMEOUT = 409, 408
DEFAULT_WAIT_SECONDS = 5.0


def send_once(caller: Caller, request: Request) -> Sent:
    """Send it; never raises what Jira or the network did."""
    try:
        answer, _ = caller.once(request)
    except JiraError as error:
        return _what_became(error)
    return Sent(Outcome.APPLIED, answer=answer)


def _what_became(error: JiraError) -> Sent:
    said = str(error)
    if isinstance(error, RateLimitedError):
        asked = DEFAULT_WAIT_SECONDS if error.asked_seconds is None else max(1.0, error.asked_seconds)
        limit = {"whole_site": error.whole_site, "one_issue": error.one_issue}
        return Sent(Outcome.NOT_SENT, said, 429, wait_seconds=asked, **limit)
    if isinstance(error, LoginRefusedError):
        return Sent(Outcome.NOT_SENT, said, error.status)
    if isinstance(error, UnreachableError):
        return Sent(Outcome.UNKNOWN if error.was_sent else Outcome.NOT_SENT, said)
    if isinstance(error, RefusalError) and error.status != REQUEST_TIMEOUT:
        refused = f"Jira refused it ({error.status}): {error.said or 'without a reason'}"
        outcome = Outcome.NOT_SENT if error.status == CONFLICT else Outcome.REFUSED
        return Sent(outcome, refused, error.status)
    if error.status is not None and 300 <= error.status < 400:
        return Sent(Outcome.NOT_SENT, said, error.status)
    return Sent(Outcome.UNKNOWN, said, error.status)
