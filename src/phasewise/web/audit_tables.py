"""The tables of the audit: weeks and rules, as the page shows them and as files. Called by `audit`."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from phasewise.core.model import Rule
from phasewise.i18n.speaking import marked
from phasewise.terms import rule_name
from phasewise.usecases.audit import Audit, AuditWeek, RuleCount
from phasewise.usecases.instants import rfc3339
from phasewise.web.audit_chart import share_over
from phasewise.web.dates import Dates
from phasewise.web.tables import Column, Table
from phasewise.web.values import Link
from phasewise.web.wording import integer, number


class Which(StrEnum):
    """The tables of the page."""

    WEEKS = "weeks"
    RULES = "rules"


@dataclass(frozen=True, slots=True)
class WeekRow:
    label: str
    day: str
    person_days: str
    over: str
    share: str


@dataclass(frozen=True, slots=True)
class RuleRow:
    name: Link
    found: str
    breaches: str
    open: str


WEEK_COLUMNS: tuple[Column[AuditWeek], ...] = (
    Column("week", marked("Week"), lambda week: week.start, lambda week: week.label),
    Column("start", marked("From"), lambda week: week.start, lambda week: rfc3339(week.start)),
    Column("person_days", marked("Person-days"), lambda week: week.person_days),
    Column("person_days_over", marked("Over the limit"), lambda week: week.person_days_over),
    Column("share_over", marked("Share"), share_over),
)
RULE_COLUMNS: tuple[Column[RuleCount], ...] = (
    Column("rule", marked("Rule"), lambda one: rule_name(one.rule), lambda one: one.rule.value),
    Column("findings", marked("Found"), lambda one: one.findings),
    Column("breaches", marked("Breaches"), lambda one: one.breaches),
    Column("open", marked("Still open"), lambda one: one.open),
)


def weeks_of(audit: Audit) -> Table[AuditWeek]:
    """The weeks, latest first."""
    return Table(Which.WEEKS, audit.weeks[::-1], WEEK_COLUMNS, len(WEEK_COLUMNS))


def rules_of(audit: Audit) -> Table[RuleCount]:
    """The rules that found anything."""
    found = [one for one in audit.findings if one.findings]
    return Table(Which.RULES, found, RULE_COLUMNS, len(RULE_COLUMNS))


def table_of(which: Which, audit: Audit) -> Table[Any]:
    """One of the tables, for its file."""
    return weeks_of(audit) if which is Which.WEEKS else rules_of(audit)


def week_row(week: AuditWeek, dates: Dates) -> WeekRow:
    share = share_over(week)
    return WeekRow(
        label=week.label,
        day=dates.day(week.start),
        person_days=integer(week.person_days),
        over=integer(week.person_days_over),
        share="–" if share is None else f"{number(100 * share)} %",
    )


def rule_row(one: RuleCount) -> RuleRow:
    return RuleRow(
        Link(rule_name(one.rule), rules_href(one.rule)),
        integer(one.findings),
        integer(one.breaches) if one.breaches else "",
        integer(one.open) if one.open else "",
    )


def rules_href(rule: Rule, state: str = "all") -> str:
    """The list of the findings of a rule."""
    return "/rules?" + urlencode({"rule": rule.value, "state": state})
