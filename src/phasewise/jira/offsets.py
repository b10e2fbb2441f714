"""Paging by offsets while rows come and go: what stays is served. `datacenter` calls `walk`.

Pages are asked for side by side, but they are joined one by one: each must begin with the last rows of the
one before. That proves that nothing lies between them, whichever of the two was read first.
"""

from collections.abc import Callable, Generator, Iterator

from phasewise.core.model import Instant
from phasewise.errors import JiraError
from phasewise.jira import jql
from phasewise.jira.instants import instant_of
from phasewise.jira.reading import Row
from phasewise.jira.stream import in_parallel

ROWS_PER_PAGE = 1000
OVERLAP = 10
WINDOW = 10_000  # an OpenSearch index refuses offsets beyond it
STARTS = 5
MINUTE = 60_000

Page = tuple[list[Row], int | None]
"""Rows, and how many there are in all, where the server says so."""
Ask = Callable[[str, int, int], Page]
"""The page of a clause from an offset on, with at most so many rows."""
Since = Callable[[str, Instant], str]


def walk(clause: str, ask: Ask, since: Since) -> Iterator[list[Row]]:
    """Every row that the clause matches from the first page to the last; some may come twice.

    Rows are asked for in a stable order and hold their `created`. Where fewer came than the server counts,
    some came in behind our back: the window is read once more, one page after the other.
    """
    cursor = Cursor(clause)
    while not cursor.is_over:
        window = cursor.clause
        yield from _window(cursor, Ahead(window, ask), clause, since)
        if cursor.is_short:
            served = cursor.seen
            for rows in _window(Cursor(window), Ahead(window, ask, width=0), clause, since):
                if fresh := [row for row in rows if str(row.get("id")) not in served]:
                    yield fresh
        cursor.seen = set()


def _window(cursor: "Cursor", ahead: "Ahead", clause: str, since: Since) -> Iterator[list[Row]]:
    """The pages of one window: to the end of the rows, or to the last offset that may be asked for."""
    try:
        while True:
            rows, total = ahead.page(cursor.begin)
            fresh = cursor.fresh(rows, total)
            if fresh is None:
                ahead.close()
                continue
            if fresh:
                yield fresh
            if cursor.is_over or (cursor.is_full and cursor.rebase(clause, rows[-1], since)):
                return
    finally:
        ahead.close()


class Ahead:
    """The pages of one window: the first tells how many there are, the others are asked for side by side.

    Where a page does not join, what was asked ahead is let go, and each is asked for when it is wanted.
    """

    def __init__(self, clause: str, ask: Ask, width: int = 8) -> None:
        self._clause, self._ask, self._width = clause, ask, width
        self._coming: Generator[tuple[int, Page], None, None] | None = None
        self._here: dict[int, Page] = {}
        self._awaited: set[int] = set()

    def page(self, begin: int) -> Page:
        """The page at an offset, waiting for it."""
        while begin in self._awaited and self._coming is not None:
            at, page = next(self._coming)
            self._awaited.discard(at)
            self._here[at] = page
        if begin in self._here:
            return self._here.pop(begin)
        _, page = self._read([begin])
        if begin == 0 and self._width and self._coming is None:
            self._plan(*page)
        return page

    def _plan(self, rows: list[Row], total: int | None) -> None:
        step = len(rows) - _tail(rows)
        last = min(total or 0, WINDOW - OVERLAP)
        begins = range(step, last - _tail(rows), step) if step else range(0)
        self._awaited = set(begins)
        self._coming = in_parallel(self._read, begins, 1, self._width)

    def _read(self, begins: list[int]) -> tuple[int, Page]:
        begin = begins[0]
        room = WINDOW - begin
        size = room if OVERLAP < room < ROWS_PER_PAGE else ROWS_PER_PAGE
        return begin, self._ask(self._clause, begin, size)

    def close(self) -> None:
        """Ask for nothing more."""
        self._awaited, self._here = set(), {}
        if self._coming is not None:
            self._coming.close()


class Cursor:
    """Where the paging stands: the next offset, and the ids of the rows served last.

    `seen` are the ids of all pages of this window.
    """

    def __init__(self, clause: str) -> None:
        self.clause = clause
        self.seen: set[str] = set()
        self.is_over = False
        self._next = 0
        self._reached = 0
        self._tail: list[str] = []
        self._starts = 1

    @property
    def begin(self) -> int:
        return max(0, self._next - len(self._tail))

    @property
    def is_full(self) -> bool:
        """Whether the next page would go beyond the last offset that may be asked for."""
        return self._next >= WINDOW - OVERLAP

    @property
    def is_short(self) -> bool:
        """Whether the server counts more rows up to the place than came."""
        return len(self.seen) < self._reached

    def fresh(self, rows: list[Row], total: int | None) -> list[Row] | None:
        """The rows not served yet; None where the page must be read again, further back."""
        ids = [str(row.get("id")) for row in rows]
        last = next((ids.index(known) for known in reversed(self._tail) if known in ids), None)
        if last is None and self._tail:
            if self.begin > 0:
                self._next = max(len(self._tail), self._next - ROWS_PER_PAGE)
                return None
            self._start_over()
        fresh = rows if last is None else rows[last + 1 :]
        self._next = self._reached = self.begin + len(rows)
        self.is_over = not rows or (total is not None and self._next >= total)
        self.seen.update(ids)
        served = self._tail + ids[len(ids) - len(fresh) :]
        self._tail = served[len(served) - min(_tail(rows), len(served)) :]
        return fresh

    def _start_over(self) -> None:
        self._starts += 1
        if self._starts > STARTS:
            raise JiraError(
                "Jira's pages change faster than they can be read: try again later", retryable=True
            )

    def rebase(self, clause: str, last: Row, since: Since) -> bool:
        """Begin a new window at the creation of the last row, so that offsets stay small."""
        try:
            created = instant_of(last["fields"]["created"])
        except (KeyError, TypeError, ValueError):
            return False
        narrowed = jql.both(clause, since("created", created - created % MINUTE))
        if narrowed == self.clause:
            return False
        self.clause, self._next = narrowed, len(self._tail)
        return True


def _tail(rows: list[Row]) -> int:
    """How many rows of a page the next one repeats."""
    return min(OVERLAP, len(rows) // 2)
