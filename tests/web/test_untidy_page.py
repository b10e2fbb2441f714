"""Untidy tickets: what is wrong, why, what to do; setting what is missing, as effects, where turned on."""

import csv
import io
import re
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from phasewise.core.rights import Role
from phasewise.store import sites
from phasewise.store.work_tables import effects
from tests.store.records import DOING, TODO, moved, task
from tests.web.accounts import signed_in
from tests.web.story import Api, tell
from tests.web.test_pages import HTML, browse, page, words

ODD = '=HYPERLINK("x") <b>bold</b>'


@pytest.fixture
def untidy(api: Api) -> Api:
    """ML-7 lacks all but an assignee, ML-20 everything; ML-21 has a phase that is not mapped."""
    lacking = task(20, moved(201, 9, TODO, DOING), summary=ODD)
    other = task(21, phase_option="x", phase_option_name="Spike", parent_id=1)
    deps = replace(api.deps, board_moves=True)
    tell(deps, [lacking, other])
    with deps.database.write() as connection:
        fields = replace(sites.site_fields(connection, deps.site_id), phase_field="customfield_10050")
        sites.save_site_fields(connection, deps.site_id, fields)
        sites.save_site(connection, deps.site_id, deployment="cloud")
    return Api(deps)


def send(api: Api, **fields: Any) -> httpx.Response:
    headers = {**HTML, "origin": "http://127.0.0.1:8000"}
    return api.ask("POST", "/untidy/set", data={"issue": "20"} | fields, headers=headers)


def waiting(api: Api) -> list[Any]:
    with api.deps.database.read() as connection:
        return list(connection.execute(select(effects).order_by(effects.c.key)))


def test_every_ticket_stands_once_with_all_that_is_wrong_why_and_what_to_do(untidy: Api) -> None:
    html = page(untidy, "/untidy")
    assert html.count(">ML-20</span>") == 1
    text = words(html)
    for said in ("Set the phase.", "Set the epic.", "Assign it, or take it out of the active statuses."):
        assert said in text
    assert "<b>bold" not in html
    assert 'href="/untidy/set?issue=20"' in html


def test_what_has_a_phase_that_is_not_mapped_is_to_be_mapped_and_not_set(untidy: Api) -> None:
    html = page(untidy, "/untidy?rule=unmapped_phase_option")
    assert "Map the option by its id in the policy." in words(html)
    assert "/untidy/set?issue=21" not in html
    assert browse(untidy, "/untidy/set?issue=21").status_code == 404


def test_the_portfolio_and_the_findings_lead_there(untidy: Api) -> None:
    assert 'href="/untidy?rule=no_phase"' in page(untidy, "/")
    assert 'href="/untidy"' in page(untidy, "/rules")


def test_it_filters_sorts_and_is_a_file_without_formulas(untidy: Api) -> None:
    assert ">ML-21</span>" not in page(untidy, "/untidy?rule=no_assignee")
    keys = re.findall(r'class="key">(ML-\d+)', page(untidy, "/untidy?sort=-ticket"))
    assert keys == sorted(keys, reverse=True)
    rows = list(csv.reader(io.StringIO(browse(untidy, "/untidy?format=csv").text)))
    assert ["ML-20", "no_phase; no_project; no_assignee"] in [row[:2] for row in rows]


def test_the_form_offers_what_is_missing_by_what_there_is(untidy: Api) -> None:
    html = page(untidy, "/untidy/set?issue=20")
    assert re.findall(r'<select name="(\w+)"', html) == ["phase", "epic", "assignee"]
    assert re.findall(r'<option value="(\w*)">', html) == ["", "r", "m", "", "1", "10", "", "ada", "bob"]


def test_what_is_chosen_becomes_one_effect_each_however_often_it_is_sent(untidy: Api) -> None:
    answers = [send(untidy, phase="r", epic="1", assignee="ada") for _ in range(2)]
    assert [one.headers["location"] for one in answers] == ["/untidy?set=ML-20"] * 2
    done = {row.body["field"]: row.body["value"] for row in waiting(untidy)}
    assert done == {"customfield_10050": "r", "parent": "1", "assignee": "ada"}
    assert {row.kind for row in waiting(untidy)} == {"field"}
    assert len(waiting(untidy)) == 3
    assert "ML-20 is being set in Jira" in words(page(untidy, "/untidy?set=ML-20"))


def test_of_two_wishes_for_a_field_the_later_one_is_done(untidy: Api) -> None:
    send(untidy, assignee="ada")
    send(untidy, assignee="bob")
    assert {row.body["value"]: row.state for row in waiting(untidy)} == {"ada": "done", "bob": "due"}


def test_a_choice_that_jira_refused_is_not_made_again_in_silence(untidy: Api) -> None:
    send(untidy, assignee="ada")
    with untidy.deps.database.write() as connection:
        connection.execute(effects.update().values(state="failed"))
    assert send(untidy, assignee="ada").status_code == 409


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 422),
        ({"phase": "x"}, 422),
        ({"assignee": "nobody"}, 422),
        ({"epic": "3"}, 422),
        ({"issue": "999", "phase": "r"}, 404),
        ({"issue": "21", "phase": "r"}, 404),
        ({"issue": "7", "assignee": "ada"}, 409),
        ({"issue": "9" * 30, "phase": "r"}, 422),
        ({"issue": "²", "phase": "r"}, 422),
    ],
)
def test_b4_what_does_not_fit_is_refused(untidy: Api, fields: dict[str, str], status: int) -> None:
    assert (send(untidy, **fields).status_code, waiting(untidy)) == (status, [])


def test_s2_nothing_is_set_unless_it_is_turned_on_nor_in_a_dry_run(untidy: Api) -> None:
    off = Api(replace(untidy.deps, board_moves=False))
    assert "/untidy/set" not in page(off, "/untidy")
    assert "PHASEWISE_BOARD_MOVES=1" in words(page(off, "/untidy"))
    assert browse(off, "/untidy/set?issue=20").status_code == 409
    assert (send(off, phase="r").status_code, waiting(off)) == (409, [])
    dry = Api(replace(untidy.deps, policy=replace(untidy.deps.policy, dry_run=True)))
    assert (send(dry, phase="r").status_code, waiting(dry)) == (409, [])


def test_a_member_sees_what_is_wrong_and_sets_nothing_and_the_past_is_only_read(untidy: Api) -> None:
    assert "/untidy/set" not in page(untidy, "/untidy?as_of=2026-03-12T00:00:00Z")
    member = signed_in(untidy.deps, "bob@example.com", Role.MEMBER)
    assert "/untidy/set" not in member.get("/untidy").text
    assert member.get("/untidy/set?issue=20").status_code == 403


def test_data_center_is_asked_by_its_epic_link_and_without_one_no_epic_is_offered(untidy: Api) -> None:
    with untidy.deps.database.write() as connection:
        sites.save_site(connection, untidy.deps.site_id, deployment="datacenter")
    assert "make one in Jira" in words(page(untidy, "/untidy/set?issue=20"))
    with untidy.deps.database.write() as connection:
        fields = sites.SiteFields(epic_link_field="customfield_7")
        sites.save_site_fields(connection, untidy.deps.site_id, fields)
    send(untidy, epic="1")
    assert [row.body for row in waiting(untidy)] == [{"field": "customfield_7", "value": "ML-1"}]


def test_where_nothing_is_wrong_the_page_says_so(api: Api) -> None:
    assert "Take the filter away" in words(page(api, "/untidy?rule=estimate_too_long"))
