"""The one parse of every form in which Jira writes an instant; `translate` and the client call it."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from phasewise.core.model import Instant

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
LATEST: Instant = 7_258_118_400_000
"""2200-01-01: an instant from here on, or before 1970, is a mistake and not a date."""


def instant_of(value: object) -> Instant:
    """Milliseconds since the epoch from what Jira sent.

    Understood: an integer of milliseconds; ISO 8601 with `+0000`, `+00:00` or `Z`; without a zone, which
    reads as UTC; a date alone, which is its midnight in UTC. ValueError for anything else.
    """
    if isinstance(value, str):
        at = _from_text(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        at = int(value)
    else:
        raise ValueError(f"no date: {value!r:.60}")
    if not 0 <= at < LATEST:
        raise ValueError(f"a date outside 1970-2199: {value!r:.60}")
    return at


def _from_text(text: str) -> Instant:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        since = moment - EPOCH
        return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000
    except (ValueError, OverflowError):
        pass
    if text.isascii() and text.isdigit() and len(text) <= 15:
        return int(text)
    raise ValueError(f"no date: {text!r:.60}")


def http_date(value: str | None) -> Instant | None:
    """Milliseconds of an HTTP date (`Date`, `Retry-After`), or None where it is none."""
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - EPOCH) // MILLISECOND
