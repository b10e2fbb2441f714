"""Reading a table page by page, so that none is ever held as a whole. Called by the rest of `tables`."""

from collections.abc import Callable, Iterator
from typing import Any

from phasewise.core.model import Instant
from phasewise.core.stretches import FOREVER
from phasewise.store.boards import IssueRow, Page, projects_at
from phasewise.usecases.moment import Moment

AT_ONCE = 500


def in_pages(
    read: Callable[[Page], list[Any]], place: Callable[[Any], tuple[Any, ...]]
) -> Iterator[list[Any]]:
    """All rows, a page at a time; `place` is where a row stands in their order."""
    page = Page(AT_ONCE)
    while rows := read(page):
        yield rows
        page = Page(AT_ONCE, place(rows[-1]))


def projects_in_pages(at: Moment) -> Iterator[list[IssueRow]]:
    """The projects existing at the instant, by key."""
    return in_pages(lambda page: projects_at(at.connection, at.site_id, at.as_of, page), IssueRow.place_of)


def until(at: Moment) -> Instant:
    """The instant asked for; now is not Jira's, and no clock is asked: all there is."""
    return FOREVER if at.asked is None else at.as_of
