"""What an audit says: the models of its JSON, and the same in lines for a terminal. Made by audit_history."""

from pydantic import BaseModel

from phasewise.core.model import Rule
from phasewise.usecases.instants import rfc3339
from phasewise.usecases.views import Days, Stamp


class OneActive(BaseModel):
    """How often people had more active tickets than the limit.

    A person-day is a working day on which a person had active time; it is over when the person was over the
    limit at any time of it (beyond the grace). `compliance` weighs by working time instead: 1 - time over the
    limit / active time. Null without active time.
    """

    person_days: int
    person_days_over: int
    share_over: float | None
    compliance: float | None


class AuditWeek(BaseModel):
    """The person-days of a report week, and those of them over the limit; cut at both ends of the time
    audited."""

    label: str
    start: Stamp
    person_days: int
    person_days_over: int


class RuleCount(BaseModel):
    """The findings of one rule that touch the time audited, and how many of them are open at its end."""

    rule: Rule
    findings: int
    breaches: int
    open: int


class Ages(BaseModel):
    """The age of tasks when they were done, in working days of active time; by nearest rank. Tasks with an
    incomplete history are counted in `left_out` only."""

    tasks_done: int
    left_out: int
    median_days: Days | None
    p85_days: Days | None
    most_days: Days | None


class Looped(BaseModel):
    """A project that went back to an earlier phase in the time audited; `loops` are those of all its time."""

    key: str
    summary: str
    loops: int


class Unmapped(BaseModel):
    """A status or an option of the phase field that nobody has given a meaning yet."""

    id: str
    name: str


class Untidy(BaseModel):
    """Open tasks that say too little, by what they lack; one task may lack several things."""

    tasks: int
    by_rule: dict[Rule, int]
    history_incomplete: int


class Audit(BaseModel):
    """What the rules would have said from `since` until `as_of`. `history_from` is when the first issue that
    is known was created, null where none is."""

    since: Stamp
    as_of: Stamp
    history_from: Stamp | None
    one_active: OneActive
    weeks: list[AuditWeek]
    findings: list[RuleCount]
    ages: Ages
    projects: int
    looped: list[Looped]
    unmapped_statuses: list[Unmapped]
    unmapped_phase_options: list[Unmapped]
    untidy: Untidy


def audit_lines(audit: Audit) -> list[tuple[str, str]]:
    """The audit as (what, how much) for people, most telling first. What Jira said is in it as it was said:
    whoever prints it must not read it as markup."""
    one, ages, untidy = audit.one_active, audit.ages, audit.untidy
    counted = [line for count in audit.findings if count.findings for line in [_count_line(count)]]
    return [
        ("From", rfc3339(audit.since)),
        ("Until", rfc3339(audit.as_of)),
        ("Person-days with more active tickets than the limit", _share(one)),
        ("Working time within the limit", _percent(one.compliance)),
        ("Tasks done", f"{ages.tasks_done}" + (f", {ages.left_out} left out" if ages.left_out else "")),
        ("Age of a task when done, median", _days(ages.median_days)),
        ("Age of a task when done, 85th percentile", _days(ages.p85_days)),
        ("Projects that went back a phase", f"{len(audit.looped)} of {audit.projects}"),
        *((f"  {project.key} {project.summary}", _loops(project.loops)) for project in audit.looped),
        *counted,
        ("Open tasks that lack something", str(untidy.tasks)),
        ("Tasks with an incomplete history", str(untidy.history_incomplete)),
        ("Statuses without a meaning", _names(audit.unmapped_statuses)),
        ("Phase options without a phase", _names(audit.unmapped_phase_options)),
    ]


def _loops(count: int) -> str:
    return "1 loop" if count == 1 else f"{count} loops"


def _count_line(count: RuleCount) -> tuple[str, str]:
    parts = [f"{count.findings} found"]
    if count.breaches:
        parts.append(f"{count.breaches} breaches")
    if count.open:
        parts.append(f"{count.open} open")
    return count.rule.value, ", ".join(parts)


def _share(one: OneActive) -> str:
    if one.share_over is None:
        return "no active time"
    return f"{_percent(one.share_over)} ({one.person_days_over} of {one.person_days})"


def _percent(share: float | None) -> str:
    return "no active time" if share is None else f"{share:.1%}"


def _days(age: float | None) -> str:
    return "none done" if age is None else f"{age:.1f} working days"


def _names(unmapped: list[Unmapped]) -> str:
    return ", ".join(f"{entry.name} ({entry.id})" for entry in unmapped) or "none"
