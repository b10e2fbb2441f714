"""The pages of a project's records: facts become sections with forms. Called by web/records.

Each page shows what is kept, and below it, for whoever may write, the form that changes it.
"""

from collections.abc import Callable, Iterable

from phasewise.i18n.speaking import _
from phasewise.usecases.record_facts import RecordFacts
from phasewise.web.dates import Dates
from phasewise.web.freshness import chrome_of
from phasewise.web.here import Here, path_of
from phasewise.web.plan_page import plan_sections, plan_table
from phasewise.web.plan_tables import Which
from phasewise.web.record_forms import Filled
from phasewise.web.record_parts import pages
from phasewise.web.record_sections import decision_sections, result_sections, test_sections
from phasewise.web.record_slots import deliverable_sections
from phasewise.web.record_values import RecordPage, Section, Tab
from phasewise.web.tables import Asked, AskedOne

NOTHING = Filled()
PLAIN = AskedOne(Which.PLAN, Asked())
SECTIONS: dict[str, Callable[[RecordFacts, Filled, Dates], Iterable[Section]]] = {
    "plan": plan_sections,
    "deliverables": deliverable_sections,
    "decisions": decision_sections,
    "tests": test_sections,
    "results": result_sections,
}


def record_page(
    facts: RecordFacts, page: str, filled: Filled = NOTHING, asked: AskedOne = PLAIN, here: Here | None = None
) -> RecordPage:
    """One of the pages; `filled` is what was typed where a form was refused. `asked` is how the table of the
    plan is sorted, where the page is shown at an address (`here`)."""
    ground, there = facts.ground, here or Here(path_of("projects", facts.epic.key, page))
    dates = Dates(ground.zone, ground.as_of)
    label = dict(pages())[page]
    gone = _("This project is gone from Jira: what was recorded stays, nothing is added.")
    return RecordPage(
        # It is left alone while it is filled in: a page that is live is put up to date under one's hands.
        chrome=chrome_of(ground.sync, ground.now, dates, is_live=False),
        title=label,
        name=facts.epic.summary,
        key=facts.epic.key,
        tabs=tuple(
            Tab(text, path_of("projects", facts.epic.key, end), end == page)
            for end, text in pages()
            if facts.shows_people or end in ("plan", "results")
        ),
        notice=filled.notice or (gone if facts.is_gone else ""),
        table=plan_table(facts, asked, there) if page == "plan" else None,
        sections=tuple(SECTIONS[page](facts, filled, dates)),
    )
