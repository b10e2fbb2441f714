"""Pages of a list: the limit, and the opaque cursor that says where the next page begins."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from phasewise.core.model import Instant
from phasewise.errors import BadRequestError
from phasewise.i18n.speaking import _

LIMIT = 50
LIMIT_MOST = 500

Place = tuple[int | str, ...]
"""Where a row stands in its list's order; the row after it comes next."""

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Paging:
    """How many rows, after which place. `as_of` is the instant that the page before was of."""

    limit: int = LIMIT
    after: Place | None = None
    as_of: Instant | None = None


def paging(name: str, shape: tuple[type, ...], limit: int, cursor: str | None) -> Paging:
    """The page that `limit` and `cursor` ask for, of the list `name` whose places have this shape.

    A limit above the most is cut. Raises BadRequestError if the limit is below 1, or if the cursor is not one
    that this list gave.
    """
    if limit < 1:
        raise BadRequestError(_("limit must be 1 to %(most)s", most=LIMIT_MOST))
    limit = min(limit, LIMIT_MOST)
    if cursor is None:
        return Paging(limit)
    as_of, after = _read(name, shape, cursor)
    return Paging(limit, after, as_of)


def cut(
    rows: Sequence[Row], asked: Paging, place: Callable[[Row], Place]
) -> tuple[Sequence[Row], Place | None]:
    """The rows of the page, out of up to one more than were asked for, and the place to go on after."""
    if len(rows) <= asked.limit:
        return rows, None
    page = rows[: asked.limit]
    return page, place(page[-1])


def cursor_after(name: str, place: Place | None, as_of: Instant) -> str | None:
    """The cursor for the page after `place`; None after the last page."""
    if place is None:
        return None
    text = json.dumps([name, as_of, *place], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(name: str, shape: tuple[type, ...], cursor: str) -> tuple[Instant, Place]:
    expected = (str, int, *shape)
    try:
        parts = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        parts = None
    if (
        not isinstance(parts, list)
        or tuple(type(part) for part in parts) != expected
        or parts[0] != name
        or not all(_can_be_looked_up(part) for part in parts)
    ):
        raise BadRequestError(_("cursor is not one that this list gave; leave it out to start again"))
    return parts[1], tuple(parts[2:])


def _can_be_looked_up(part: int | str) -> bool:
    """Whether both databases take it: no number over 64 bits, no NUL or lone surrogate."""
    if isinstance(part, int):
        return abs(part) < 2**62
    return "\x00" not in part and part.encode(errors="ignore").decode() == part
