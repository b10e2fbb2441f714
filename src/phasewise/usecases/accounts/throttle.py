"""How often something may be tried: by account, by browser and by address, counted for all processes.

An attempt is counted before it is made, so that many at once gain nothing. A browser that was signed in to
an account before has a count of its own: others' guesses cannot keep its owner out.
"""

from dataclasses import dataclass
from hashlib import sha256

from phasewise.core.model import Instant
from phasewise.errors import TooOftenError
from phasewise.i18n.speaking import ngettext
from phasewise.store import attempts
from phasewise.store.db import Connection

FREE = {"account": 5, "device": 5, "address": 10, "mail": 3, "link": 20}
"""So many go wrong without a wait; then it doubles with each, from FIRST_WAIT up to LONGEST_WAIT."""
FIRST_WAIT_MS = 5_000
LONGEST_WAIT_MS = 15 * 60_000
FORGET_MS = 60 * 60_000
"""After an hour without an attempt the count begins again."""


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks, as far as a request tells: the address, the browser's name, and the cookie of a browser that
    was signed in before."""

    address: str = ""
    browser: str = ""
    device: str | None = None


def digest_of(secret: str) -> str:
    """SHA-256, hex: how cookies, links and tokens of 256 random bits are kept."""
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()


def key_of(kind: str, name: str) -> str:
    """How attempts are counted: never with what was typed, which may be anything."""
    return f"{kind}:{digest_of(name)}"


def count_attempt(connection: Connection, site_id: int, keys: list[str], now: Instant) -> None:
    """One more attempt for each key. Raises TooOftenError, and counts nothing, while one must wait. Whoever
    guesses many at once is asked one after the other: the keys are held, always in the same order."""
    wait = max(_wait(connection, site_id, key, now) for key in sorted(keys))
    if wait > 0:
        seconds = -(-wait // 1000)
        raise TooOftenError(_too_often(seconds), seconds)
    for key in keys:
        attempts.count_attempt(connection, site_id, key, now, now - FORGET_MS)


def _wait(connection: Connection, site_id: int, key: str, now: Instant) -> int:
    """Milliseconds before the next attempt; one of the future (a clock that was set back) counts as now."""
    made = attempts.hold_attempts(connection, site_id, key)
    over = made.failures - FREE[key.partition(":")[0]]
    if over < 0 or made.last_at < now - FORGET_MS:
        return 0
    pause = min(FIRST_WAIT_MS << min(over, 12), LONGEST_WAIT_MS)
    return min(made.last_at, now) + pause - now


def _too_often(seconds: int) -> str:
    if seconds < 90:
        return ngettext(
            "Tried too often; wait %(num)s second and try again",
            "Tried too often; wait %(num)s seconds and try again",
            seconds,
        )
    return ngettext(
        "Tried too often; wait %(num)s minute and try again",
        "Tried too often; wait %(num)s minutes and try again",
        -(-seconds // 60),
    )
