"""When to call Jira again, when to wait, and when to give up: by the reason of the failure.

A `call` is a read, so that it may be repeated; a write goes out `once`. What one thread learns (a pause that
Jira asked for, a token that is refused) all threads obey.
"""

import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from phasewise.errors import JiraError
from phasewise.jira.clock import Clock
from phasewise.jira.trouble import LoginRefusedError, RateLimitedError, TooBigError, UnreachableError
from phasewise.jira.wire import Request, Wire
from phasewise.log import get_log

log = get_log(__name__)

SHORTEST_WAIT = 1.0
LONGEST_REFUSALS = 3
TOLD_FROM_SECONDS = 5.0
"""Waits for a Jira that fails are in the log from this length on."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one call is kept up. Waits that Jira asks for are no tries, but count into `total_seconds`.
    `failing_seconds` bounds failed tries and the waits after them, so that a Jira that hangs is told soon."""

    tries: int = 7
    tries_at_first_contact: int = 2  # an address that never answered is more likely wrong than down
    first_seconds: float = 2.0
    longest_seconds: float = 30.0
    failing_seconds: float = 120.0
    asked_seconds: float = 300.0
    total_seconds: float = 660.0

    def after(self, failures: int) -> float:
        """The wait after so many failures in a row, doubling up to the longest."""
        return min(self.longest_seconds, self.first_seconds * 2.0 ** (failures - 1))


class Gate:
    """Until when which calls are held back, shared by all threads. The site as a whole has the name ""."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed_until: dict[str, float] = {}
        self._told_until = 0.0
        self.refusals = 0
        self.has_answered = False

    def close(self, name: str, until: float) -> None:
        with self._lock:
            self._closed_until[name] = max(until, self._closed_until.get(name, 0.0))

    def opens_at(self, name: str) -> float:
        """By the monotonic clock; in the past where nothing is held back."""
        with self._lock:
            return max(self._closed_until.get(name, 0.0), self._closed_until.get("", 0.0))

    def is_news(self, now: float, until: float) -> bool:
        """Whether a wait until then is to be told: not while one that was told lasts, of whichever thread."""
        with self._lock:
            if now < self._told_until:
                return False
            self._told_until = until
            return True

    def refused(self, seen_before: int) -> None:
        """Count a refused log-in; those of calls in flight together count once."""
        with self._lock:
            if self.refusals == seen_before:
                self.refusals += 1

    def allow_one_try(self) -> None:
        """Where so many refusals stopped every call, let one more go out."""
        with self._lock:
            self.refusals = min(self.refusals, LONGEST_REFUSALS - 1)

    def answered(self) -> None:
        with self._lock:
            self.refusals = 0
            self.has_answered = True


def spread() -> float:
    """A factor between 1.0 and 1.3, so that several clients do not come back at the same instant."""
    return random.SystemRandom().uniform(1.0, 1.3)


class Caller:
    """Calls that are repeated by the rules above. `exchanges` counts what really went out."""

    def __init__(
        self, wire: Wire, clock: Clock, patience: Patience, spread: Callable[[], float] = spread
    ) -> None:
        self._wire = wire
        self._clock = clock
        self._patience = patience
        self._spread = spread
        self._gate = Gate()

    @property
    def exchanges(self) -> int:
        return self._wire.exchanges

    def close(self) -> None:
        self._wire.close()

    def allow_one_try(self) -> None:
        """Somebody asks for it: a log-in that was refused too often may be tried once more."""
        self._gate.allow_one_try()

    def call(self, request: Request) -> tuple[Any, Mapping[str, str]]:
        """The JSON and the headers of the answer; JiraError with one sentence once giving up."""
        give_up_at = self._clock.monotonic() + self._patience.total_seconds
        failures = waits = 0
        failing = 0.0
        while True:
            self._wait_at_gate(request, give_up_at)
            began_at = self._clock.monotonic()
            try:
                return self._once(request)
            except RateLimitedError as error:
                waits += 1
                self._hold_back(request, error, waits)
            except JiraError as error:
                failures += 1
                wait = self._patience.after(failures) * self._spread()
                failing += self._clock.monotonic() - began_at + wait
                if failing > self._patience.failing_seconds or not self._again(error, failures):
                    raise
                if self._clock.monotonic() + wait > give_up_at:
                    raise
                self._tell(error, wait)
                self._clock.sleep(wait)

    def _tell(self, error: JiraError, wait: float) -> None:
        """Say that a Jira which answered before is waited for: nobody else sees why nothing goes on."""
        now = self._clock.monotonic()
        if wait >= TOLD_FROM_SECONDS and self._gate.has_answered and self._gate.is_news(now, now + wait):
            log.warning("jira_waits", error=str(error), again_in_seconds=round(wait))

    def once(self, request: Request) -> tuple[Any, Mapping[str, str]]:
        """The same without a wait or a second try, for whoever must know what became of the one.

        RateLimitedError, with the seconds that are left, where the gate is closed: nothing went out then.
        """
        left = self._gate.opens_at(endpoint(request)) - self._clock.monotonic()
        if left > 0:
            raise RateLimitedError(
                "Jira asked to slow down, and the pause is not over", asked_seconds=left, whole_site=False
            )
        try:
            return self._once(request)
        except RateLimitedError as error:
            if not error.one_issue:
                self._hold_back(request, error, 1)
            raise

    def _once(self, request: Request) -> tuple[Any, Mapping[str, str]]:
        refusals = self._gate.refusals
        if refusals >= LONGEST_REFUSALS:
            raise LoginRefusedError(
                f"Jira refused the log-in {refusals} times; Phasewise stopped trying so that the account is "
                "not locked: set a good PHASEWISE_JIRA_TOKEN and restart; `phasewise sync` tries once more",
                status=401,
            )
        try:
            answer = self._wire.exchange(request)
        except LoginRefusedError:
            self._gate.refused(refusals)
            raise
        self._gate.answered()
        return answer

    def _again(self, error: JiraError, failures: int) -> bool:
        if not error.retryable or isinstance(error, TooBigError):
            return False
        if error.status is not None and error.status < 500:
            return False
        if isinstance(error, UnreachableError) and not self._gate.has_answered:
            return failures < self._patience.tries_at_first_contact
        return failures < self._patience.tries

    def _hold_back(self, request: Request, error: RateLimitedError, waits: int) -> None:
        """Close the gate for as long as Jira asked, and at least a little, whatever it asked."""
        asked = error.asked_seconds
        wait = self._patience.after(waits) if asked is None else max(asked, SHORTEST_WAIT)
        if not error.whole_site:
            wait = min(wait, self._patience.asked_seconds)
        name = "" if error.whole_site else endpoint(request)
        self._gate.close(name, self._clock.monotonic() + wait * self._spread())

    def _wait_at_gate(self, request: Request, give_up_at: float) -> None:
        """Sleep until the gate is open; a pause too long to sleep through is an error that names its end."""
        name = endpoint(request)
        while (opens_at := self._gate.opens_at(name)) > (now := self._clock.monotonic()):
            if opens_at > give_up_at:
                minutes = (opens_at - now) / 60
                raise JiraError(
                    f"Jira's rate limit is used up (429): nothing can be read for {minutes:.0f} minutes; "
                    "what was read is kept, and the next synchronisation goes on from there",
                    retryable=True,
                    status=429,
                )
            self._clock.sleep(opens_at - now)


def endpoint(request: Request) -> str:
    """The kind of request, as Jira's limits count it: method and path without ids."""
    steps = request.path.split("/")
    return f"{request.method} " + "/".join(
        "*" if any(map(str.isdigit, step)) and n > 4 else step for n, step in enumerate(steps)
    )
