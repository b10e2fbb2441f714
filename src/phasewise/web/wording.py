"""Words for the pages: durations, counts, names, what a finding says. Called by present and lanes."""

from collections.abc import Callable

from phasewise.core.model import PHASE_RANK, Group, Instant, Limits, Phase, Rule, Severity
from phasewise.usecases.portfolio import Ticket, Trouble
from phasewise.web.dates import Dates
from phasewise.web.values import PhaseTag, Problem

PHASE_NAMES = {
    Phase.RESEARCH: ("Research", "Research"),
    Phase.DATA_EXPLORATION: ("Data Exploration", "Data"),
    Phase.MODELING: ("Modeling", "Modeling"),
    Phase.PRODUCTIZATION: ("Productization", "Product"),
    Phase.AB_TESTING: ("A/B Testing", "A/B"),
    Phase.RESULTS_ANALYSIS: ("Results Analysis", "Results"),
    Phase.NONE: ("Without a phase", "None"),
}
PHASE_TAGS = {phase: PhaseTag(PHASE_RANK[phase], *names) for phase, names in PHASE_NAMES.items()}
TONES = {Severity.BREACH: "bad", Severity.WARNING: "warn", Severity.HINT: "hint"}
GROUP_WORDS = {Group.WATCHING: "watching", Group.PAUSED: "paused"}


def number(value: float) -> str:
    """One decimal where there is one: 5, 7.6."""
    return f"{value:.1f}".removesuffix(".0")


def days_text(value: float) -> str:
    return f"{number(value)} d"


def count(n: int, singular: str, plural: str | None = None) -> str:
    """`1 return`, `2 returns`, `1,200 tickets`."""
    return f"{n:,} {singular if n == 1 else plural or singular + 's'}"


def ago(then: Instant, now: Instant) -> str:
    """How long ago, in the largest unit that fits: `just now`, `2 min ago`, `3 h ago`, `5 days ago`."""
    minutes = max(0, now - then) // 60_000
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 48 * 60:
        return f"{minutes // 60} h ago"
    return f"{minutes // (24 * 60)} days ago"


def initials(name: str | None) -> str:
    """Two letters of a name: of its first and last word, or the first of a single word."""
    words = [word for word in (name or "").split() if word[0].isalnum()]
    if not words:
        return "?"
    if len(words) == 1:
        return words[0][:1].upper() if not words[0].isascii() else words[0][:2].title()
    return (words[0][0] + words[-1][0]).upper()


def and_more(texts: list[str], most: int = 3) -> str:
    """`A, B, C and 2 more`."""
    rest = len(texts) - most
    return ", ".join(texts[:most]) + (f" and {rest} more" if rest > 0 else "")


def rule_line(limits: Limits) -> str:
    """The two rules in one line."""
    tickets = (
        "One active ticket each" if limits.one_active == 1 else f"{limits.one_active} active tickets each"
    )
    return f"{tickets}, at most {number(limits.five_days)} working days"


# ------------------------------------------------------------------ what a finding says


def problem_of(trouble: Trouble, limits: Limits, dates: Dates) -> Problem:
    """A finding as a sentence, and since when with what to do; it links to the ticket to look at first."""
    text, todo = SENTENCES[trouble.rule](trouble, limits)
    since = f"since {dates.day(trouble.since)}"
    if (
        trouble.rule is Rule.FIVE_DAYS
        and trouble.severity is Severity.WARNING
        and trouble.breach_at is not None
    ):
        since = f"over on {dates.day(trouble.breach_at)}"
    ticket = trouble.started_last or next(iter(trouble.tickets), None)
    return Problem(
        tone=TONES[trouble.severity],
        text=text,
        note=f"{since} · {todo}",
        href=None if ticket is None else safe_href(ticket.url),
    )


def safe_href(url: str | None) -> str | None:
    """The address if it is one of the web; anything else (javascript:, data:) is no link."""
    return url if url is not None and url.lower().startswith(("https://", "http://")) else None


def _key(trouble: Trouble) -> str:
    return trouble.tickets[0].key if trouble.tickets else "A ticket"


def _keys(tickets: tuple[Ticket, ...]) -> str:
    return and_more([ticket.key for ticket in tickets])


def _name(trouble: Trouble) -> str:
    return (trouble.person.name if trouble.person else None) or "Someone"


def _five_days(trouble: Trouble, limits: Limits) -> tuple[str, str]:
    age = number(trouble.age_days or 0.0)
    if trouble.severity is Severity.BREACH:
        return f"{_key(trouble)} active for {age} working days", "finish it or split it"
    return f"{_key(trouble)} at {age} of {number(limits.five_days)} working days", "finish it or split it now"


def _one_active(trouble: Trouble, limits: Limits) -> tuple[str, str]:
    text = f"{_name(trouble)} has {count(len(trouble.tickets), 'active ticket')}: {_keys(trouble.tickets)}"
    last = trouble.started_last
    return text, f"pause {last.key}, started last" if last else f"pause all but {limits.one_active}"


def _over_cap(word: str, cap: Callable[[Limits], int]) -> Callable[[Trouble, Limits], tuple[str, str]]:
    def sentence(trouble: Trouble, limits: Limits) -> tuple[str, str]:
        text = f"{_name(trouble)} has {len(trouble.tickets)} {word} tickets, limit {cap(limits)}"
        return text, "finish or return one"

    return sentence


def _rabbit_hole(trouble: Trouble, _: Limits) -> tuple[str, str]:
    phases = [PHASE_NAMES[Phase(phase)][0] for phase in str(trouble.detail["phases"]).split()]
    text = f"4 weeks of work in {' and '.join(phases)} and nothing done: {_keys(trouble.tickets)}"
    return text, "finish a part of it, or try another way"


SENTENCES: dict[Rule, Callable[[Trouble, Limits], tuple[str, str]]] = {
    Rule.FIVE_DAYS: _five_days,
    Rule.ONE_ACTIVE: _one_active,
    Rule.NO_PHASE: lambda trouble, _: (f"{_key(trouble)} has no phase", "set its phase in Jira"),
    Rule.NO_PROJECT: lambda trouble, _: (f"{_key(trouble)} has no project", "set its epic in Jira"),
    Rule.NO_ASSIGNEE: lambda trouble, _: (f"{_key(trouble)} is active without an assignee", "assign it"),
    Rule.NOTHING_ACTIVE: lambda trouble, _: (
        f"{_name(trouble)} has no active ticket",
        "ask what they work on",
    ),
    Rule.UNMAPPED_STATUS: lambda trouble, _: (
        f"{_key(trouble)} has a status that is not mapped",
        "map it in phasewise.toml",
    ),
    Rule.UNMAPPED_PHASE_OPTION: lambda trouble, _: (
        f"{_key(trouble)} has a phase that is not mapped",
        "map it in phasewise.toml",
    ),
    Rule.ESTIMATE_TOO_LONG: lambda trouble, limits: (
        f"{_key(trouble)} is estimated above {number(limits.five_days)} working days",
        "split it",
    ),
    Rule.WATCHING_OVER_CAP: _over_cap("watched", lambda limits: limits.watching),
    Rule.PAUSED_OVER_CAP: _over_cap("paused", lambda limits: limits.paused),
    Rule.FLIP_FLOP: lambda trouble, _: (
        f"{_key(trouble)} goes back and forth between active and waiting",
        "ask what keeps interrupting it",
    ),
    Rule.RABBIT_HOLE: _rabbit_hole,
}
