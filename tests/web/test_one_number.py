"""The same number everywhere: portfolio, board, project page and API say one thing at the same instant."""

import re
from typing import Any

import pytest

from phasewise.store.db import Database
from phasewise.web.wording import days_text, number
from tests.naive.facts import world
from tests.naive.histories import make_history
from tests.naive.oracle import stamp
from tests.web.test_agreement import told
from tests.web.test_pages import page, words


def rows(html: str) -> dict[str, str]:
    """The words of each row of the portfolio, by the id of its project."""
    return {
        project: words(row)
        for project, row in re.findall(r'<tr role="row" id="project-(\d+)">(.*?)</tr>', html, re.DOTALL)
    }


def figures(html: str) -> dict[str, str]:
    """The key figures of a page, by their labels."""
    return {
        words(label): words(value)
        for label, value in re.findall(r'<div class="figure"><dt>(.*?)</dt><dd>(.*?)</dd>', html, re.DOTALL)
    }


@pytest.mark.parametrize("seed", [5, 6])
def test_d12_the_same_number_stands_on_every_page(seed: int, sqlite_database: Database) -> None:
    history = make_history(seed)
    made = world([one for one in history.world.tickets if one.kind != "other"], history.world.policy)
    api = told(sqlite_database, made, now=history.after_all())
    for as_of in history.looks(2):
        at = stamp(as_of)
        asked = f"as_of={at.replace('+', '%2B')}"
        portfolio = rows(page(api, f"/?{asked}")) | rows(page(api, f"/?show=done&{asked}"))
        for listed in api.items("/projects", as_of=at):
            own = figures(page(api, f"/projects/{listed['key']}?{asked}"))
            assert_alike(listed, own, portfolio[listed["id"]])


def assert_alike(listed: dict[str, Any], own: dict[str, str], row: str) -> None:
    effort, weeks, loops = listed["effort_days"], listed["spent_weeks"], listed["loops"]
    assert own["Weeks spent"] == f"{weeks:.1f} {number(effort)} days of people"
    assert own["Returns"].split()[0] == str(loops)
    assert own["Broken or near a limit"].split()[0] == str(listed["findings_open"])
    if listed["state"] != "not_started":
        assert f"{weeks:.1f} wk in {own['Weeks elapsed']} wk" in row
    if loops:
        assert f"{loops} return" in row


@pytest.mark.parametrize("seed", [5, 6])
def test_d12_a_ticket_has_one_age(seed: int, sqlite_database: Database) -> None:
    history = make_history(seed)
    made = world([one for one in history.world.tickets if one.kind != "other"], history.world.policy)
    api = told(sqlite_database, made, now=history.after_all())
    lanes = page(api, "/board") + page(api, "/board?view=standup")
    for task in api.items("/tasks", limit=500):
        cards = re.findall(rf'id="card-{task["id"]}".*?</div>', lanes, re.DOTALL)
        ages = {age for card in cards for age in re.findall(r"<b>([\d.]+ d)</b>", card)}
        assert ages <= {days_text(task["age_days"])}
    assert lanes.count("<b>") > 0
