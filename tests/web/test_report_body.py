"""What a report's page says of its facts: nothing is left out, and nothing is told to the wrong reader."""

from dataclasses import replace

from phasewise.core.digest import Digest, Freshness, ReportState, Unknown
from phasewise.core.digest_views import of_project, without_people
from phasewise.core.health import Colour, Health, HealthReason
from phasewise.core.model import Phase, State
from phasewise.store.reports import Report
from phasewise.web.dates import Dates
from phasewise.web.report_body import FACTS, PROBLEMS, body_of
from phasewise.web.report_page import label_near, state_mark, title_of
from phasewise.web.report_rows import EVENTS, ways_of
from phasewise.web.report_values import ReportBody
from phasewise.web.report_words import reason_of
from tests.mail.report.cast import DELIVERED, DUE, TESTS, project
from tests.web.report_sample import DAY, DEMAND, END, IDLE, OCR, OLD, digest


def shown(told: Digest, *, is_open: bool = True, sees_people: bool = True) -> ReportBody:
    return body_of(
        told, ways_of(told, is_open=is_open, sees_people=sees_people), Dates(told.zone, told.instant)
    )


def test_the_page_says_what_happened_to_each_project() -> None:
    body = shown(digest())
    ocr, demand, idle = body.projects
    assert (ocr.health.word, ocr.weeks, ocr.weeks_note, ocr.weeks_tone) == (
        "Off track",
        "21.4",
        "plan: 18.2 / 16",
        "bad",
    )
    assert ocr.week == ("back to Modeling", "into Productization", "1 finished", "3.5 d of work")
    assert demand.override is not None
    assert demand.override.text == "Li hands MLP-428 over on Monday"
    assert demand.override.by == "ada@example.com · Mar 16 · by rule: At risk"
    assert (demand.weeks_note, demand.health.word) == ("no plan", "On track")
    assert (idle.phase_note, idle.week, idle.people_note) == ("idle since Mar 4", (), "nobody this week")
    assert [event.text for event in body.news[0].events] == [
        "Went back from A/B Testing to Modeling: Data wrong",
        "Came into Productization",
        "Finished",
    ]


def test_records_have_lists_of_their_own() -> None:
    told = replace(digest(), due=DUE, tests=TESTS, delivered=DELIVERED, projects=(project(1), project(3)))
    lists = {one.title: one.rows for one in shown(told).records}
    assert list(lists) == ["Due", "Plan against actual", "A/B tests", "Deliverables"]
    assert lists["Due"][0].text == "Churn: Review · Merge"
    assert lists["Due"][0].note == "Nov 20, 2026 · 3 days late"
    assert lists["Plan against actual"][0].text == (
        "Churn propensity 1: +1.2 weeks against plan · Data Exploration 3.5 of 4 · Modeling 8 of 10"
    )
    assert lists["A/B tests"][0].text == "Churn: Shorter form · Running"
    assert lists["A/B tests"][0].note == "Dec 4, 2026 · Shop · 50 %"
    assert lists["Deliverables"][-1].text == "Churn: Evaluation report · Rework"
    assert all(row.href for rows in lists.values() for row in rows)
    assert not any(row.href for one in shown(told, is_open=False).records for row in one.rows)


def test_what_needs_attention_comes_worst_first_and_once() -> None:
    body = shown(digest())
    assert [one.text for one in body.problems] == [
        "MLP-412 active for 7.4 working days",
        "Li Wei has 2 active tickets: MLP-428, MLP-436",
    ]
    assert body.problems[0].note.startswith("Invoice OCR and field extraction · since Mar 12")
    assert body.problems[0].note.endswith("new")
    assert body.problems[0].href == f"/rules/{OLD.id.replace(':', '%3A')}?as_of=2026-03-15T23:00:00.000Z"


def test_long_lists_are_cut_and_say_so() -> None:
    many = tuple(replace(OLD, id=f"five_days:{n}:1") for n in range(PROBLEMS + 3))
    started = DEMAND.started * (EVENTS + 2)
    told = digest(
        projects=(replace(OCR, problems=many), replace(DEMAND, started=started, is_new=True)),
        decisions=tuple(
            replace(digest().decisions[0], at=END - n * DAY, subject=str(n)) for n in range(FACTS + 2)
        ),
        people=(),
    )
    body = shown(told)
    assert (len(body.problems), body.problems_cut) == (PROBLEMS, "and 4 more")
    assert (len(body.news[1].events), body.news[1].more) == (EVENTS, "and 3 more")
    assert body.news[1].events[0].text == "The project is new"
    assert len(body.decisions) <= FACTS + 1


def test_what_is_not_known_is_said_with_what_to_do() -> None:
    gaps = [one.text for one in shown(digest()).unknowns]
    assert gaps[:2] == [
        "Jira could not be read: nothing after March 15, 2026, 23:59 is in it",
        "2 tickets with an incomplete history",
    ]
    assert gaps[-1] == "Nothing was heard of Speech-to-text, call centre (MLP-124) since Feb 24"
    never = digest(unknown=Unknown(never_synced=True), freshness=Freshness())
    assert [one.text for one in shown(never).unknowns] == ["Jira was not read completely yet"]
    odd = Unknown(is_stale=True, unreadable=1, without_project=1, unmapped_options=("X",), no_access=("ML",))
    assert [one.text for one in shown(digest(unknown=odd, freshness=Freshness())).unknowns] == [
        "Jira could not be read up to the end",
        "1 issue could not be read",
        "1 open ticket without a project",
        "Phase options not mapped: X",
        "No access to ML",
    ]


def test_every_reason_of_a_health_has_words() -> None:
    told: dict[str, str | int | float] = {
        "rule": "five_days",
        "count": 1,
        "days": 2.5,
        "spent": 21.4,
        "high": 20.0,
        "likely": 16.0,
    }
    said = [reason_of(Health(Colour.AMBER, reason, told)) for reason in HealthReason]
    assert said == [
        "Too long active for 2.5 d",
        "21.4 of at most 20 weeks",
        "Too long active for 2.5 d",
        "Too long active: near the limit",
        "21.4 of 16 weeks",
        "",
    ]


def test_waivers_and_decisions_are_told_with_who_and_why() -> None:
    body = shown(digest())
    assert body.waivers[0].text == "Ivan Petrov may go on until Mar 20: Too long active · MLP-412"
    assert body.waivers[0].note == "Waiting for the vendor · granted by ada · Mar 15"
    assert body.decisions[0].note.endswith("by ada@example.com · Mar 15")


def test_a_reader_by_link_finds_no_person_and_no_way_in() -> None:
    body = shown(without_people(digest()), is_open=False, sees_people=False)
    text = repr(body)
    assert [name for name in ("Ivan", "Li Wei", "Sofia", "ada", "href='", 'href="') if name in text] == []
    assert (body.people, body.shows_people) == ((), False)
    one = shown(of_project(without_people(digest()), OCR.id), is_open=False, sees_people=False)
    assert (len(one.projects), one.chart, one.compliance_line) == (
        *(1, None),
        "Too few people were active in this week for a number that is nobody's in particular.",
    )


def test_a_project_that_did_nothing_yet_is_shown_without_a_ribbon() -> None:
    bare = replace(
        IDLE, state=State.NOT_STARTED, last_phase=None, idle_since=None, ribbon=(), spent_weeks=0.0
    )
    [row] = shown(digest(projects=(bare,))).projects
    assert (row.phases, row.ribbon.segments, row.phase_note) == ((), (), "Not started")
    assert row.ribbon.label == "Phases of Speech-to-text, call centre: none yet"


def test_a_move_without_a_reason_or_a_phase_before_is_told_too() -> None:
    back = replace(OCR.phase_moves[0], reason=None, came_from=None)
    gone = replace(OCR.finished[0], phase=Phase.NONE, person=None, age_days=None)
    news = shown(digest(projects=(replace(OCR, phase_moves=(back,), finished=(gone,)),))).news[0]
    assert [event.text for event in news.events] == ["Went back to Modeling: no reason chosen", "Finished"]
    assert news.events[1].note == "Mar 11"


def test_compliance_without_a_usual_stands_alone() -> None:
    alone = replace(digest().compliance, usual=None)
    line = shown(digest(compliance=alone)).compliance_line
    assert line == "89 % of the time with an active ticket was within the limit."


def test_where_a_report_stands_is_said() -> None:
    dates = Dates("Europe/Paris", END + DAY)
    report = Report(
        "default", "2026-W11", END, "Europe/Paris", ReportState.SENT, late=True, sent_at=END + DAY // 3
    )
    assert (
        state_mark(report, dates).note == "Sent on Mar 16, 08:00. Its numbers stay as they are. It was late."
    )
    assert title_of(replace(report, team="vision")) == "Report of 2026-W11, vision"


def test_weeks_are_numbered_through_a_new_year() -> None:
    first = digest(start=END - 11 * 7 * DAY)  # Monday, 29 December 2025
    assert [label_near(first, days) for days in (-4, 3, 10)] == ["2025-W52", "2026-W01", "2026-W02"]
