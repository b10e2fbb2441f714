"""What the pages of records share: their addresses, and facts in words. By record_pages and its sections."""

from typing import Any

from phasewise.i18n.speaking import _
from phasewise.store.project_records import Kept
from phasewise.usecases.record_facts import RecordFacts
from phasewise.web.dates import Dates
from phasewise.web.here import path_of
from phasewise.web.log_words import who_words
from phasewise.web.record_values import Fact


def pages() -> tuple[tuple[str, str], ...]:
    """Those of a project, as the end of the address and the label."""
    return (
        ("plan", _("Plan")),
        ("deliverables", _("Deliverables")),
        ("decisions", _("Decisions")),
        ("tests", _("A/B tests")),
        ("results", _("Results")),
    )


def action_of(facts: RecordFacts, *parts: str) -> str:
    """Where a form of the project is sent to."""
    return path_of("projects", facts.epic.key, *parts)


def compact(*found: tuple[str, str] | Fact) -> tuple[Fact, ...]:
    """The facts that say something."""
    facts = (one if isinstance(one, Fact) else Fact(*one) for one in found)
    return tuple(fact for fact in facts if fact.text)


def saved(kept: Kept[Any], dates: Dates) -> str:
    """When it was saved, and by whom."""
    if not kept.by:
        return _("Saved %(day)s", day=dates.day(kept.at))
    return _("Saved %(day)s by %(by)s", day=dates.day(kept.at), by=who_words(kept.by))
