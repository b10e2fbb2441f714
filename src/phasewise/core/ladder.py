"""The ladder: what is to be done now about one finding, from how it stands and what was done already.

Pure. `usecases.enforce` asks for every finding whose time may have come, and does what is decided.
"""

from dataclasses import dataclass
from enum import StrEnum

from phasewise.core.calendar import TICKS_PER_DAY, Calendar
from phasewise.core.model import Instant, Strength

REPEAT_DAYS = 10
"""Who starts a ticket again within so many working days of its being moved back is left alone with it."""

RANK = {strength: n for n, strength in enumerate(Strength)}
"""How strong a strength is, from 0 for `off`."""


class Said(StrEnum):
    """What the one comment about a finding says; it is edited from one to the other."""

    NUDGE = "nudge"
    NUDGE_BREACH = "nudge_breach"
    ASK = "ask"
    ASK_BREACH = "ask_breach"
    ASK_REFUSED = "ask_refused"
    MOVED = "moved"
    UNDONE = "undone"
    WAIVER_ASKED = "waiver_asked"
    WAIVER_GRANTED = "waiver_granted"
    WAIVER_DECLINED = "waiver_declined"
    CLOSED = "closed"


class Move(StrEnum):
    """What became of moving the ticket back. `dropped`: somebody moved it before we could. `undoing`: it
    is to go forward again; `undone`: it did."""

    NONE = "none"
    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"
    DROPPED = "dropped"
    UNDOING = "undoing"
    UNDONE = "undone"

    @property
    def is_under_way(self) -> bool:
        """Whether an effect is waited for."""
        return self in (Move.PENDING, Move.UNDOING)


class Told(StrEnum):
    """Why the lead is told."""

    UNANSWERED = "unanswered"
    REPEATED = "repeated"
    STILL_OPEN = "still_open"


class Grant(StrEnum):
    """Where a waiver stands."""

    ASKED = "asked"
    GRANTED = "granted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Standing:
    """A finding at an instant: whether it is open, and a breach or still a warning that becomes one at
    `ripens_at` (None: not by itself). `can_move`: it was started by a move that can be taken back. `repeats`:
    the same person started the same ticket again not long after it was moved back. `is_let_be`: such a move
    of this ticket was undone once. A `waiver` holds until `waived_until`."""

    strength: Strength
    is_open: bool = True
    is_breach: bool = True
    ripens_at: Instant | None = None
    can_move: bool = False
    repeats: bool = False
    is_let_be: bool = False
    waiver: Grant | None = None
    waived_until: Instant | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What was done about it. `asked_at`: since when an answer, or the end of the finding, is waited for."""

    said: Said | None = None
    asked_at: Instant | None = None
    answered: bool = False
    move: Move = Move.NONE
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Todo:
    """What to do now. `say` None: nothing new. `asks`: from now on an answer is waited for. `look_at`: when
    to look again though nothing changes (None: never). `over`: nothing is left to do while it is closed."""

    say: Said | None = None
    asks: bool = False
    move: bool = False
    tell: Told | None = None
    look_at: Instant | None = None
    over: bool = False


def is_soon_again(moved_at: Instant, started: Instant, calendar: Calendar) -> bool:
    """Whether a start is the same move repeated, and not work that comes up anew."""
    return calendar.working_ticks(moved_at, started) <= REPEAT_DAYS * TICKS_PER_DAY


def decide(at: Instant, standing: Standing, done: Done, calendar: Calendar) -> Todo:
    """What the ladder does now. Deciding again after it was done decides nothing new."""
    if done.move.is_under_way:
        return Todo()
    if not standing.is_open:
        return _at_the_end(done)
    if RANK[standing.strength] <= RANK[Strength.SHOW]:
        return Todo()
    if done.move is Move.UNDONE:
        return Todo(say=_new(done, Said.UNDONE))
    if standing.is_let_be and done.said is None:
        return Todo()
    if standing.repeats and standing.strength is Strength.ACT and done.said is None:
        return Todo(tell=None if done.told else Told.REPEATED)
    if standing.waiver is Grant.GRANTED and at < (standing.waived_until or at):
        return Todo(say=_new(done, Said.WAIVER_GRANTED), look_at=standing.waived_until)
    if done.move is Move.DONE:
        return _after_a_move(at, done, calendar)
    if standing.strength is Strength.ACT and standing.can_move and done.move is Move.NONE and not done.said:
        return Todo(move=True)
    return _in_words(at, standing, done, calendar)


def _at_the_end(done: Done) -> Todo:
    if done.move in (Move.DONE, Move.UNDONE):  # the comment says already why it is over
        last = Said.MOVED if done.move is Move.DONE else Said.UNDONE
        return Todo(say=_new(done, last), over=True)
    return Todo(say=None if done.said is None else _new(done, Said.CLOSED), over=True)


def _after_a_move(at: Instant, done: Done, calendar: Calendar) -> Todo:
    """Once is enough: where the person still has too much in hand, the lead is told a working day later."""
    if done.said is not Said.MOVED:
        return Todo(say=Said.MOVED, asks=True, look_at=_a_day_after(at, calendar))
    return _waiting(at, done, calendar, Told.STILL_OPEN)


def _in_words(at: Instant, standing: Standing, done: Done, calendar: Calendar) -> Todo:
    asks = RANK[standing.strength] >= RANK[Strength.ASK]
    say = _new(done, _words(standing, done, asks=asks))
    if not asks or (standing.waiver is not None and standing.waiver is not Grant.GRANTED):
        return Todo(say=say, look_at=standing.ripens_at)
    # A waiver that has run out leaves the question as it was: asked anew, from its end on.
    begins = done.asked_at is None or (standing.waiver is Grant.GRANTED and done.said is Said.WAIVER_GRANTED)
    if begins:
        first = _a_day_after(at, calendar)
        return Todo(say=say, asks=True, look_at=min(first, standing.ripens_at or first))
    waiting = _waiting(at, done, calendar, Told.UNANSWERED)
    looks = [one for one in (waiting.look_at, standing.ripens_at) if one is not None]
    return Todo(say=say, tell=waiting.tell, look_at=min(looks, default=None))


def _words(standing: Standing, done: Done, *, asks: bool) -> Said:
    if standing.waiver is Grant.ASKED:
        return Said.WAIVER_ASKED
    if standing.waiver is Grant.DECLINED:
        return Said.WAIVER_DECLINED
    if not asks:
        return Said.NUDGE_BREACH if standing.is_breach else Said.NUDGE
    if done.move is Move.REFUSED:
        return Said.ASK_REFUSED
    return Said.ASK_BREACH if standing.is_breach else Said.ASK


def _waiting(at: Instant, done: Done, calendar: Calendar, why: Told) -> Todo:
    if done.told is not None or done.answered or done.asked_at is None:
        return Todo()
    due = _a_day_after(done.asked_at, calendar)
    return Todo(tell=why) if due <= at else Todo(look_at=due)


def _new(done: Done, said: Said) -> Said | None:
    return None if done.said is said else said


def _a_day_after(at: Instant, calendar: Calendar) -> Instant:
    return calendar.first_after(calendar.position(at) + TICKS_PER_DAY)
