"""What the ladder has to remember: since when a rule is how strong, and what was done about each finding.

Called by enforce, hear_replies and show_ladder. Findings are derived and replaced; what is kept here is not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, tuple_, update

from phasewise.core.ladder import Done, Move, Said, Told
from phasewise.core.model import Finding, Instant, Phase, Rule, Strength
from phasewise.store.finding_pages import finding_of
from phasewise.store.tables import findings
from phasewise.store.upsert import batched, upsert
from phasewise.store.work_tables import effects, ladder, strengths, waivers

ENFORCING = 0x5068_0020
"""What the advisory lock of PostgreSQL is for."""

MOVE, UNDO = ":move", ":undo"
"""What follows a step's key in that of the effect that moves its ticket back, or forward again."""

OVER = ("done", "failed", "unknown")
UNDER_WAY = ((Move.PENDING, MOVE), (Move.UNDOING, UNDO))


class FindingId(NamedTuple):
    """What a finding is known by."""

    rule: str
    subject: str
    start: Instant


@dataclass(frozen=True, slots=True)
class Step:
    """What was done about a finding. `issue_id` None: nothing is to be done about it; the comment is on it
    otherwise, the effect named `key`. `is_dry`: nothing of it was written, it is only listed."""

    rule: str
    subject: str
    start: Instant
    key: str
    person: str | None
    issue_id: int | None
    strength: Strength
    is_dry: bool
    taken_at: Instant
    said: Said | None = None
    edits: int = 0
    asked_at: Instant | None = None
    answered: bool = False
    hinted: bool = False
    heard: int | None = None
    heard_at: Instant | None = None
    move: Move = Move.NONE
    moved_issue: int | None = None
    moved_from: str | None = None
    moved_to: str | None = None
    moved_at: Instant | None = None
    told: Told | None = None
    told_at: Instant | None = None
    note: str | None = None
    breach_at: Instant | None = None
    look_at: Instant | None = None
    closed_at: Instant | None = None

    @property
    def id(self) -> FindingId:
        return FindingId(self.rule, self.subject, self.start)

    @property
    def done(self) -> Done:
        return Done(self.said, self.asked_at, self.answered, self.move, self.told)


# ------------------------------------------------------------------ how strong, since when

Since = Mapping[tuple[Rule, Phase], Instant]
"""Since when each rule is more than shown in each phase; one that is not is left out."""


def strengths_of(connection: Connection, site_id: int) -> dict[tuple[Rule, Phase], tuple[Strength, Instant]]:
    """The strengths as they were last kept, of those that are more than shown."""
    rows = connection.execute(select(strengths).where(strengths.c.site_id == site_id))
    return {
        (Rule(row.rule), Phase(row.phase)): (Strength(row.strength), row.since)
        for row in rows
        if row.since is not None
    }


def keep_strengths(
    connection: Connection, site_id: int, wanted: Mapping[tuple[Rule, Phase], Strength], at: Instant
) -> Since:
    """Keep how strong each is. One that rises above `show` does so from `at` on."""
    before = strengths_of(connection, site_id)
    kept = {
        place: before[place][1] if place in before else at
        for place, strength in wanted.items()
        if strength not in (Strength.OFF, Strength.SHOW)
    }
    now = {place: (wanted[place], since) for place, since in kept.items()}
    if now != before:
        rows = [
            {
                "site_id": site_id,
                "rule": rule.value,
                "phase": phase.value,
                "strength": strength.value,
                "since": kept.get((rule, phase)),
            }
            for (rule, phase), strength in wanted.items()
        ]
        upsert(connection, strengths, rows)
    return kept


# ------------------------------------------------------------------ what is due


def due(
    connection: Connection, site_id: int, since: Mapping[Rule, Instant], at: Instant, limit: int
) -> list[FindingId]:
    """Findings about which something may be to be done: those that came to be known after `since`, by rule,
    and those in hand that changed, or whose time has come. A cheap look, however many there are."""
    found: dict[FindingId, None] = {}
    looks = [_new(site_id, since, at)] if since else []
    for wanted in (*looks, _in_hand(site_id, at), _moved(site_id)):
        for row in connection.execute(wanted.limit(limit)):
            found[FindingId(*row)] = None
    return list(found)[:limit]


def _new(site_id: int, since: Mapping[Rule, Instant], at: Instant) -> Any:
    # One that was over and is open again is new; one about which nothing is to be done is not.
    known = ladder.c.rule.is_not(None) & or_(ladder.c.closed_at.is_(None), ladder.c.issue_id.is_(None))
    ripe = [and_(findings.c.rule == rule, findings.c.known_from >= first) for rule, first in since.items()]
    return (
        select(findings.c.rule, findings.c.subject, findings.c.start)
        .outerjoin(ladder, _same(ladder, findings))
        .where(
            findings.c.site_id == site_id,
            findings.c.end.is_(None),
            findings.c.rule.in_([rule.value for rule in since]),  # by it the index finds the few
            findings.c.known_from < at,
            or_(*ripe),
            ~known,
        )
    )


def _in_hand(site_id: int, at: Instant) -> Any:
    changed = or_(
        findings.c.rule.is_(None),
        findings.c.end < at,
        func.coalesce(findings.c.breach_at, 0) != func.coalesce(ladder.c.breach_at, 0),
        ladder.c.look_at <= at,
    )
    return (
        select(ladder.c.rule, ladder.c.subject, ladder.c.start)
        .outerjoin(findings, _same(findings, ladder))
        .where(*_open(site_id), ladder.c.move.not_in([move for move, _ in UNDER_WAY]), changed)
        .order_by(ladder.c.look_at)
    )


def _moved(site_id: int) -> Any:
    """Those whose ticket was being moved, and that is over."""
    moving = [
        and_(ladder.c.move == move, effects.c.key == ladder.c.key + suffix) for move, suffix in UNDER_WAY
    ]
    return (
        select(ladder.c.rule, ladder.c.subject, ladder.c.start)
        .join(effects, and_(effects.c.site_id == ladder.c.site_id, or_(*moving)))
        .where(*_open(site_id), effects.c.state.in_(OVER))
    )


def _open(site_id: int) -> list[ColumnElement[bool]]:
    return [ladder.c.site_id == site_id, ladder.c.closed_at.is_(None), ladder.c.issue_id.is_not(None)]


def _same(some: Any, other: Any) -> ColumnElement[bool]:
    columns = ("site_id", "rule", "subject", "start")
    return and_(*(some.c[name] == other.c[name] for name in columns))


# ------------------------------------------------------------------ findings and steps


def findings_by_id(
    connection: Connection, site_id: int, ids: Iterable[FindingId]
) -> dict[FindingId, Finding]:
    """These findings, as over all known history; one that is no more is left out."""
    found: dict[FindingId, Finding] = {}
    place = tuple_(findings.c.rule, findings.c.subject, findings.c.start)
    for some in batched(ids):
        for row in connection.execute(select(findings).where(findings.c.site_id == site_id, place.in_(some))):
            found[FindingId(row.rule, row.subject, row.start)] = finding_of(row)
    return found


def successor(connection: Connection, site_id: int, gone: FindingId) -> FindingId | None:
    """The open finding that stands where another one stood before news changed when it began."""
    statement = (
        select(findings.c.rule, findings.c.subject, findings.c.start)
        .outerjoin(ladder, _same(ladder, findings))
        .where(
            findings.c.site_id == site_id,
            findings.c.rule == gone.rule,
            findings.c.subject == gone.subject,
            findings.c.end.is_(None),
            ladder.c.rule.is_(None),
        )
        .limit(1)
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None else FindingId(*row)


def rename(connection: Connection, site_id: int, old: FindingId, new: FindingId) -> None:
    """What was done about one finding, and its waivers, belong to another from now on."""
    for table in (ladder, waivers):
        mine = and_(
            table.c.site_id == site_id,
            table.c.rule == old.rule,
            table.c.subject == old.subject,
            table.c.start == old.start,
        )
        connection.execute(update(table).where(mine).values(start=new.start))


def steps_by_id(connection: Connection, site_id: int, ids: Iterable[FindingId]) -> dict[FindingId, Step]:
    """What was done about these findings; one about which nothing was is left out."""
    found: dict[FindingId, Step] = {}
    place = tuple_(ladder.c.rule, ladder.c.subject, ladder.c.start)
    for some in batched(ids):
        for row in connection.execute(select(ladder).where(ladder.c.site_id == site_id, place.in_(some))):
            step = step_of(row)
            found[step.id] = step
    return found


def save_step(connection: Connection, site_id: int, step: Step) -> None:
    """Keep what was done."""
    upsert(connection, ladder, [{"site_id": site_id, **asdict(step)}])


def step_of(row: Any) -> Step:
    values = {field.name: getattr(row, field.name) for field in fields(Step)}
    values |= {
        "strength": Strength(row.strength),
        "move": Move(row.move),
        "said": None if row.said is None else Said(row.said),
        "told": None if row.told is None else Told(row.told),
    }
    return Step(**values)


# ------------------------------------------------------------------ answers


def to_hear(
    connection: Connection, site_id: int, told: Mapping[int, Instant], before: Instant, limit: int
) -> list[Step]:
    """The steps whose ticket is to be read for answers: those with a question that was last read for before
    an instant, and those where a comment was `told` of since."""
    heard_at = func.coalesce(ladder.c.heard_at, 0)
    asks = ladder.c.strength.in_([Strength.ASK.value, Strength.ACT.value])
    statement = (
        select(ladder)
        .where(*_open(site_id), ladder.c.said.is_not(None), ladder.c.is_dry.is_(False))
        .where(or_(and_(asks, heard_at < before), ladder.c.issue_id.in_(list(told)[:500])))
        .order_by(heard_at)
    )
    steps = [step_of(row) for row in connection.execute(statement.limit(limit))]
    return [
        step
        for step in steps
        if (step.strength in (Strength.ASK, Strength.ACT) and (step.heard_at or 0) < before)
        or told.get(step.issue_id or 0, 0) > (step.heard_at or 0)
    ]
