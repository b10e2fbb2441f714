"""What leads recorded of a project, on its page: plan against actual, deliverables, tests on the timeline."""

from dataclasses import replace

import pytest

from phasewise.core.deliverables import Slot
from phasewise.core.model import Phase
from phasewise.core.rights import Role
from phasewise.store.db import Database
from phasewise.usecases.deps import Deps
from phasewise.usecases.records.decide import decide
from phasewise.usecases.records.record_plan import accept_plan, present_plan, record_plan
from phasewise.usecases.records.record_test import record_result, record_test
from phasewise.usecases.records.save_deliverable import review_deliverable
from phasewise.web.visitors import Doors
from tests.store.records import at
from tests.usecases.recording import PLAN, later, recorder, worked
from tests.web.accounts import Browser, person
from tests.web.story import tell

ONE = "0" * 12
RUNNING = {"title": "New ranking", "state": "running", "starts_on": "2026-03-30"}
AGREED = {"control": "The old one", "reading_rule": "Clicks"}


@pytest.fixture
def deps(sqlite_database: Database) -> Deps:
    """With something of everything."""
    deps = recorder(sqlite_database)
    kept = present_plan(deps, "ML-1", {"presented_on": "2026-03-20"}, record_plan(deps, "ML-1", PLAN, 0).edit)
    accept_plan(deps, "ML-1", kept.edit)
    review_deliverable(deps, "ML-1", Slot.PROTOTYPE, {"on": "2026-03-25"}, 0)
    record_test(deps, "ML-1", ONE, RUNNING | AGREED, 0)
    record_test(deps, "ML-1", "1" * 12, {"title": "Some day"}, 0)
    record_result(deps, "ML-1", ONE, {"verdict": "won", "effect": "+2 %", "test": ONE}, 0)
    decide(deps, "ML-1", ONE, {"choice": "go", "on": "2026-03-20", "agreed_by": "Hanako"}, 0)
    decide(deps, "ML-1", "1" * 12, {"choice": "stop", "outcome": "shipped"}, 0)
    return deps


def test_a_project_shows_its_plan_and_all_that_is_recorded(deps: Deps) -> None:
    page = Browser(deps).get("/projects/ML-1").text
    assert "+0.8 (+40 %)" in page
    assert "Version 1, accepted" in page
    assert "Go, Mar 20, 2026" in page
    # Exploration has done all its tasks, and Modeling has not.
    assert "all tasks done, not accepted: Commented notebook<" in page
    assert "not accepted: Prototype" not in page
    assert "Won · +2 %" in page
    assert "A/B test: New ranking, Mar 30, 2026 – " in page
    assert "Prototype: shown Mar 25, 2026" in page
    assert "Plan: shown Mar 20, 2026" in page
    assert "A diamond is a day on which something was shown. A dashed frame is an A/B test." in page


def test_a_page_says_how_far_the_scope_grew_since_the_plan(deps: Deps) -> None:
    tell(deps, [replace(worked(9, Phase.MODELING, 33.5, 33.6), created=at(33.4))])
    browser = Browser(later(deps, at(34)))
    assert "wk without a phase · 6 tasks now, 5 when it was planned (+20 %)" in _text(browser)
    tell(deps, [replace(worked(n, Phase.MODELING, 33.5, 33.6), created=at(33.4)) for n in (20, 21)])
    assert "</svg> 8 tasks now, 5 when it was planned (+60 %)</span>" in _text(browser)


def _text(browser: Browser) -> str:
    return browser.get("/projects/ML-1").text


def test_a_project_without_records_leads_to_the_form_of_its_plan(deps: Deps) -> None:
    page = Browser(deps).get("/projects/ML-10").text
    assert "No plan is recorded." in page
    assert 'href="/projects/ML-10/plan"' in page


def test_stakeholders_see_the_plan_and_the_results_only(deps: Deps) -> None:
    person(deps, "eve@example.com", Role.STAKEHOLDER)
    browser = Browser(deps, doors=Doors.NEVER)
    browser.sign_in("eve@example.com")
    page = browser.get("/projects/ML-1").text
    assert "+0.8 (+40 %)" in page
    assert "Won · +2 %" in page
    assert "Stop, Apr 3, 2026 · Shipped" in page
    assert "New ranking" not in page
    assert "/deliverables" not in page
    results = browser.get("/projects/ML-1/results").text
    assert "How the project ended" in results
    assert "Shipped" in results
    assert "Hanako" not in page + results
