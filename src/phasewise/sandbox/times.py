"""Instants as Jira writes and reads them: `2026-09-27T10:03:11.123+0200` outside, milliseconds inside."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PERIOD = re.compile(r"(\d+)([wdhm])")
_PERIOD_MS = {"w": 7 * DAY_MS, "d": DAY_MS, "h": HOUR_MS, "m": 60_000}
_OFFSET = re.compile(r"([+-]\d\d):?(\d\d)$")


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo:
    return UTC if name == "UTC" else ZoneInfo(name)


@lru_cache(maxsize=65536)
def _hour_text(hour: int, zone: str) -> tuple[str, int, str]:
    """The text up to the minutes, those at the hour's start, and the offset: the same for an hour."""
    local = (_EPOCH + timedelta(hours=hour)).astimezone(zone_of(zone))
    return local.strftime("%Y-%m-%dT%H:"), local.minute, local.strftime("%z")


def iso(instant: int, zone: str = "UTC") -> str:
    """Milliseconds as Jira's text in a zone, the offset without a colon."""
    hour, rest = divmod(instant, HOUR_MS)
    head, minute, offset = _hour_text(hour, zone)
    if minute:
        local = (_EPOCH + timedelta(milliseconds=instant)).astimezone(zone_of(zone))
        return f"{local:%Y-%m-%dT%H:%M:%S}.{instant % 1000:03d}{offset}"
    minutes, rest = divmod(rest, 60_000)
    seconds, ms = divmod(rest, 1000)
    return f"{head}{minutes:02d}:{seconds:02d}.{ms:03d}{offset}"


@lru_cache(maxsize=4096)
def parse_iso(text: str) -> int:
    """Jira's text (any offset, `Z`, or none, which is UTC) as milliseconds; ValueError if it is none."""
    cleaned = _OFFSET.sub(r"\1:\2", text.strip().replace("Z", "+00:00"))
    moment = datetime.fromisoformat(cleaned)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def instant_of(value: str | int | float) -> int:
    """Text or epoch milliseconds, as the different endpoints give `created`."""
    return parse_iso(value) if isinstance(value, str) and not value.isdigit() else int(value)


def local_instant(text: str, zone: str) -> int | None:
    """A JQL date literal read in a zone; None where it is none. Minutes are as fine as it gets."""
    for form in ("%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d", "%Y-%m-%d"):
        try:
            moment = datetime.strptime(text, form).replace(tzinfo=zone_of(zone))
        except ValueError:
            continue
        return (moment - _EPOCH) // timedelta(milliseconds=1)
    return None


def period_ms(text: str) -> int | None:
    """`-15m`, `4w 2d`: a signed length; None where the text is none."""
    body = text.removeprefix("-").removeprefix("+").strip()
    parts = body.split()
    if not parts or not all(_PERIOD.fullmatch(part) for part in parts):
        return None
    length = sum(int(n) * _PERIOD_MS[unit] for n, unit in _PERIOD.findall(body))
    return -length if text.startswith("-") else length


def start_of_day(instant: int, zone: str) -> int:
    local = (_EPOCH + timedelta(milliseconds=instant)).astimezone(zone_of(zone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return (midnight - _EPOCH) // timedelta(milliseconds=1)
