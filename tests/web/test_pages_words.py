"""What the pages say: sentences, durations, names, freshness, gaps."""

from dataclasses import replace

import pytest

from phasewise.core.model import Limits, Rule, Severity
from phasewise.i18n.speaking import speaking
from phasewise.usecases.portfolio import Gaps, Person, SyncFacts, Ticket, Trouble
from phasewise.web.dates import Dates
from phasewise.web.freshness import banner_of, freshness_of, unknowns_of
from phasewise.web.wording import (
    SENTENCES,
    ago,
    days_text,
    initials,
    integer,
    pressing,
    problem_of,
    safe_href,
)
from tests.store.records import DAY, at

NOW = at(11)
DATES = Dates("Europe/Paris", NOW)
TICKET = Ticket(412, "MLP-412", "Retrain", "https://jira.example.com/browse/MLP-412")
OTHER = Ticket(413, "MLP-413", "Compare", "https://jira.example.com/browse/MLP-413")
LI = Person("li", "Li Wei")


def said(trouble: Trouble, limits: Limits | None = None) -> tuple[str, str]:
    problem = problem_of(trouble, limits or Limits(), DATES)
    return problem.text, problem.note


def test_a_breach_of_five_days_says_how_long_and_since_when() -> None:
    trouble = Trouble(Rule.FIVE_DAYS, Severity.BREACH, at(8), (TICKET,), age_days=8.04)
    assert said(trouble) == (
        "MLP-412 active for 8 working days",
        "since Mar 10 · finish it or split it",
    )


def test_a_warning_says_when_it_will_be_over() -> None:
    trouble = Trouble(Rule.FIVE_DAYS, Severity.WARNING, at(8), (TICKET,), breach_at=at(14), age_days=4.25)
    assert said(trouble, Limits(five_days=4.5)) == (
        "MLP-412 at 4.2 of 4.5 working days",
        "over on Mar 16 · finish it or split it now",
    )


def test_a_warning_of_a_paused_task_foretells_nothing() -> None:
    trouble = Trouble(Rule.FIVE_DAYS, Severity.WARNING, at(8), (TICKET,), age_days=4.25)
    assert said(trouble)[1] == "since Mar 10 · finish it or split it now"


def test_two_active_tickets_are_named_with_the_one_to_pause() -> None:
    trouble = Trouble(Rule.ONE_ACTIVE, Severity.BREACH, at(9), (TICKET, OTHER), LI, started_last=OTHER)
    assert said(trouble) == (
        "Li Wei has 2 active tickets: MLP-412, MLP-413",
        "since Mar 11 · pause MLP-413, started last",
    )
    assert problem_of(trouble, Limits(), DATES).href == OTHER.url


def test_every_rule_has_a_sentence_that_names_its_ticket_or_person() -> None:
    assert SENTENCES.keys() == set(Rule)
    for rule in Rule:
        trouble = Trouble(rule, Severity.HINT, at(9), (TICKET,), LI, detail={"phases": "modeling"})
        text, note = said(trouble)
        assert "MLP-412" in text or "Li Wei" in text
        assert note.startswith("since Mar 11 · ")


def test_a_rabbit_hole_names_its_phases_and_what_is_active_in_them() -> None:
    detail = {"phases": "data_exploration modeling"}
    trouble = Trouble(Rule.RABBIT_HOLE, Severity.HINT, at(9), (TICKET, OTHER), detail=detail)
    assert said(trouble)[0] == (
        "4 weeks of work in Data Exploration and Modeling and nothing done: MLP-412, MLP-413"
    )


def test_what_was_never_recorded_leads_to_where_it_is_and_comes_after_all_other_hints() -> None:
    detail = {"phases": "data_exploration modeling", "over": "modeling@1772600000000"}
    slots = Trouble(Rule.DELIVERABLE_MISSING, Severity.HINT, at(1), (TICKET,), detail=detail)
    plan = Trouble(Rule.PROJECT_WITHOUT_PLAN, Severity.HINT, at(2), (TICKET,))
    other, worse = (Trouble(Rule.NO_PHASE, one, at(9), (TICKET,)) for one in (Severity.HINT, Severity.BREACH))
    assert sorted([slots, plan, other, worse], key=pressing) == [worse, other, slots, plan]
    assert said(slots)[0] == "MLP-412: Data Exploration done, deliverables not accepted"
    hrefs = [problem_of(one, Limits(), DATES).href for one in (slots, plan)]
    assert hrefs == ["/projects/MLP-412#heading-plan", "/projects/MLP-412/plan"]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", " https://a", "//evil", "", None, "HTTP:/x"]
)
def test_only_web_addresses_become_links(url: str | None) -> None:
    assert safe_href(url) is None


def test_addresses_of_jira_become_links() -> None:
    assert safe_href("http://jira.local/browse/A-1") == "http://jira.local/browse/A-1"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Li Wei", "LW"),
        ("Tomás de la Ortega", "TO"),
        ("madonna", "Ma"),
        ("山田 太郎", "山太"),
        ("山田太郎", "山"),
        ("(ext) Bob Ray", "BR"),
        ("", "?"),
        (None, "?"),
        ("<script>", "?"),
    ],
)
def test_initials(name: str | None, letters: str) -> None:
    assert initials(name) == letters


def test_numbers_read_well() -> None:
    assert (days_text(5.0), days_text(7.649), days_text(0.04)) == ("5 d", "7.6 d", "0 d")
    with speaking("fr"):
        assert (days_text(7.649), integer(1200)) == ("7,6 j", "1\u202f200")


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (-5_000, "just now"),
        (59_999, "just now"),
        (120_000, "2 min ago"),
        (3_600_000, "1 h ago"),
        (47 * 3_600_000, "47 h ago"),
        (3 * DAY, "3 days ago"),
    ],
)
def test_how_long_ago(ms: int, text: str) -> None:
    assert ago(NOW - ms, NOW) == text


def test_a_date_of_another_year_carries_it() -> None:
    assert (DATES.day(at(-100)), DATES.day(at(0))) == ("Nov 22, 2025", "Mar 2")


def test_dates_are_those_of_the_teams_zone() -> None:
    late = at(1) - 1_800_000  # half past eleven in the evening of Monday, in UTC
    assert (Dates("UTC", NOW).day(late), DATES.day(late)) == ("Mar 2", "Mar 3")


def test_an_instant_before_all_dates_is_the_earliest_one() -> None:
    first = -62_135_596_800_000  # the first of the year 1 in UTC, when New York still has the year before
    assert Dates("America/New_York", first).long_day(first) == "January 1, 1"


FRESH = SyncFacts(synced_at=NOW - 120_000)


def test_a_fresh_store_has_no_banner() -> None:
    assert banner_of(FRESH, NOW) is None
    assert freshness_of(FRESH, NOW).text == "synced 2 min ago"


def test_an_error_before_the_last_success_is_over() -> None:
    assert banner_of(replace(FRESH, error="Jira answered 503.", error_at=NOW - 600_000), NOW) is None


def test_a_failing_sync_is_told_before_a_stale_one() -> None:
    broken = replace(FRESH, error="Jira answered 503.", error_at=NOW, is_stale=True)
    banner = banner_of(broken, NOW)
    assert banner is not None
    assert (banner.tone, banner.title) == ("bad", "Jira cannot be read.")
    assert freshness_of(broken, NOW).word == "Sync fails"


def test_a_stale_store_says_how_to_wake_it() -> None:
    banner = banner_of(replace(FRESH, synced_at=NOW - DAY, is_stale=True), NOW)
    assert banner is not None
    assert "Last read 24 h ago. See that phasewise serve is running" in banner.text


def test_a_first_load_says_how_far_it_is() -> None:
    banner = banner_of(SyncFacts(None, backfill_done=300, backfill_total=1200), NOW)
    assert banner is not None
    assert "300 of 1,200 issues read so far" in banner.text


def test_each_gap_is_named_once_and_no_other() -> None:
    gaps = Gaps(
        incomplete=1, unmapped_statuses=("A", "B", "C", "D"), no_access=("X",), warnings=("Look here",)
    )
    assert [gap.text for gap in unknowns_of(gaps)] == [
        "1 ticket with an incomplete history",
        "4 statuses not mapped: A, B, C and 1 more",
        "No access to X",
        "Look here",
    ]
    assert unknowns_of(Gaps()) == ()
