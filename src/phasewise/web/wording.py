"""Words for the pages: durations, counts, names, what a finding says. Called by present and lanes."""

from collections.abc import Callable, Iterable
from functools import cache

from phasewise.core.findings import UNRECORDED, lacking_phases
from phasewise.core.model import PHASE_RANK, Group, Instant, Limits, Phase, Rule, Severity
from phasewise.i18n.speaking import _, language, marked, ngettext, pgettext
from phasewise.i18n.writing import decimal, whole
from phasewise.terms import phase_name, phase_short
from phasewise.usecases.portfolio import Ticket, Trouble
from phasewise.web.dates import Dates
from phasewise.web.here import path_of
from phasewise.web.values import PhaseTag, Problem

TONES = {Severity.BREACH: "bad", Severity.WARNING: "warn", Severity.HINT: "hint"}
SEVERITY_ORDER = (Severity.BREACH, Severity.WARNING, Severity.HINT)

GROUP_WORDS = {Group.WATCHING: marked("watching"), Group.PAUSED: marked("paused")}


def phase_tag(phase: Phase) -> PhaseTag:
    return _phase_tags(language())[phase]


@cache
def _phase_tags(__: str) -> dict[Phase, PhaseTag]:
    """In the language that is being spoken, kept for it."""
    return {phase: PhaseTag(PHASE_RANK[phase], phase_name(phase), phase_short(phase)) for phase in Phase}


def number(value: float) -> str:
    """One decimal where there is one: 5, 7.6 (7,6 in French)."""
    return decimal(value, language())


def integer(value: int) -> str:
    """`12,345`, as the language groups it."""
    return whole(value, language())


def tenth(value: float) -> str:
    """With one decimal, always: 5.0."""
    return decimal(value, language(), always=True)


def days_text(value: float) -> str:
    return _("%(days)s d", days=number(value))


def ago(then: Instant, now: Instant) -> str:
    """How long ago, in the largest unit that fits: `just now`, `2 min ago`, `3 h ago`, `5 days ago`."""
    minutes = max(0, now - then) // 60_000
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return _("%(minutes)s min ago", minutes=minutes)
    if minutes < 48 * 60:
        return _("%(hours)s h ago", hours=minutes // 60)
    return ngettext("%(num)s day ago", "%(num)s days ago", minutes // (24 * 60))


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
    listed = comma_list(texts[:most])
    return _("%(listed)s and %(rest)s more", listed=listed, rest=rest) if rest > 0 else listed


def comma_list(texts: Iterable[str]) -> str:
    """`A, B, C`, as the language separates them."""
    return pgettext("between the entries of a list", ", ").join(texts)


def rule_line(limits: Limits, *others: Limits) -> str:
    """The two rules in one line; where the limits of others differ, that they do."""
    both = limits.one_active, limits.five_days
    if any((one.one_active, one.five_days) != both for one in others):
        return _("Each team by its own limits")
    return ngettext(
        "One active ticket each, at most %(days)s working days",
        "%(num)s active tickets each, at most %(days)s working days",
        limits.one_active,
        days=number(limits.five_days),
    )


# ------------------------------------------------------------------ what a finding says


def problem_of(trouble: Trouble, limits: Limits, dates: Dates) -> Problem:
    """A finding as a sentence, and since when with what to do; it links to the ticket to look at first."""
    text, todo = SENTENCES[trouble.rule](trouble, limits)
    since = _("since %(day)s", day=dates.day(trouble.since))
    if (
        trouble.rule is Rule.FIVE_DAYS
        and trouble.severity is Severity.WARNING
        and trouble.breach_at is not None
    ):
        since = _("over on %(day)s", day=dates.day(trouble.breach_at))
    ticket = trouble.started_last or next(iter(trouble.tickets), None)
    return Problem(
        tone=TONES[trouble.severity],
        text=text,
        note=f"{since} · {todo}",
        href=None if ticket is None else _recorded_at(trouble.rule, ticket.key) or safe_href(ticket.url),
    )


def _recorded_at(rule: Rule, key: str) -> str | None:
    """Where a project says what of it is recorded, for whoever may see the project; None: Jira has it."""
    if rule is Rule.PROJECT_WITHOUT_PLAN:
        return path_of("projects", key, "plan")
    return f"{path_of('projects', key)}#heading-plan" if rule is Rule.DELIVERABLE_MISSING else None


def pressing(trouble: Trouble) -> tuple[int, bool, Instant]:
    """What is told first: the worst, then the oldest; what was never recorded after all other hints."""
    return SEVERITY_ORDER.index(trouble.severity), trouble.rule in UNRECORDED, trouble.since


def safe_href(url: str | None) -> str | None:
    """The address if it is one of the web; anything else (javascript:, data:) is no link."""
    return url if url is not None and url.lower().startswith(("https://", "http://")) else None


def _key(trouble: Trouble) -> str:
    return trouble.tickets[0].key if trouble.tickets else _("A ticket")


def _keys(tickets: tuple[Ticket, ...]) -> str:
    return and_more([ticket.key for ticket in tickets])


def _name(trouble: Trouble) -> str:
    return (trouble.person.name if trouble.person else None) or _("Someone")


def _five_days(trouble: Trouble, limits: Limits) -> tuple[str, str]:
    age = number(trouble.age_days or 0.0)
    if trouble.severity is Severity.BREACH:
        return _("%(key)s active for %(age)s working days", key=_key(trouble), age=age), _(
            "finish it or split it"
        )
    return _(
        "%(key)s at %(age)s of %(number)s working days",
        key=_key(trouble),
        age=age,
        number=number(limits.five_days),
    ), _("finish it or split it now")


def _one_active(trouble: Trouble, limits: Limits) -> tuple[str, str]:
    text = ngettext(
        "%(name)s has %(num)s active ticket: %(keys)s",
        "%(name)s has %(num)s active tickets: %(keys)s",
        len(trouble.tickets),
        name=_name(trouble),
        keys=_keys(trouble.tickets),
    )
    last = trouble.started_last
    return text, _("pause %(key)s, started last", key=last.key) if last else _(
        "pause all but %(one_active)s", one_active=limits.one_active
    )


def _watching(trouble: Trouble, limits: Limits) -> tuple[str, str]:
    text = ngettext(
        "%(name)s has %(num)s watched ticket, limit %(limit)s",
        "%(name)s has %(num)s watched tickets, limit %(limit)s",
        len(trouble.tickets),
        name=_name(trouble),
        limit=limits.watching,
    )
    return text, _("finish or return one")


def _paused(trouble: Trouble, limits: Limits) -> tuple[str, str]:
    text = ngettext(
        "%(name)s has %(num)s paused ticket, limit %(limit)s",
        "%(name)s has %(num)s paused tickets, limit %(limit)s",
        len(trouble.tickets),
        name=_name(trouble),
        limit=limits.paused,
    )
    return text, _("finish or return one")


def _rabbit_hole(trouble: Trouble, __: Limits) -> tuple[str, str]:
    phases = [phase_name(Phase(phase)) for phase in str(trouble.detail["phases"]).split()]
    text = _(
        "4 weeks of work in %(phases)s and nothing done: %(keys)s",
        phases=pgettext("between the last two of a list", " and ").join(phases),
        keys=_keys(trouble.tickets),
    )
    return text, _("finish a part of it, or try another way")


def _undelivered(trouble: Trouble, __: Limits) -> tuple[str, str]:
    phases = [phase_name(phase) for phase in lacking_phases(trouble.detail)]
    text = _(
        "%(key)s: %(phases)s done, deliverables not accepted",
        key=_key(trouble),
        phases=pgettext("between the last two of a list", " and ").join(phases),
    )
    return text, _("record it, or plan without the phase")


SENTENCES: dict[Rule, Callable[[Trouble, Limits], tuple[str, str]]] = {
    Rule.FIVE_DAYS: _five_days,
    Rule.ONE_ACTIVE: _one_active,
    Rule.NO_PHASE: lambda trouble, __: (
        _("%(key)s has no phase", key=_key(trouble)),
        _("set its phase in Jira"),
    ),
    Rule.NO_PROJECT: lambda trouble, __: (
        _("%(key)s has no project", key=_key(trouble)),
        _("set its epic in Jira"),
    ),
    Rule.NO_ASSIGNEE: lambda trouble, __: (
        _("%(key)s is active without an assignee", key=_key(trouble)),
        _("assign it"),
    ),
    Rule.NOTHING_ACTIVE: lambda trouble, __: (
        _("%(name)s has no active ticket", name=_name(trouble)),
        _("ask what they work on"),
    ),
    Rule.UNMAPPED_STATUS: lambda trouble, __: (
        _("%(key)s has a status that is not mapped", key=_key(trouble)),
        _("map it in phasewise.toml"),
    ),
    Rule.UNMAPPED_PHASE_OPTION: lambda trouble, __: (
        _("%(key)s has a phase that is not mapped", key=_key(trouble)),
        _("map it in phasewise.toml"),
    ),
    Rule.ESTIMATE_TOO_LONG: lambda trouble, limits: (
        _(
            "%(key)s is estimated above %(number)s working days",
            key=_key(trouble),
            number=number(limits.five_days),
        ),
        _("split it"),
    ),
    Rule.WATCHING_OVER_CAP: _watching,
    Rule.PAUSED_OVER_CAP: _paused,
    Rule.PROJECT_WITHOUT_PLAN: lambda trouble, __: (
        _("%(key)s is past Research without an accepted plan", key=_key(trouble)),
        _("record its plan"),
    ),
    Rule.DELIVERABLE_MISSING: _undelivered,
    Rule.FLIP_FLOP: lambda trouble, __: (
        _("%(key)s goes back and forth between active and waiting", key=_key(trouble)),
        _("ask what keeps interrupting it"),
    ),
    Rule.RABBIT_HOLE: _rabbit_hole,
}
