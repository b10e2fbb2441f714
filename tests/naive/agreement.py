"""Where the product's core and the naive reading disagree about one made-up history, in words."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from phasewise.core.calendar import TICKS_PER_DAY
from phasewise.core.figures import from_json, settle, to_json
from phasewise.core.history import is_incomplete
from phasewise.core.rules import age_ticks
from phasewise.core.timeline import clip_intervals, clip_pieces
from tests.naive import breaches, facts, hints, law, projects
from tests.naive.histories import make_history
from tests.naive.judged import Core
from tests.naive.shown import Shown, plain
from tests.naive.worktime import Days


def disagreements(seed: int, looks: int) -> list[str]:
    """Everything that is not the same about the history of that seed, at so many instants."""
    history = make_history(seed)
    core, days = Core(history), Days(history.world.policy)
    found = list(_histories(core))
    for as_of in history.looks(looks):
        view = law.seen(history.world, as_of, days)
        cut = None if as_of == history.after_all() else as_of
        here = [*_timelines(core, view), *_findings(core, view), *_figures(core, view, cut)]
        found += [f"as of {as_of}, {line}" for line in here]
    return [f"seed {seed}, {line}" for line in found]


def _histories(core: Core) -> Iterator[str]:
    for ticket in core.world.tickets:
        if is_incomplete(core.issues[ticket.id]) != facts.is_incomplete(ticket):
            yield f"issue {ticket.id} is incomplete for one of the two"


def _timelines(core: Core, view: law.Seen) -> Iterator[str]:
    for issue, life in view.lives.items():
        yield from _told(f"issue {issue}", clip_intervals(core.lives[issue], view.as_of), life)
    for task in view.tasks():
        pieces = clip_pieces(core.pieces[task.id], view.as_of)
        yield from _told(f"pieces of {task.id}", pieces, law.pieces(task.id, view))
        ticks = age_ticks(core.lives[task.id], core.subtasks(task.id), core.calendar, view.as_of, core.leave)
        if Fraction(ticks, TICKS_PER_DAY) != (age := breaches.age(task.id, view)):
            yield f"age of {task.id}: {float(ticks / TICKS_PER_DAY)} and {float(age)}"


def _told(what: str, fast: Sequence[object], slow: Sequence[object]) -> Iterator[str]:
    if [plain(one) for one in fast] != [plain(one) for one in slow]:
        yield f"{what}: {fast} and {slow}"


def _findings(core: Core, view: law.Seen) -> Iterator[str]:
    fast = {one.id: one for one in core.findings_at(view.as_of)}
    slow = {one.id: one for one in hints.findings(view)}
    yield from _compared(fast, slow)


def _compared(fast: Mapping[str, object], slow: Mapping[str, object]) -> Iterator[str]:
    for name in sorted(fast.keys() | slow.keys()):
        if fast.get(name) != slow.get(name):
            yield f"{name}: {fast.get(name)} and {slow.get(name)}"


def _figures(core: Core, view: law.Seen, cut: int | None) -> Iterator[str]:
    """With `cut` None the figures are those of all history, which hold at any later instant."""
    for epic in view.projects():
        settled = settle(epic.id, core.lives[epic.id], core.lives_in(epic.id), core.calendar, cut)
        fast = Shown(core, view.as_of).project(from_json(to_json(settled)))
        slow = projects.figures(epic.id, view)
        names = projects.ProjectTime.__slots__
        told = {name: getattr(fast, name) for name in names}
        for line in _compared(told, {name: getattr(slow, name) for name in names}):
            yield f"project {epic.id}, {line}"
