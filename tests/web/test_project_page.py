"""/projects/{key}: the numbers of the API and of the portfolio, phases and returns, and their reasons."""

import re
from dataclasses import replace

import httpx
import pytest

from phasewise.core.rights import Asker, Role
from phasewise.store.audit_log import entries_at
from phasewise.store.boards import Page
from phasewise.usecases.show_project_page import show_project_page
from phasewise.web.here import Here
from phasewise.web.project_page import project_page
from phasewise.web.project_tables import Which
from phasewise.web.tables import Asked, AskedOne
from phasewise.web.templates import render
from tests.store.records import DOING, DONE, TODO, at, epic, moved, task
from tests.web.story import ADA, BOB, MODELING, NOW, Api, remove, stamp, tell
from tests.web.test_pages import HTML, browse, page, words


def section(html: str, name: str) -> str:
    """The words of one part of the page."""
    return words(html.split(f'aria-labelledby="heading-{name}"')[1].split("</section>")[0])


def choose(api: Api, **fields: str) -> httpx.Response:
    own = {**HTML, "origin": "http://127.0.0.1:8000"}
    return api.ask("POST", "/projects/ML-1/returns", data=fields, headers=own)


def the_return(api: Api) -> dict[str, str]:
    """What a form sends to name the story's only return: Ada's research while modeling went on."""
    html = page(api, "/projects/ML-1")
    [phase] = re.findall(r'name="phase" value="(\w+)"', html)
    [start] = re.findall(r'name="start" value="(\d+)"', html)
    return {"phase": phase, "start": start}


def test_the_figures_are_those_of_the_api_and_of_the_portfolio(api: Api) -> None:
    told = api.json("/projects/ML-1")
    text = words(page(api, "/projects/ML-1"))
    for shown in (
        f"Weeks spent {told['spent_weeks']:.1f}",
        f"Returns {told['loops']}",
        f"Broken or near a limit {told['findings_open']}",
        "State Active 3 tickets",
    ):
        assert shown in text
    assert f"{told['spent_weeks']:.1f} wk in {told['elapsed_days'] / 5:.1f} wk" in words(page(api))


def test_a_task_is_in_the_state_that_its_sub_tasks_give_it_on_every_page(api: Api) -> None:
    """Bob works on ML-6, a sub-task of ML-4, which itself was put back."""
    tell(api.deps, [task(4, moved(41, 8, TODO, DOING), moved(42, 10.5, DOING, TODO), **ADA, **MODELING)])
    project, search = page(api, "/projects/ML-1"), page(api, "/search?q=ML-4")
    [row] = re.findall(r'<tr role="row">(?:(?!</tr>).)*>ML-4(?:(?!</tr>).)*</tr>', project, re.DOTALL)
    assert "Active" in words(row)
    assert "active" in words(search.split("ML-4", 2)[2])
    assert "ML-4" in words(page(api, "/people/bob"))
    assert api.json("/tasks/ML-4")["status_group"] == "todo"


def test_a_number_of_findings_is_red_by_what_it_counts_and_says_what_else_is_listed(api: Api) -> None:
    """ML-3 is near its limit while Ada has two active tickets; then ML-3 is over it; before, Ada alone."""
    told = {day: page(api, f"/projects/ML-1?as_of={stamp(day)}") for day in (9.5, 11)}
    label = r"<dt>Broken or near a limit</dt><dd>(.*?)</dd>"
    figures = {day: re.findall(label, html, re.DOTALL)[0] for day, html in told.items()}
    assert words(figures[9.5]).endswith("1 open finding · 1 of a person")
    assert ("bad" in figures[9.5], "bad" in figures[11]) == (False, True)
    assert "Ada has 2 active tickets" in section(told[9.5], "findings")
    tell(api.deps, [task(3, moved(31, 3, TODO, DOING), moved(32, 4, DOING, DONE), **BOB, **MODELING)])
    (figure,) = re.findall(label, page(api, f"/projects/ML-1?as_of={stamp(9.5)}"), re.DOTALL)
    assert words(figure) == "0 none open · 1 of a person"
    assert "bad" not in figure


@pytest.mark.parametrize(
    ("language", "notes"),
    [
        ("en", {1: "open finding", 2: "open findings"}),
        ("fr", {1: "constat ouvert", 2: "constats ouverts"}),
        ("ru", {1: "открытое замечание", 2: "открытых замечания", 5: "открытых замечаний"}),
    ],
)
def test_findings_are_counted_as_the_language_does(api: Api, language: str, notes: dict[int, str]) -> None:
    for n, note in notes.items():
        slow = [
            task(20 + one, moved(40 + one, 1, TODO, DOING), parent_id=20, assignee=f"{one}")
            for one in range(1, n + 1)
        ]
        tell(api.deps, [epic(20), *slow])
        told = api.ask("GET", "/projects/ML-20", headers={**HTML, "accept-language": language})
        assert f" {n} {note} " in words(told.text)


def test_a_phase_has_the_numbers_of_the_api_each_leading_to_what_is_behind_it(api: Api) -> None:
    html = page(api, "/projects/ML-1")
    numbers = api.json("/projects/ML-1")["by_phase"]["modeling"]
    row = re.search(
        r'<th role="rowheader" scope="row"><span class="phase">.{0,200}?Modeling</span></th>(.*?)</tr>',
        html,
        re.S,
    )
    assert row is not None
    assert (
        words(row[1]).split(" days")[0].startswith(f"0 of {numbers['tasks']} 1 {numbers['effort_days']:.0f}")
    )
    assert "/projects/ML-1/why?figure=effort&amp;phase=modeling" in row[1]


def test_a_return_is_a_bold_arrow_down_and_is_listed_with_where_it_came_from(api: Api) -> None:
    html = page(api, "/projects/ML-1")
    assert html.count('<line class="return"') == 1
    assert html.count('<path class="arrow"') == 1
    assert "Mar 11 Modeling → back to Research" in section(html, "timeline")


def test_a_lead_chooses_why_a_project_went_back_and_it_is_in_the_audit_log(api: Api) -> None:
    visit = the_return(api)
    answer = choose(api, **visit, reason="data_wrong")
    assert (answer.status_code, answer.headers["location"]) == (303, "/projects/ML-1#heading-returns")
    html = page(api, "/projects/ML-1")
    assert '<option value="data_wrong" selected>' in html
    assert "chosen Mar 13 by this machine" in words(html)
    assert "yes: Data wrong" in words(html)
    with api.deps.database.read() as connection:
        logged = entries_at(connection, api.deps.site_id, NOW + 1, Page())
    [entry] = [one for one in logged if one.action == "return.reason"]
    assert (entry.subject, entry.detail) == (f"1:research:{visit['start']}", {"reason": "data_wrong"})


def test_what_was_active_on_a_weekend_only_is_of_no_days_and_not_called_never_active(api: Api) -> None:
    tasks = [
        task(21, moved(41, 5.5, TODO, DOING), parent_id=20),
        task(22, moved(42, 5.5, TODO, DOING), moved(43, 5.6, DOING, TODO), parent_id=20),
        task(23, parent_id=20),
    ]
    tell(api.deps, [epic(20), *tasks])
    told = section(page(api, f"/projects/ML-20?as_of={stamp(6.5)}"), "tasks")
    assert re.findall(r"ML-(2\d) .*? Nobody (.*?)(?= Issue| As a file)", told) == [
        *(("21", "0 d"), ("22", "0 d"), ("23", "– never active"))
    ]


def test_a_reason_is_changed_and_taken_away_and_not_known_before_it_was_chosen(api: Api) -> None:
    visit = the_return(api)
    for reason in ("data_wrong", "goal_changed"):
        choose(api, **visit, reason=reason)
    assert "yes: Goal changed" in words(page(api, "/projects/ML-1"))
    past = page(api, f"/projects/ML-1?as_of={stamp(10)}")
    assert "No reason chosen" in words(past)
    assert "<form method" not in past.split("<main")[1]
    choose(api, **visit, reason="")
    assert "yes:" not in words(page(api, "/projects/ML-1"))


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"phase": "research", "start": str(at(1)), "reason": "data_wrong"}, 404),
        ({"phase": "research", "start": "9" * 40, "reason": "data_wrong"}, 404),
        ({"phase": "x", "start": "1", "reason": "data_wrong"}, 422),
        ({"phase": "research", "start": "x", "reason": ""}, 422),
        ({"phase": "research", "start": "1", "reason": "boredom"}, 422),
    ],
)
def test_only_a_return_has_a_reason_and_only_one_of_the_four(
    api: Api, fields: dict[str, str], status: int
) -> None:
    assert choose(api, **fields).status_code == status


def test_open_tasks_come_oldest_first_and_the_latest_done_ones_after_them(api: Api) -> None:
    table = page(api, "/projects/ML-1").split('class="tasks"')[1]
    assert re.findall(r'<span class="sub">(ML-\d+)', table.split("</table>")[0]) == [
        "ML-3",
        "ML-4",
        "ML-5",
        "ML-2",
    ]
    assert "6 d · 1 over" in words(table)


def test_done_tasks_beyond_the_latest_are_counted_and_shown_if_asked(api: Api) -> None:
    more = [task(n, moved(n, 1, DOING, DONE), **MODELING) for n in range(30, 38)]
    tell(api.deps, more)
    assert "4 more tasks done: show all" in words(page(api, "/projects/ML-1"))
    assert page(api, "/projects/ML-1?tasks=all").count("Done</span></td>") == 9


def test_people_and_findings_are_named(api: Api) -> None:
    html = page(api, "/projects/ML-1")
    assert section(html, "people").endswith("Ad Ada ML-4 , ML-5 Bo Bob ML-3 , ML-4")
    assert "Ada has 2 active tickets: ML-4, ML-5" in section(html, "findings")


def test_charts_have_their_numbers_as_tables(api: Api) -> None:
    html = page(api, "/projects/ML-1")
    assert "Cycle time of 1 ticket: half within 2 d, 85 % within 2 d" in html
    assert "ML-2 Issue 2 Mar 5 2" in section(html, "cycle")
    assert "Age of 3 open tickets; 1 over the limit of 5 days" in html
    weeks = section(html, "weeks")
    effort = api.json("/projects/ML-1")["effort_days"]
    worked = re.findall(r"2026-W1[01] (?:\S+ )*?(\S+)(?= 2026| As a file)", weeks)
    assert sum(map(float, worked)) == effort


@pytest.mark.parametrize("path", ["/projects/1", "/projects/ml-1"])
def test_an_id_or_another_spelling_leads_to_the_current_key(api: Api, path: str) -> None:
    answer = browse(api, f"{path}?weeks=52")
    assert (answer.status_code, answer.headers["location"]) == (307, "/projects/ML-1?weeks=52")
    why = browse(api, f"{path}/why?figure=effort")
    assert why.headers["location"] == "/projects/ML-1/why?figure=effort"


def test_a_project_without_anything_says_so_in_every_part(api: Api) -> None:
    text = words(page(api, "/projects/ML-10"))
    for told in (
        "No task belongs to this project",
        "No rule is broken",
        "Nobody.",
        "Nothing was finished in this time",
        "No open ticket was active yet",
        "Nothing was worked in this time",
    ):
        assert told in text


def test_a_project_out_of_scope_says_since_when(api: Api) -> None:
    remove(api.deps, 1, at(9))
    assert "Out of scope since Mar 11" in words(page(api, "/projects/ML-1"))


@pytest.mark.parametrize("path", ["/projects/ML-3", "/projects/ML-999", f"/projects/ML-1?as_of={stamp(-9)}"])
def test_what_is_no_project_is_an_error_page_that_says_what_to_do(api: Api, path: str) -> None:
    answer = browse(api, path)
    assert answer.status_code == 404
    assert "There is no project with this key or id, or there was none at that time" in words(answer.text)


def test_s16_a_stakeholder_sees_the_project_and_nobody_in_it(api: Api) -> None:
    asker = Asker(Role.STAKEHOLDER, "board")
    facts = show_project_page(replace(api.deps, asker=asker), "ML-1", None, weeks=26)
    whole = AskedOne(Which.TASKS, Asked())
    html = render("pages/project.html", project_page(facts, None, 26, whole, Here("/projects/ML-1")))
    assert "Ada" not in html
    assert "Bob" not in html
    assert "/why" not in html
    assert "<select" not in html
    assert "ML-3 active for 6 working days" in words(html)


def test_s1_names_are_text_on_the_page_of_a_project_too(api: Api) -> None:
    evil = "<img src=x onerror=alert(1)>"
    tell(api.deps, [epic(1, summary=evil), task(3, summary=evil, **MODELING)])
    html = page(api, "/projects/ML-1")
    assert "<img" not in html
    assert "&lt;img src=x" in html


def test_e5_health_is_a_word_with_its_reason_on_the_project_and_in_the_portfolio(api: Api) -> None:
    assert "At risk: Too long active for 1 d ·" in words(page(api, "/projects/ML-1"))
    assert "ML-1 · At risk : Too long active for 1 d" in words(page(api, "/"))
    assert "ML-10 · On track" in words(page(api, "/"))
