"""The moves of the team while the demo runs: each makes one and says what, or finds nothing to do (None).

`team_life` draws them by weight.
"""

from collections.abc import Callable

from phasewise.sandbox import catalogue
from phasewise.sandbox.model import Issue
from phasewise.sandbox.script_events import HOUR, PHASES
from phasewise.sandbox.team_table import Table

Move = Callable[[Table], str | None]

_MOST_OVER_THE_LIMIT, _FEWEST_TODO, _MOST_RESTING = 2, 2, 6


def start(table: Table) -> str | None:
    """Somebody without an active ticket begins the next; one person may stay without for a while."""
    free = table.free()
    if not free or (len(free) == 1 and len(table.people) > 3 and table.rng.random() < 0.8):
        return None
    return _begin(table, table.rng.choice(free))


def start_another(table: Table) -> str | None:
    """Somebody begins a second ticket; few do at the same time."""
    over = [person for person, held in table.active.items() if len(held) > 1]
    single = [person for person, held in table.active.items() if len(held) == 1]
    if len(over) >= _MOST_OVER_THE_LIMIT or not single:
        return None
    return _begin(table, table.rng.choice(single))


def review(table: Table) -> str | None:
    working = (catalogue.IN_PROGRESS,)
    issue = table.pick(i for held in table.active.values() for i in held if i.status in working)
    if issue is None or _stays(table, issue):
        return None
    to = table.status(issue, catalogue.IN_REVIEW)
    table.edit(str(issue.assignee), issue, {"status": to})
    return table.told(issue, "goes to review")


def finish(table: Table) -> str | None:
    issue = table.pick(i for held in table.active.values() for i in held)
    if issue is None or issue.id in table.in_parts or _stays(table, issue):
        return None
    who = table.rng.choice(table.people)
    table.edit(who, issue, {"status": table.status(issue, catalogue.DONE)})
    if table.world.level(issue) < 0 and issue.parent is not None:
        _go_on_with(table, table.world.issues[issue.parent])
    return table.told(issue, "is done")


def put_back(table: Table) -> str | None:
    """Whoever has just begun a second ticket puts it back; what was so for hours mostly stays so."""
    held = next((held for held in table.active.values() if len(held) > 1), None)
    if held is None:
        return None
    issue = max(held, key=lambda i: i.status_since)
    if table.now_ms - issue.status_since > 8 * HOUR and table.rng.random() < 0.95:
        return None
    table.edit(str(issue.assignee), issue, {"status": table.status(issue, catalogue.TODO)})
    return table.told(issue, "is put back")


def comment(table: Table) -> str | None:
    issue = table.pick(i for held in table.active.values() for i in held)
    if issue is None:
        return None
    table.say(str(issue.assignee), issue, "finished")
    return table.told(issue, "is commented on")


def raise_flag(table: Table) -> str | None:
    issue = table.pick(i for held in table.active.values() for i in held)
    if issue is None or len(table.resting) >= _MOST_RESTING or _stays(table, issue):
        return None
    table.edit(str(issue.assignee), issue, {"flagged": True})
    table.say(str(issue.assignee), issue, "waiting")
    return table.told(issue, "is flagged")


def resume(table: Table) -> str | None:
    """A flagged or blocked ticket goes on when its owner is free; a test that runs is left running."""
    free = table.free()
    waiting = [i for i in table.resting if i.assignee in free and i.status != catalogue.TESTING]
    issue = table.pick(waiting)
    if issue is None:
        return None
    to = table.status(issue, catalogue.IN_PROGRESS)
    table.edit(str(issue.assignee), issue, {"flagged": False, "status": to})
    return table.told(issue, "goes on")


def reassign(table: Table) -> str | None:
    """A task that nobody has begun changes hands."""
    issue = table.pick(i for i in table.todo if i.assignee in table.people)
    others = [person for person in table.people if issue is not None and person != issue.assignee]
    if issue is None or not others or issue.id in table.in_parts:
        return None
    table.edit(str(issue.assignee), issue, {"assignee": table.rng.choice(others)})
    return table.told(issue, "changes hands")


def plan(table: Table) -> str | None:
    """A new task, for whoever has the least to do next, in a project they work on and its present phase."""
    waiting = {p: sum(i.assignee == p for i in table.todo) for p in table.people}
    person = min(waiting, key=lambda p: (waiting[p], p))
    if waiting[person] > _FEWEST_TODO and table.rng.random() < 0.7:
        return None
    epic = _project_of(table, person)
    if epic is None:
        return None
    phase = _next_phase(table, epic)
    option = dict(zip(PHASES, (id for id, _ in catalogue.PHASE_OPTIONS), strict=True))[phase]
    home = table.world.spaces[epic.space]
    types = (catalogue.TASK, catalogue.TEAM_TASK, *home.types)
    issue_id = table.world.create_issue(
        table.now_ms,
        person,
        space=epic.space,
        type_id=next(id for id in types if id in home.types and table.world.types[id].level == 0),
        summary=table.title(epic, phase),
        parent=epic.id,
        fields={"assignee": person, "phase": option},
    )
    return table.told(table.world.issues[issue_id], "is planned")


def drop(table: Table) -> str | None:
    """A task that nobody needs any more is deleted; only while there are plenty."""
    unneeded = [i for i in table.todo if i.id not in table.in_parts and i.assignee is None]
    issue = table.pick(unneeded)
    if issue is None or len(table.todo) < 2 * len(table.people):
        return None
    told = table.told(issue, "is deleted")
    table.world.delete(table.now_ms, table.rng.choice(table.people), issue.id)
    return told


MOVES: dict[Move, int] = {
    start: 30,
    finish: 16,
    review: 12,
    plan: 12,
    comment: 10,
    put_back: 6,
    reassign: 4,
    raise_flag: 4,
    resume: 3,
    start_another: 3,
    drop: 1,
}
"""Each move with its weight."""


def _begin(table: Table, person: str) -> str | None:
    issue = table.next_for(person)
    if issue is None:
        return None
    to = table.status(issue, catalogue.IN_PROGRESS)
    table.edit(person, issue, {"assignee": person, "status": to})
    epic = table.world.issues.get(issue.parent or 0)
    if epic is not None and table.category(epic) == "new":
        table.edit(person, epic, {"status": table.status(epic, catalogue.IN_PROGRESS)})
    return table.told(issue, "is begun")


def _stays(table: Table, issue: Issue) -> bool:
    """What has been open for days seldom ends just while somebody looks on."""
    return table.is_old(issue) and table.rng.random() < 0.97


def _go_on_with(table: Table, parent: Issue) -> None:
    """The last part is done: the task itself is what is left to do."""
    open_parts = [
        i for i in table.world.issues.values() if i.parent == parent.id and table.category(i) != "done"
    ]
    if not open_parts and table.category(parent) == "new":
        to = table.status(parent, catalogue.IN_PROGRESS)
        table.edit(str(parent.assignee), parent, {"status": to})


def _project_of(table: Table, person: str) -> Issue | None:
    """The epic of the person's latest ticket that is not done itself, else any."""
    epics = {epic.id: epic for epic in table.epics if table.category(epic) != "done"}
    own = [i for i in table.world.issues.values() if i.assignee == person and i.parent in epics]
    latest = max(own, key=lambda i: i.updated, default=None)
    return table.pick(epics.values()) if latest is None else epics[latest.parent or 0]


def _next_phase(table: Table, epic: Issue) -> str:
    """The phase of the project's latest task; now and then the next one, or a step back."""
    tasks = [i for i in table.world.issues.values() if i.parent == epic.id]
    phases = dict(zip((id for id, _ in catalogue.PHASE_OPTIONS), PHASES, strict=True))
    latest = max(tasks, key=lambda i: i.updated, default=None)
    option = (latest.custom or {}).get(catalogue.PHASE_FIELD) if latest else None
    rank = PHASES.index(phases.get(str(option), PHASES[0]))
    step = table.rng.choices((0, 1, -1), (90, 6, 4))[0]
    return PHASES[min(max(rank + step, 0), len(PHASES) - 1)]
