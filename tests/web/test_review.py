"""The fifteen-minute review: its exceptions, what is decided, and that it is in the draft and the log."""

import re
from dataclasses import replace

import pytest

from phasewise.core.digest import ProjectDigest
from phasewise.core.model import State
from phasewise.core.review import ExceptionKind, Queue, ReviewException
from phasewise.core.rights import Role
from phasewise.store.audit_log import Entry, entries_at
from phasewise.store.boards import Page
from phasewise.store.db import Database
from phasewise.store.project_records import latest
from phasewise.store.record_nouns import DECISION
from phasewise.store.reviews import Review
from phasewise.usecases.reports.show_report import show_report
from phasewise.usecases.reviews import ReviewFacts
from phasewise.web.dates import Dates
from phasewise.web.review_page import review_screen
from phasewise.web.values import Chrome
from tests.store.records import DOING, TODO, epic, moved, task
from tests.web.accounts import Browser, signed_in
from tests.web.report_sample import END, IDLE, digest
from tests.web.story import ADA, BOB, NOW, Clock, deps_of, tell

LATE = (3, 7, 11, 19)


@pytest.fixture
def lead(sqlite_database: Database) -> Browser:
    """Twenty projects; four have a task that is active for ten days, the others one that is a day old."""
    deps = deps_of(sqlite_database)
    records = []
    for n in range(1, 21):
        start = 0.4 if n in LATE else 10.2
        who = {"assignee": f"person-{n}", "assignee_name": f"Person {n}", "parent_id": n}
        records += [epic(n), task(100 + n, moved(1000 + n, start, TODO, DOING), **who)]
    tell(deps, records)
    return signed_in(deps, "lead@example.com", Role.LEAD)


def begun(lead: Browser) -> str:
    return str(lead.post("/review", team="default").headers["location"])


def name_on(page: str) -> str:
    found = re.search(r'name="name" value="([^"]+)"', page)
    return found[1] if found else ""


def log_of(lead: Browser) -> list[Entry]:
    with lead.deps.database.read() as connection:
        return entries_at(connection, lead.deps.site_id, NOW + 86_400_000, Page())


def test_of_twenty_projects_the_four_with_problems_come_one_by_one_and_the_rest_is_one_list(
    lead: Browser,
) -> None:
    assert "4 things want a decision; 16 projects are fine." in lead.get("/review").text
    address, seen = begun(lead), []
    for _ in LATE:
        name = name_on(lead.get(address).text)
        seen.append(name)
        assert lead.post(address, name=name, choice="nothing", text="").status_code == 303
    assert sorted(seen) == sorted(f"project-{n}" for n in LATE)
    end = lead.get(address).text
    assert "Nothing else wants a decision" in end
    assert end.count('href="/projects/ML-') == 16
    assert lead.post(f"{address}/end").headers["location"] == "/reports/default/2026-W10/edit"
    assert "This review is over" in lead.get(address).text


def test_every_decision_is_in_the_draft_and_in_the_audit_log(lead: Browser) -> None:
    address = begun(lead)
    lead.post(address, name="project-3", choice="help", text="Ben pairs with them")
    lead.post(address, name="project-7", choice="waive", text="waits for a machine", until="2026-03-20")
    lead.post(address, name="project-11", choice="stop", text="the data is not there")
    lead.post(address, name="project-19", choice="nothing", text="")
    lead.post(f"{address}/end")
    actions = {entry.action for entry in log_of(lead)}
    assert {"review.began", "review.help", "review.waive", "review.stop", "review.nothing"} <= actions
    assert {"decision.stop", "review.ended"} <= actions
    digest = show_report(replace(lead.deps, now=Clock(NOW + 1))).digest
    assert digest.week == "2026-W10"
    decided = {(one.action, one.project and one.project.key) for one in digest.decisions}
    assert ("review.help", "ML-3") in decided
    assert ("review.stop", "ML-11") in decided
    assert ("review.nothing", "ML-19") in decided
    assert ("review.waive", "ML-7") in decided
    with lead.deps.database.read() as connection:
        kept = latest(connection, lead.deps.site_id, DECISION, [11], None)
    assert "the data is not there" in str(kept)


def test_what_was_decided_is_decided_otherwise_in_the_same_review(lead: Browser) -> None:
    address = begun(lead)
    for choice in ("pivot", "stop", "stop"):
        answer = lead.post(address, name="project-3", choice=choice, text=f"because of {choice}")
        assert answer.status_code == 303
    with lead.deps.database.read() as connection:
        (kept,) = latest(connection, lead.deps.site_id, DECISION, [3], None)
    assert (kept.value.choice, kept.value.why) == ("stop", "because of stop")


def test_what_is_decided_no_longer_is_none_of_the_projects_decisions(lead: Browser) -> None:
    address, page = begun(lead), "/projects/ML-3/decisions"
    lead.post(address, name="project-3", choice="stop", text="the data is not there")
    assert "the data is not there" in lead.get(page).text
    for _ in range(2):
        lead.post(address, name="project-3", choice="help", text="Ben finds data")
    assert "the data is not there" not in lead.get(page).text
    assert [one.action for one in log_of(lead)].count("decision.withdrawn") == 1
    lead.post(address, name="project-3", choice="pivot", text="other data")
    assert "other data" in lead.get(page).text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"choice": ""}, "Choose one of the decisions"),
        ({"choice": "dance"}, "Choose one of the decisions"),
        ({"choice": "help", "text": " "}, "who helps, or why"),
        ({"choice": "help", "text": "x" * 1001}, "at most 1,000"),
        ({"choice": "waive", "text": "because", "until": "yesterday"}, "2026"),
        ({"choice": "waive", "text": "because", "until": "2020-01-01"}, ""),
    ],
)
def test_what_cannot_be_taken_is_said_and_what_was_typed_stays(
    lead: Browser, form: dict[str, str], said: str
) -> None:
    answer = lead.post(begun(lead), name="project-3", **form)
    assert answer.status_code == 422
    assert said in answer.text
    assert form.get("text", "").strip() in answer.text


def test_a_person_with_too_much_in_hand_is_an_exception_that_cannot_be_stopped(
    sqlite_database: Database,
) -> None:
    deps = deps_of(sqlite_database)
    both = (task(n, moved(10 + n, 9.2, TODO, DOING), parent_id=1, **ADA) for n in (2, 3))
    tell(deps, [epic(1), *both, task(4, moved(44, 9.2, TODO, DOING), parent_id=1, **BOB)])
    lead = signed_in(deps, "lead@example.com", Role.LEAD)
    page = lead.get(begun(lead)).text
    assert name_on(page) == "person-ada"
    assert 'value="split"' in page
    assert 'value="stop"' not in page


def test_it_goes_on_where_it_was_left_and_its_length_is_kept(lead: Browser) -> None:
    address = begun(lead)
    lead.post(address, name="project-3", choice="nothing", text="")
    assert begun(lead) == address
    lead.put_clock(NOW + 3 * 60_000)
    lead.post(f"{address}/end")
    assert "3:00" in lead.get("/review").text


def test_the_reviews_of_before_sort_and_are_a_file(lead: Browser) -> None:
    for n, minutes in enumerate((1, 4, 2)):
        lead.put_clock(NOW + n * 3_600_000)
        address = begun(lead)
        lead.put_clock(NOW + n * 3_600_000 + minutes * 60_000)
        lead.post(f"{address}/end")
    rows = lead.get("/review?format=json").json()
    assert [one["minutes"] for one in rows] == [2.0, 4.0, 1.0]
    told = {(one["by"], one["exceptions"], one["week"]) for one in rows}
    assert told == {("lead@example.com", 4, "2026-W10")}
    assert [one["minutes"] for one in lead.get("/review?sort=-minutes&format=json").json()] == [4.0, 2.0, 1.0]
    page = lead.get("/review?sort=minutes").text
    assert re.findall(r">(\d:00)<", page.partition('id="table-past"')[2]) == ["1:00", "2:00", "4:00"]
    assert 'href="/review?sort=-minutes&amp;table=past' not in page
    assert 'href="/review?table=past&amp;sort=-minutes#table-past"' in page
    assert lead.get("/review?sort=seconds").status_code == 422


def test_what_is_settled_meanwhile_or_over_is_said(lead: Browser) -> None:
    address = begun(lead)
    assert lead.post(address, name="project-1", choice="nothing").status_code == 404
    lead.post(f"{address}/end")
    assert lead.post(address, name="project-3", choice="nothing").status_code in (409, 422)
    assert lead.get("/review/unknown").status_code == 404


def test_the_end_says_what_was_left(lead: Browser) -> None:
    address = begun(lead)
    lead.post(address, name="project-3", choice="nothing", text="")
    assert "3 exceptions are not decided" in lead.get(f"{address}?at=end").text


def test_only_an_idle_project_is_called_idle() -> None:
    """A watched or paused one has no active ticket either, and is what its state says."""
    told = {state: replace(IDLE, state=state) for state in (State.WATCHING, State.PAUSED, State.IDLE)}
    facts = {state: facts_of(one, Dates("UTC", END)) for state, one in told.items()}
    assert facts[State.WATCHING] == ["MLP-124 · Watching", "6.2 weeks spent", "no plan"]
    assert facts[State.PAUSED] == ["MLP-124 · Paused", "6.2 weeks spent", "no plan"]
    assert facts[State.IDLE][-1] == "idle since Mar 3"


def facts_of(project: ProjectDigest, dates: Dates) -> list[str]:
    """What the screen of an exception says of a project besides its health."""
    one = ReviewException(ExceptionKind.PROJECT, str(project.id), project=project)
    facts = ReviewFacts(Review("r", "default", "2026-W11", "lead", END, 1), {}, END)
    screen = review_screen(Chrome(None, None, ""), dates, digest(), Queue((one,), ()), facts, one.name, "")
    return list(screen.facts)


def test_members_have_no_review(lead: Browser) -> None:
    member = signed_in(lead.deps, "member@example.com", Role.MEMBER)
    assert member.get("/review").status_code == 403
