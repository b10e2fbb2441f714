"""The pages of records: what is typed is kept, shown and, where it is refused, given back."""

import re
from dataclasses import replace

import pytest

from phasewise.core.model import Phase
from phasewise.core.rights import Role
from phasewise.store.db import Database
from phasewise.web.visitors import Doors
from tests.store.records import epic
from tests.usecases.recording import PLAN, SKIPPED, recorder, worked
from tests.web.accounts import Browser, person
from tests.web.story import tell

TEST = "0123456789ab"
EXPLORED = ["data_exploration:eda_notebook"]
MODELED = ["modeling:prototype", "modeling:evaluation_report"]
RUNNING = {
    "title": "New ranking",
    "state": "running",
    "starts_on": "2026-04-01",
    "ends_on": "2026-04-20",
    "surface": "Home",
    "traffic": "60",
    "control": "The old one",
    "reading_rule": "Clicks, 95 %",
    "check_ins": "2026-04-02",
}


@pytest.fixture
def lead(sqlite_database: Database) -> Browser:
    """Somebody on this machine, before there are accounts."""
    return Browser(recorder(sqlite_database))


def saved(browser: Browser, path: str, **fields: str) -> str:
    """The page that a form leads to, once it is kept."""
    answer = browser.post(f"/projects/ML-1/{path}", **fields)
    assert answer.status_code == 303, answer.text
    page = browser.get(answer.headers["location"].partition("#")[0])
    assert page.status_code == 200
    return page.text


def test_a_plan_is_typed_presented_and_accepted(lead: Browser) -> None:
    assert "Save as a draft" in lead.get("/projects/ML-1/plan").text
    assert "Counts once it is accepted" in saved(lead, "plan", after="0", **PLAN)
    shown = saved(lead, "plan/present", after="1", audience="The board", feedback="Go on")
    assert "The board" in shown
    page = saved(lead, "plan/accept", after="2")
    assert "Counts since" in page
    # Modeling took 2.8 of 2 weeks: 0.8 more, which is 40 %.
    assert "+0.8 (+40 %)" in page
    assert "Apart from it: 0.2 wk in Research, 0.0 wk without a phase" in page


def test_the_plan_sorts_and_is_a_file_on_its_page_and_on_that_of_the_project(lead: Browser) -> None:
    assert lead.get("/projects/ML-1/plan?format=json").json() == []
    saved(lead, "plan", after="0", **PLAN | SKIPPED)
    for path in ("/projects/ML-1/plan?", "/projects/ML-1?table=plan&"):
        rows = lead.get(f"{path}format=json").json()
        modeling = next(one for one in rows if one["phase"] == "modeling")
        assert modeling == {
            "phase": "modeling",
            "planned_weeks": 2.0,
            "spent_weeks": 2.8,
            "difference": 0.8,
            "remaining": 0.0,
            "low": 1.0,
            "high": 3.0,
            "closed": False,
            "not_needed": None,
        }
        testing = next(one for one in rows if one["phase"] == "ab_testing")
        assert (testing["planned_weeks"], testing["not_needed"]) == (None, "Nobody sees it")
        page = lead.get(f"{path}sort=-spent_weeks").text
        body = page.partition('id="table-plan"')[2].partition("<tfoot>")[0]
        assert re.findall(r"phase-\d\b", body)[:2] == ["phase-3", "phase-3"]
        assert "table=plan&amp;sort=spent_weeks#table-plan" in body
        phases = [one["phase"] for one in lead.get(f"{path}format=json&sort=planned_weeks").json()]
        assert (phases[0], phases[-1]) == ("results_analysis", "ab_testing")
    older = lead.get("/projects/ML-1/plan?version=1&sort=-remaining").text
    assert 'href="/projects/ML-1/plan?version=1&amp;table=plan&amp;sort=remaining#table-plan"' in older


def test_a_form_that_is_refused_comes_back_with_what_was_typed(lead: Browser) -> None:
    typed = PLAN | {"modeling_likely": "-2", "method": "x" * 10_000, "data": "<b>Clicks</b>"}
    answer = lead.post("/projects/ML-1/plan", after="0", **typed)
    assert answer.status_code == 422
    assert "Give weeks from 0 to 104, like 2.5" in answer.text
    assert "Write at most 2,000 characters; these are 10,000" in answer.text
    assert "x" * 10_000 in answer.text
    assert "&lt;b&gt;Clicks&lt;/b&gt;" in answer.text


def test_the_second_of_two_is_told_and_keeps_their_words(lead: Browser) -> None:
    saved(lead, "plan", after="0", **(PLAN | {"method": "Gradient boosting"}))
    answer = lead.post("/projects/ML-1/plan", after="0", **(PLAN | {"method": "A neural net"}))
    assert answer.status_code == 409
    assert "Somebody else saved this meanwhile" in answer.text
    assert "A neural net</textarea>" in answer.text
    assert "<dd>Gradient boosting</dd>" in answer.text
    page = saved(lead, "plan", after="1", **(PLAN | {"method": "A neural net"}))
    assert "<dd>A neural net</dd>" in page


def test_a_change_of_an_accepted_plan_needs_a_reason_and_both_are_shown(lead: Browser) -> None:
    saved(lead, "plan", after="0", **PLAN)
    saved(lead, "plan/accept", after="1")
    refused = lead.post("/projects/ML-1/plan", after="2", **PLAN)
    assert "Say why the accepted plan changes" in refused.text
    saved(lead, "plan", after="2", **(PLAN | {"modeling_likely": "3", "reason": "Bad data"}))
    page = saved(lead, "plan/accept", after="3")
    assert "Version 2: 6.5 wk, accepted" in page
    assert "Bad data" in page
    first = lead.get("/projects/ML-1/plan?version=1").text
    assert "+0.8 (+40 %)" in first


def test_deliverables_are_filled_in_and_reviewed(lead: Browser) -> None:
    page = saved(lead, "deliverables/prototype", after="0", link="https://git.example/p", version="a1b2")
    assert 'href="https://git.example/p"' in page
    assert "Partial" in page
    page = saved(lead, "deliverables/prototype/reviews", after="1", verdict="accepted", feedback="Good")
    assert "Shown Apr 3, 2026 (internal) · Good" in page
    refused = lead.post("/projects/ML-1/deliverables/merge", after="0", link="javascript:alert(1)")
    assert (refused.status_code, 'href="javascript' in refused.text) == (422, False)
    page = saved(lead, "deliverables/code_review", after="0", author="ada", scientist="bob", engineer="")
    assert "Bob" in page
    assert lead.post("/projects/ML-1/deliverables/plan", after="0").status_code == 404
    assert lead.post("/projects/ML-1/deliverables/checklist/reviews", after="0").status_code == 404
    page = saved(lead, "deliverables/checklist", after="0", comments="on")
    assert "Every function has its comment: Apr 3, 2026 by this machine" in page


def test_decisions_and_kill_criteria_are_kept(lead: Browser) -> None:
    page = saved(lead, f"decisions/{TEST}", after="0", choice="stop", outcome="useful_negative")
    assert "Useful negative" in page
    page = saved(lead, f"criteria/{TEST}", after="0", text="AUC below 0.7", by="2026-04-05")
    assert "We stop if: AUC below 0.7" in page
    assert "AUC below 0.7" in lead.get("/due").text
    saved(lead, f"criteria/{TEST}", after="1", text="AUC below 0.7", by="2026-04-05", state="not_met")
    assert "AUC below 0.7" not in lead.get("/due").text


def test_a_test_runs_is_looked_after_and_has_its_result(lead: Browser) -> None:
    early = lead.post(f"/projects/ML-1/tests/{TEST}", after="0", **(RUNNING | {"state": "ended"}))
    assert "A test that ended is over: give 2026-04-03 or an earlier day" in early.text
    assert (early.status_code, 'value="2026-04-20"' in early.text) == (422, True)
    refused = lead.post(f"/projects/ML-1/tests/{TEST}", after="0", **(RUNNING | {"control": ""}))
    assert "A test does not run without a control" in refused.text
    assert "New ranking" in saved(lead, f"tests/{TEST}", after="0", **RUNNING)
    assert "1 day late" in lead.get("/due").text
    assert "Looked at Apr 3, 2026: Fine" in saved(lead, f"tests/{TEST}/check-ins", after="1", note="Fine")
    assert "Nothing asks for anybody" in lead.get("/due").text
    refused = lead.post(f"/projects/ML-1/results/{TEST}", after="0", verdict="lost", state="complete")
    assert "Say why you think it did not win" in refused.text
    page = saved(
        lead,
        f"results/{TEST}",
        after="0",
        verdict="lost",
        state="complete",
        test=TEST,
        hypothesis="Few users",
    )
    assert "Few users (untested)" in page


def test_tests_that_want_more_traffic_than_there_is_are_marked(lead: Browser) -> None:
    saved(lead, f"tests/{TEST}", after="0", **RUNNING)
    answer = lead.post(f"/projects/ML-10/tests/{TEST}", after="0", **(RUNNING | {"title": "Other"}))
    assert answer.status_code == 303
    page = lead.get("/tests").text
    assert "New ranking (ML-1) + Other (ML-10): 120 % of the traffic from Apr 1, 2026 on" in page


def test_what_is_due_and_the_tests_are_files_too(lead: Browser) -> None:
    for path in ("/due", "/tests"):
        assert f'href="{path}?format=csv"' not in lead.get(path).text
    saved(lead, f"tests/{TEST}", after="0", **RUNNING | {"title": "=New()"})
    assert 'href="/due?format=csv"' in lead.get("/due").text
    assert 'href="/tests?format=xlsx"' in lead.get("/tests").text
    [due] = lead.get("/due?format=json").json()
    assert (due["day"], due["late_days"], due["kind"], due["key"]) == ("2026-04-02", 1, "Check-in", "ML-1")
    assert "=New()" in due["about"]
    [test] = lead.get("/tests?format=json").json()
    assert (test["test"], test["state"], test["traffic"], test["clash"]) == ("=New()", "Running", 60, False)
    answer = lead.get("/tests?format=csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="phasewise-tests.csv"'
    assert "'=New()" in answer.text


def test_what_is_due_sorts_by_its_heads(lead: Browser) -> None:
    saved(lead, f"tests/{TEST}", after="0", **RUNNING)
    saved(
        lead, f"tests/{TEST[::-1]}", after="0", **(RUNNING | {"title": "Another", "check_ins": "2026-04-04"})
    )
    days = [row["day"] for row in lead.get("/due?format=json").json()]
    assert len(set(days)) > 1
    assert days == sorted(days)
    assert [row["day"] for row in lead.get("/due?sort=-day&format=json").json()] == days[::-1]
    page = lead.get("/due?sort=-day").text
    assert re.search(r'col-day" aria-sort="descending"><a href="/due\?sort=day">', page)
    assert lead.get("/due?sort=nothing").status_code == 422


def test_the_calendar_of_tests_sorts_by_its_heads(lead: Browser) -> None:
    saved(lead, f"tests/{TEST}", after="0", **RUNNING)
    saved(
        lead, f"tests/{TEST[::-1]}", after="0", **(RUNNING | {"title": "Another", "starts_on": "2026-04-02"})
    )
    titles = {
        sort: re.findall(r'href="/projects/ML-1/tests">(\w[\w ]*)</a>', lead.get(f"/tests?sort={sort}").text)
        for sort in ("test", "-test", "starts_on")
    }
    assert titles["test"] == ["Another", "New ranking"]
    assert titles["-test"] == titles["starts_on"] == ["New ranking", "Another"]


def test_what_was_never_recorded_sorts_and_is_a_file(lead: Browser) -> None:
    more = [replace(epic(20), summary="=A()"), worked(21, Phase.MODELING, 0, 5, project=20)]
    tell(lead.deps, [*more, worked(22, Phase.DATA_EXPLORATION, 0, 5, project=20)])
    rows = lead.get("/due?table=lacking&format=json&sort=-missing").json()
    assert [(one["key"], one["missing"]) for one in rows] == [
        ("ML-20", ["plan", *EXPLORED, *MODELED]),
        ("ML-1", ["plan", *EXPLORED]),
    ]
    assert lead.get("/due?table=lacking&format=json&sort=missing").json() == rows[::-1]
    assert "'=A()" in lead.get("/due?table=lacking&format=csv").text
    page = lead.get("/due?table=lacking&sort=-missing").text
    assert 'id="table-lacking" open' in page
    assert page.index("=A()") < page.index("Issue 1 <")
    assert 'href="/due?table=lacking&amp;sort=missing#table-lacking"' in page
    assert 'id="table-lacking" open' not in lead.get("/due").text


def test_what_was_never_recorded_is_listed_below_what_is_due(lead: Browser) -> None:
    page = lead.get("/due").text
    assert "1 project lacks a plan or what a finished phase delivers" in page
    # Exploration has done all its tasks; Modeling goes on, and ML-10 has not begun.
    assert 'href="/projects/ML-1/plan">no accepted plan</a>' in page
    assert ">Data Exploration: Commented notebook</a>" in page
    assert "ML-10" not in page
    saved(lead, "plan", after="0", **PLAN)
    saved(lead, "plan/accept", after="1")
    saved(lead, "deliverables/eda_notebook", after="0", state="accepted")
    assert "lacks a plan" not in lead.get("/due").text


def test_a_former_key_leads_to_the_current_one_and_names_are_ours(lead: Browser) -> None:
    assert lead.get("/projects/1/plan").headers["location"] == "/projects/ML-1/plan"
    assert lead.post("/projects/ML-1/tests/x", after="0").status_code == 422
    assert lead.post("/projects/ML-1/plan", after="soon").status_code == 422
    assert lead.get("/projects/ML-99/plan").status_code == 404


def test_the_past_shows_what_was_recorded_then_and_takes_nothing(lead: Browser) -> None:
    saved(lead, "plan", after="0", **PLAN)
    saved(lead, "plan/accept", after="1")
    past = lead.get("/projects/ML-1/plan?as_of=2026-04-01T00:00:00Z").text
    assert "No plan yet" in past
    assert '<form class="record-form"' not in past


def test_members_read_and_stakeholders_see_no_person(sqlite_database: Database) -> None:
    deps = recorder(sqlite_database)
    lead = Browser(deps, doors=Doors.ALWAYS)
    saved(lead, "plan", after="0", **PLAN)
    saved(lead, "plan/present", after="1", audience="Hanako of sales", feedback="Hanako liked it")
    saved(lead, "plan/accept", after="2")
    shown = {}
    for role in (Role.MEMBER, Role.STAKEHOLDER):
        person(deps, f"{role}@example.com", role)
        browser = Browser(deps, doors=Doors.NEVER)
        browser.sign_in(f"{role}@example.com")
        shown[role] = browser.get("/projects/ML-1/plan").text
        assert browser.post("/projects/ML-1/plan", after="3", **PLAN).status_code == 403
        assert "record-form" not in shown[role]
    assert "Hanako" in shown[Role.MEMBER]
    assert "Hanako" not in shown[Role.STAKEHOLDER]
    assert re.search(r"\+0\.8 \(\+40 %\)", shown[Role.STAKEHOLDER])


def test_what_is_wrong_is_said_in_the_readers_language(lead: Browser) -> None:
    typed = {"after": "0", **PLAN, "modeling_likely": "-2", "method": "x" * 3_000}
    page = lead.ask("POST", "/projects/ML-1/plan", data=typed, headers={"accept-language": "fr"}).text
    assert "Indiquez des semaines de 0 à 104" in page
    assert "Écrivez au plus 2\u202f000 caractères ; il y en a 3\u202f000" in page
