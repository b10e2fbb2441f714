"""What stands where: the order of rows and lanes, filters, figures, cards; over the made-up portfolio."""

import gzip
import time
from dataclasses import replace

import pytest

from phasewise.core.health import Colour, Health, HealthReason, Spending
from phasewise.core.model import Phase, Rule, State
from phasewise.usecases.portfolio import Flow, LaneFacts, Member, PhaseNow, Portfolio, Ticket
from phasewise.web.lanes import pips_of
from phasewise.web.pages import portfolio_html
from phasewise.web.portfolio_choices import PEOPLE, Asked
from phasewise.web.portfolio_values import PortfolioPage
from phasewise.web.present import portfolio_page
from phasewise.web.templates import STATIC_FOLDER
from phasewise.web.values import Figure
from tests.browser import sample


def shown(facts: Portfolio | None = None, **asked: str) -> PortfolioPage:
    return portfolio_page(facts or sample.CASES["portfolio"], Asked(**asked))  # type: ignore[arg-type]


def figure(label: str, facts: Portfolio | None = None) -> Figure:
    return next(one for one in shown(facts).figures if one.label == label)


def test_the_worst_projects_come_first_then_by_state() -> None:
    states = [row.state.word for row in shown().rows]
    tones = [row.problems[0].tone if row.problems else "" for row in shown().rows]
    assert tones[:4] == ["bad", "bad", "bad", "warn"]
    assert states[4:] == ["Active"] * 4 + ["Watching", "Paused", "Idle", "Not started"]


OVER_PLAN = Health(Colour.AMBER, HealthReason.OVER_LIKELY, {"spent": 9.0, "likely": 8.0})
FAR_OVER_PLAN = Health(Colour.RED, HealthReason.OVER_HIGH, {"spent": 12.0, "high": 11.0})


def of_every_health() -> Portfolio:
    """Two over their plans have no finding; of the two in good health one has a breach of somebody who works
    on it."""
    ocr, fraud, demand, quiet = sample.PROJECTS[:4]
    return sample.portfolio(
        projects=(
            replace(quiet, troubles=()),
            replace(fraud, troubles=(sample.TWO_ACTIVE,)),
            replace(ocr, troubles=(), health=OVER_PLAN),
            replace(demand, troubles=(), health=FAR_OVER_PLAN),
        )
    )


def test_worst_is_the_health_first_as_in_the_report() -> None:
    words = [row.health.word for row in shown(of_every_health()).rows]
    assert words == ["Off track", "At risk", "On track", "On track"]
    assert [bool(row.problems) for row in shown(of_every_health()).rows] == [False, False, True, False]


def test_a_project_at_risk_needs_attention_whatever_put_it_there() -> None:
    page = shown(of_every_health(), show="attention")
    assert [row.health.word for row in page.rows] == ["Off track", "At risk", "On track"]
    assert [link.count for link in page.filters if link.label == "Needs attention"] == [3]
    calm = shown(sample.portfolio(projects=()), show="attention")
    assert "no plan is exceeded" in calm.nothing_shown


def test_breaches_stand_before_warnings_before_hints() -> None:
    row = next(row for row in shown().rows if row.key == "MLP-112")
    assert [problem.tone for problem in row.problems] == ["bad", "hint", "hint"]


def test_of_many_hints_eight_are_listed_and_the_others_counted() -> None:
    hints = tuple(sample.hint(Rule.NO_PHASE, 500 + n, n) for n in range(30))
    (row,) = shown(sample.portfolio(projects=(replace(sample.PROJECTS[0], troubles=hints),))).rows
    assert (len(row.problems), row.more_problems, row.problems_cut) == (8, 29, "and 22 more")


def test_of_findings_only_warnings_and_breaches_need_attention() -> None:
    keys = [row.key for row in shown(show="attention").rows]
    assert keys == ["MLP-112", "MLP-115", "MLP-108", "MLP-119"]


def test_the_filters_say_how_many_and_which_is_chosen() -> None:
    filters = shown(show="done").filters
    assert [(link.label, link.count, link.current) for link in filters] == [
        ("All", 12, False),
        ("Needs attention", 4, False),
        ("Done", 2, True),
    ]
    assert filters[0].href == "/"


def test_key_figures_do_not_change_with_the_filter() -> None:
    assert shown(show="done").figures == shown().figures


def test_the_tickets_behind_a_number_are_a_search_in_jira() -> None:
    assert (
        figure("Over 5 days").href
        == "https://jira.example.com/issues/?jql=issue%20in%20%2810398%2C%2010412%29"
    )
    assert figure("Over 5 days").note == "oldest 8 d"


def test_nothing_over_the_limit_is_said_calmly() -> None:
    calm = figure("Over 5 days", sample.portfolio(troubles=()))
    assert (calm.value, calm.note, calm.tone, calm.href) == ("0", "none", "", None)


def test_a_search_for_too_many_tickets_is_no_link() -> None:
    cards = tuple(replace(sample.LANES[0].active[0], ticket=sample.ticket(n)) for n in range(101))
    facts = sample.portfolio(lanes=(replace(sample.LANES[0], active=cards),))
    assert (figure("Active tickets", facts).value, figure("Active tickets", facts).href) == ("101", None)


def test_no_finished_ticket_makes_no_cycle_time() -> None:
    empty = sample.portfolio(flow=Flow((0,) * 12, (None,) * 12))
    cycle = figure("Cycle time, 85 %", empty)
    assert (cycle.value, cycle.unit, cycle.spark) == ("–", "", None)


def test_a_project_in_several_phases_shows_them_all() -> None:
    both = (PhaseNow(Phase.MODELING, 12.0), PhaseNow(Phase.AB_TESTING, 2.5))
    facts = sample.portfolio(projects=(replace(sample.PROJECTS[0], phases_now=both, loops=1),))
    (row,) = shown(facts).rows
    assert [tag.short for tag in row.phases] == ["Modeling", "A/B"]
    assert row.phase_note == "12 d, 2.5 d · 1 return"


def test_a_project_never_begun_has_no_figures() -> None:
    row = next(row for row in shown().rows if row.state.word == "Not started")
    assert (row.weeks, row.weeks_note, row.phases, row.ribbon.segments) == ("–", "", (), ())


def test_a_person_without_an_active_ticket_is_an_empty_ring() -> None:
    row = next(row for row in shown().rows if row.key == "MLP-119")
    assert [(person.initials, person.busy) for person in row.people] == [("PR", True), ("TO", False)]
    assert row.people[1].title == "Tomás Ortega: no active ticket here"


def test_of_many_people_two_are_shown_and_the_others_counted() -> None:
    many = tuple(sample.member(name) for name in list(sample.NAMES)[:5])
    (row,) = shown(sample.portfolio(projects=(replace(sample.PROJECTS[0], members=many),))).rows
    assert (len(row.people), row.people_more) == (2, "+3")


def test_an_address_that_is_none_of_the_web_is_no_link() -> None:
    evil = Ticket(1, "MLP-1", "x", "javascript:alert(1)")
    facts = sample.portfolio(projects=(replace(sample.PROJECTS[0], epic=evil),))
    assert shown(facts).rows[0].href == "/projects/MLP-1"
    assert "javascript:" not in portfolio_html(facts, Asked())


def test_lanes_go_by_what_is_wrong_then_by_name_and_nobody_is_last() -> None:
    names = [lane.name for lane in shown().lanes]
    assert names == [
        *("Ivan Petrov", "Li Wei", "Sofia Marino"),
        *("Priya Raman", "Tomás Ortega"),
        *("Amélie Laurent", "Haruto Sato", "Noah Becker"),
        "Nobody",
    ]


def test_avatars_lead_to_the_persons_lane() -> None:
    page = shown()
    lanes = {lane.anchor: lane.name for lane in page.lanes}
    row = next(row for row in page.rows if row.key == "MLP-108")
    assert lanes[(row.people[0].href or "").removeprefix("#")] == "Li Wei"


@pytest.mark.parametrize(
    ("age", "limit", "expected"),
    [
        (0.0, 5.0, "left " * 5),
        (0.1, 5.0, "used " + "left " * 4),
        (5.0, 5.0, "used " * 5),
        (5.02, 5.0, "used " * 5 + "over "),
        (7.1, 5.0, "used " * 5 + "over " * 3),
        (40.0, 5.0, "used " * 5 + "over " * 5),
        (2.0, 3.0, "used used left "),
    ],
)
def test_a_pip_is_a_working_day(age: float, limit: float, expected: str) -> None:
    assert " ".join(pips_of(age, limit).classes) == expected.strip()


def test_a_ticket_barely_over_says_so() -> None:
    card = replace(sample.LANES[0].active[0], age_days=5.01)
    lane = shown(sample.portfolio(lanes=(LaneFacts(sample.person("ivan"), (card,), (), (), ()),))).lanes[0]
    assert (lane.active[0].age, lane.active[0].age_note) == ("5 d", "just over")


def test_done_projects_are_offered_only_where_there_are_any() -> None:
    fold = shown().done_fold
    assert fold is not None
    assert (fold.label, fold.href) == ("2 projects done: show them", "/?show=done")
    assert shown(sample.portfolio(done=0)).done_fold is None


def test_the_state_order_covers_every_state() -> None:
    for state in State:
        facts = sample.portfolio(projects=(replace(sample.PROJECTS[0], state=state),))
        assert shown(facts).rows[0].state.word


def big() -> Portfolio:
    """Sixty projects and thirty-two people."""
    projects = tuple(
        replace(sample.PROJECTS[n % 12], epic=sample.ticket(1000 + n, f"Project number {n}"))
        for n in range(60)
    )
    lanes = tuple(
        replace(sample.LANES[n % 8], person=sample.Person(f"p{n}", f"Person {n}")) for n in range(32)
    )
    return sample.portfolio(projects=projects, lanes=lanes)


def test_sixty_projects_weigh_less_than_35_kb() -> None:
    parts = [portfolio_html(big(), Asked()).encode()]
    parts += [(STATIC_FOLDER / name).read_bytes() for name in ("base.css", "portfolio.css", "lanes.css")]
    parts += [(STATIC_FOLDER / name).read_bytes() for name in ("print.css", "theme.js", "icon.svg")]
    assert sum(len(gzip.compress(part, 6)) for part in parts) < 35_000


def test_ten_times_the_projects_cost_ten_times_as_much_and_no_more() -> None:
    many = big()
    few = replace(many, projects=many.projects[:6], lanes=many.lanes[:3])
    spent = {True: 1.0, False: 1.0}
    for is_many in [True, False] * 10:
        before = time.process_time()
        portfolio_html(many if is_many else few, Asked())
        spent[is_many] = min(spent[is_many], time.process_time() - before)
    assert spent[True] < 20 * spent[False]  # python -m bench served has the milliseconds


def test_of_many_people_the_first_by_name_and_the_chosen_one_can_be_chosen() -> None:
    people = tuple(Member(sample.Person(f"p{n}", f"Person {n:03}"), ()) for n in range(99))
    facts = sample.portfolio(projects=(replace(sample.PROJECTS[0], members=people),))
    (choice,) = shown(facts, person="p98").choices
    assert (choice.chosen, len(choice.links)) == ("Person 098", PEOPLE + 2)
    assert choice.links[1].label == "Person 000"


def test_weeks_beyond_the_plan_are_marked_by_the_phases_that_are_planned_as_health_is() -> None:
    one = replace(sample.PROJECTS[0], effort_weeks=9.0)
    rows = [
        shown(sample.portfolio(projects=(replace(one, spending=spending),))).rows[0]
        for spending in (None, Spending(7.5, 7.5, 9.0), Spending(7.6, 7.5, 9.0))
    ]
    assert [row.weeks_tone for row in rows] == ["", "", "bad"]
    assert (rows[2].weeks, rows[2].weeks_note) == ("9.0", "plan: 7.6 / 7.5")


def test_the_ribbons_are_a_table_too_where_it_is_asked_for() -> None:
    facts = sample.CASES["portfolio"]
    without, shown = (portfolio_html(facts, Asked(weeks=12, stays=stays)) for stays in (False, True))
    assert 'href="/?weeks=12&amp;stays=1#table-stays">Show as table' in without
    assert 'href="/?weeks=12#table-stays">Hide the table' in shown
    told = portfolio_page(facts, Asked(weeks=12, stays=True)).stays
    assert told is not None
    stays = sum(len(group.rows) for group in told.groups)
    assert shown.count("<tr>") - without.count("<tr>") == stays + 1
