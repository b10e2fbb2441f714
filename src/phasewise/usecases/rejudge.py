"""Everything judged once more and compared with what is stored: nothing may come out otherwise.

A job calls it every night. Each chunk is a transaction that is given up again where nothing differs, so that
it leaves no trace. What differs is kept and counted: an earlier judging was wrong, or somebody else wrote.
"""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from functools import partial

from phasewise.errors import PhasewiseError
from phasewise.log import get_log
from phasewise.meters import REJUDGE_DIFFERENCES
from phasewise.store.db import Connection
from phasewise.store.dirty import What, is_clean
from phasewise.store.histories import family_of
from phasewise.store.judged_rows import is_any_marked, rows_of, subjects_after
from phasewise.store.sites import WRITING_ISSUES, lock, raise_revision
from phasewise.usecases.deps import Deps
from phasewise.usecases.judging.families import judge_families
from phasewise.usecases.judging.ground import Ground, ground_of
from phasewise.usecases.judging.persons import judge_persons
from phasewise.usecases.judging.projects import judge_projects

log = get_log("rejudge")

PAUSE_SECONDS = 0.02
"""After each chunk, for whoever waits to write: a chunk takes about a tenth of a second."""

Judging = Callable[[Connection, Ground, Sequence[str]], Collection[int | str]]
STEPS: Sequence[tuple[What, int, Judging]] = (
    (What.ISSUE, 200, judge_families),
    (What.PROJECT, 4, judge_projects),
    (What.PERSON, 4, judge_persons),
)
"""What is judged, so many at once."""


@dataclass(frozen=True, slots=True)
class Compared:
    """How many subjects were judged again, how many rows came out otherwise, and how many subjects were left
    out because they wait to be judged anyway, or cannot be."""

    judged: int = 0
    differences: int = 0
    left_out: int = 0

    def __add__(self, other: "Compared") -> "Compared":
        return Compared(
            self.judged + other.judged,
            self.differences + other.differences,
            self.left_out + other.left_out,
        )


class _GivenUpError(Exception):
    """Ends a transaction that must leave nothing behind; what it found out is in `compared`."""

    def __init__(self, compared: Compared) -> None:
        super().__init__()
        self.compared = compared


def rejudge(deps: Deps, pause: Callable[[float], object] = time.sleep) -> Compared | None:
    """Judge all that is stored once more, a few at a time; None where something waits to be judged first.

    Raises StoreError; what was found until then is counted.
    """
    with deps.database.read() as connection:
        if not is_clean(connection, deps.site_id):
            log.info("rejudge_skipped")
            return None
    found = Compared()
    for what, at_once, judging in STEPS:
        after: str | None = None
        while subjects := _next(deps, what, after, at_once):
            found += _again(deps, what, judging, subjects)
            after = subjects[-1]
            pause(PAUSE_SECONDS)
    log.info("rejudged", **asdict(found))
    return found


def _next(deps: Deps, what: What, after: str | None, limit: int) -> list[str]:
    with deps.database.read() as connection:
        return subjects_after(connection, deps.site_id, what, after, limit)


def _again(deps: Deps, what: What, judging: Judging, subjects: Sequence[str]) -> Compared:
    try:
        found = deps.database.transact(partial(_compared, deps, what, judging, subjects))
    except _GivenUpError as given_up:
        return given_up.compared
    except PhasewiseError:
        raise
    except Exception:  # One subject that nobody foresaw must not keep all the others from being compared.
        log.exception("rejudge_failed", what=what.value, first=subjects[0], last=subjects[-1])
        return Compared(left_out=len(subjects))
    REJUDGE_DIFFERENCES.inc(found.differences)
    log.error(
        "rejudge_differs", what=what.value, first=subjects[0], last=subjects[-1], rows=found.differences
    )
    return found


def _compared(
    deps: Deps, what: What, judging: Judging, subjects: Sequence[str], connection: Connection
) -> Compared:
    lock(connection, WRITING_ISSUES, deps.site_id)
    if what is What.ISSUE:  # judged are whole families
        subjects = [str(n) for n in family_of(connection, deps.site_id, map(int, subjects))]
    ground = ground_of(connection, deps)
    if is_any_marked(connection, deps.site_id, what, subjects):
        raise _GivenUpError(Compared(left_out=len(subjects)))
    before = rows_of(connection, deps.site_id, what, subjects)
    judging(connection, ground, subjects)
    differences = before ^ rows_of(connection, deps.site_id, what, subjects)
    if not differences:
        raise _GivenUpError(Compared(judged=len(subjects)))
    raise_revision(connection, deps.site_id)
    return Compared(len(subjects), len(differences))
