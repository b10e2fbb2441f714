"""Projects judged: their figures and visits, from all that ever was in them."""

from collections.abc import Sequence

from phasewise.core.figures import settle
from phasewise.core.model import Kind
from phasewise.store.db import Connection
from phasewise.store.derived import intervals_of, lives_of_projects, replace_projects
from phasewise.store.histories import kinds_of
from phasewise.usecases.judging.ground import Ground


def judge_projects(connection: Connection, ground: Ground, marked: Sequence[str]) -> None:
    """Settle the figures of the marked issues that are projects; drop those of the others."""
    ids = [int(subject) for subject in marked]
    kinds = kinds_of(connection, ground.site_id, ids)
    projects = [issue for issue in ids if kinds.get(issue) is Kind.PROJECT]
    epics = intervals_of(connection, ground.site_id, projects)
    lives = lives_of_projects(connection, ground.site_id, projects)
    settled = {n: settle(n, epics.get(n, ()), lives[n], ground.calendar) for n in projects}
    replace_projects(connection, ground.site_id, ids, settled)
