"""Findings in words, shared by the pages that list them: the rule, how serious it is, where it stands."""

from phasewise.core.ladder import Said
from phasewise.core.model import Limits, Rule, Severity
from phasewise.i18n.speaking import _, marked
from phasewise.store.finding_lists import FindingLine
from phasewise.terms import severity_name
from phasewise.usecases.portfolio import Person
from phasewise.web.dates import Dates
from phasewise.web.values import StateMark
from phasewise.web.wording import TONES, number

ORDER = (Severity.BREACH, Severity.WARNING, Severity.HINT)
STATES = {
    "open": ("active", marked("Open")),
    "waived": ("paused", marked("Waived")),
    "closed": ("done", marked("Closed")),
}
"""Icon and word of how a finding stands."""

SAID = {
    Said.NUDGE: marked("comment on the ticket"),
    Said.NUDGE_BREACH: marked("comment that the limit is broken"),
    Said.ASK: marked("question on the ticket"),
    Said.ASK_BREACH: marked("question about the broken limit"),
    Said.ASK_REFUSED: marked("question: it could not be moved back"),
    Said.MOVED: marked("comment that it was moved back"),
    Said.UNDONE: marked("comment that the move was undone"),
    Said.WAIVER_ASKED: marked("waiver asked for"),
    Said.WAIVER_GRANTED: marked("waiver granted"),
    Said.WAIVER_DECLINED: marked("waiver declined"),
    Said.CLOSED: marked("comment that it is over"),
}
"""What the comment on the ticket says."""

MOVED = {
    "pending": marked("being moved back"),
    "done": marked("moved back"),
    "refused": marked("could not be moved back"),
    "dropped": marked("moved by somebody else"),
    "undoing": marked("being moved forward again"),
    "undone": marked("moved back and forward again"),
    "none": "",
}
WAIVERS = {
    "asked": ("not_started", marked("Asked")),
    "granted": ("done", marked("Granted")),
    "declined": ("idle", marked("Declined")),
}
"""Icon and word of how a waiver stands."""


def state_mark(state: str) -> StateMark:
    """How a finding stands."""
    icon, word = STATES[state]
    return StateMark(icon, _(word), "")


def severity_mark(severity: Severity, broken: str = "") -> StateMark:
    """How serious it is; `broken` says since when its limit is broken, where that is not when it began."""
    return StateMark(TONES[severity], severity_name(severity), broken)


def broken_since(line: FindingLine, dates: Dates) -> str:
    """As the portfolio and the project's page have it; the warning began before."""
    if line.breach_at is None or line.breach_at == line.start:
        return ""
    return _("since %(day)s", day=dates.day(line.breach_at))


def name_of(person: Person | None) -> str:
    return "" if person is None else person.name or _("Unknown person")


def limits_of(rule: Rule, limits: Limits) -> str:
    """The limit that a rule has at the instant; empty where it has none."""
    texts = {
        Rule.FIVE_DAYS: _("limit %(number)s working days", number=number(limits.five_days)),
        Rule.ONE_ACTIVE: _(
            "limit %(one_active)s, after %(number)s minutes",
            one_active=limits.one_active,
            number=number(limits.grace_minutes),
        ),
        Rule.WATCHING_OVER_CAP: _("limit %(limit)s", limit=limits.watching),
        Rule.PAUSED_OVER_CAP: _("limit %(limit)s", limit=limits.paused),
        Rule.ESTIMATE_TOO_LONG: _("limit %(number)s working days", number=number(limits.five_days)),
    }
    return texts.get(rule, "")
