"""The table of projects as a file: what each row of the portfolio says, as columns. Called by pages."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from phasewise.i18n.speaking import marked
from phasewise.terms import phase_name
from phasewise.usecases.portfolio import Portfolio, ProjectFacts
from phasewise.web import wording
from phasewise.web.dates import Dates
from phasewise.web.portfolio_choices import phases_of
from phasewise.web.present import COLUMNS
from phasewise.web.tables import Column


def file_columns(facts: Portfolio) -> tuple[Column[ProjectFacts], ...]:
    """The columns that sort, as a file has them, and beside them what else stands in a row."""
    dates = Dates(facts.zone, facts.as_of)
    by_name = {column.name: column for column in COLUMNS}

    def as_shown(name: str, written: Callable[[ProjectFacts], Any]) -> Column[ProjectFacts]:
        return replace(by_name[name], written=written)

    def problems(one: ProjectFacts) -> list[str]:
        return [wording.problem_of(t, t.limits or facts.limits, dates).text for t in one.troubles]

    return (
        Column("key", marked("Key"), lambda one: one.epic.key, sorts=False),
        by_name["project"],
        as_shown("phase", lambda one: [phase_name(phase) for phase in phases_of(one)]),
        Column("returns", marked("Returns"), lambda one: one.loops, sorts=False),
        as_shown("weeks", lambda one: round(one.effort_weeks, 3)),
        Column(
            "elapsed_weeks", marked("Elapsed weeks"), lambda one: round(one.elapsed_weeks, 3), sorts=False
        ),
        as_shown("state", lambda one: one.state.value),
        Column(
            "people",
            marked("People"),
            lambda one: None,
            lambda one: [member.person.name or member.person.id for member in one.members],
            sorts=False,
        ),
        as_shown("problems", problems),
    )
