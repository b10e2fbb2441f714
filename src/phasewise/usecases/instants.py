"""RFC 3339 instants: as the API writes them and as a user may type them. Called by web, cli and views."""

import re
from datetime import UTC, datetime, timedelta

from phasewise.core.model import Instant
from phasewise.errors import BadRequestError
from phasewise.i18n.speaking import _

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+ -]\d\d:\d\d)", re.ASCII)
"""A plus sign that nobody encoded comes out of an address as a space."""
EARLIEST, LATEST = -62_135_596_800_000, 253_402_300_799_999
"""The first millisecond of the year 1 and the last of the year 9999: no others can be written down."""


def rfc3339(at: Instant) -> str:
    """UTC with milliseconds and `Z`: 2026-03-02T09:00:00.000Z."""
    moment = EPOCH + timedelta(milliseconds=min(max(at, EARLIEST), LATEST))
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def parse_instant(text: str, name: str) -> Instant:
    """Milliseconds since the epoch, rounded up: what happened strictly before `text` is what happened
    strictly before that millisecond. Raises BadRequestError, naming the parameter, if it is malformed."""
    try:
        if not RFC_3339.fullmatch(text):
            raise ValueError
        moment = datetime.fromisoformat(text.upper().replace(" ", "+"))
        return -((EPOCH - moment) // timedelta(milliseconds=1))
    except (ValueError, OverflowError):
        raise BadRequestError(
            _("%(name)s is not an RFC 3339 instant; write it like 2026-03-02T09:00:00Z", name=name)
        ) from None
