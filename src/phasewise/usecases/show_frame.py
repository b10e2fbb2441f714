"""The frame alone, for pages that show nothing else from the store; and the end of a day. Called by web."""

from datetime import date, timedelta

from phasewise.core.model import Instant
from phasewise.errors import BadRequestError
from phasewise.i18n.speaking import _
from phasewise.usecases.as_of.frame import Frame, frame_at
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import moment

FIRST_YEAR = 1970


def show_frame(deps: Deps, as_of: Instant | None = None) -> Frame:
    """How fresh the data is, as of an instant (None: now)."""
    with moment(deps, as_of) as at:
        return frame_at(deps, at)


def end_of_day(deps: Deps, day: str) -> Instant | None:
    """The last millisecond of a day of the team, written `2026-03-02`; None for today, which still goes on.
    Raises BadRequestError for anything else, and for a day to come or before 1970."""
    try:
        asked = date.fromisoformat(day)
    except ValueError:
        raise BadRequestError(_("%(day)s is no date; write it like 2026-03-02", day=day)) from None
    if asked.year < FIRST_YEAR:
        raise BadRequestError(_("%(day)s is before 1970; choose a later day", day=day))
    with moment(deps, None) as at:
        today = at.calendar.local_date(at.as_of)
        if asked > today:
            raise BadRequestError(_("%(day)s lies in the future; choose a day that has passed", day=day))
        return None if asked == today else at.calendar.midnight(asked + timedelta(days=1)) - 1
