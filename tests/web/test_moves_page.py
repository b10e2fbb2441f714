"""Moving a card: off unless it is turned on, by a form, as one effect, and never against somebody."""

import re
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from phasewise.store.audit_log import entries_at
from phasewise.store.boards import Page
from phasewise.store.work_tables import effects
from tests.store.records import DOING, DONE, TODO, at
from tests.web.story import NOW, Api, stamp
from tests.web.test_pages import HTML, browse, page, words


@pytest.fixture
def moving(api: Api) -> Api:
    return Api(replace(api.deps, board_moves=True))


def move(api: Api, **fields: Any) -> httpx.Response:
    form = {"issue": "3", "stay": str(at(3)), "status": DONE} | fields
    return api.ask("POST", "/board/move", data=form, headers={**HTML, "origin": "http://127.0.0.1:8000"})


def waiting(api: Api) -> list[Any]:
    with api.deps.database.read() as connection:
        return list(connection.execute(select(effects)))


def test_s2_nothing_is_moved_unless_it_is_turned_on(api: Api) -> None:
    assert "/board/move" not in page(api, "/board")
    assert browse(api, "/board/move?issue=3").status_code == 409
    answer = move(api)
    assert (answer.status_code, waiting(api)) == (409, [])
    assert "set PHASEWISE_BOARD_MOVES=1" in words(answer.text)


def test_every_card_of_now_leads_to_its_form_and_none_of_the_past_does(moving: Api) -> None:
    assert page(moving, "/board").count('href="/board/move?issue=3"') == 1
    assert "/board/move" not in page(moving, f"/board?as_of={stamp(10)}")


def test_the_form_offers_the_other_statuses_by_what_they_mean(moving: Api) -> None:
    html = page(moving, "/board/move?issue=3")
    assert re.findall(r'<optgroup label="([^"]+)">', html) == ["To do", "Active", "Done"]
    assert f'<option value="{DOING}">' not in html
    assert f'name="stay" value="{at(3)}"' in html


def test_a_card_is_moved_by_one_effect_however_often_the_form_is_sent(moving: Api) -> None:
    answers = [move(moving), move(moving)]
    assert [one.headers["location"] for one in answers] == ["/board?moved=ML-3"] * 2
    [effect] = waiting(moving)
    assert (effect.kind, effect.target, effect.state) == ("transition", "3", "due")
    assert effect.body == {"from": DOING, "to": DONE}
    assert "ML-3 is being moved in Jira" in words(page(moving, "/board?moved=ML-3"))
    with moving.deps.database.read() as connection:
        logged = entries_at(connection, moving.deps.site_id, NOW + 1, Page())
    assert [one.subject for one in logged if one.action == "card.moved"] == ["ML-3"]


def test_of_two_wishes_for_a_card_the_later_one_is_done(moving: Api) -> None:
    move(moving)
    move(moving, status=TODO)
    assert {one.body["to"]: one.state for one in waiting(moving)} == {DONE: "done", TODO: "due"}


def test_in_a_dry_run_nothing_is_written_by_hand_either(moving: Api) -> None:
    dry = Api(replace(moving.deps, policy=replace(moving.deps.policy, dry_run=True)))
    assert (move(dry).status_code, waiting(dry)) == (409, [])


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"stay": str(at(2))}, 409),
        ({"status": DOING}, 409),
        ({"status": "x"}, 422),
        ({"issue": "999"}, 404),
        ({"issue": "1"}, 404),
        ({"issue": "9" * 30}, 422),
        ({"stay": "x"}, 422),
    ],
)
def test_b4_what_does_not_fit_any_more_is_refused(moving: Api, fields: dict[str, str], status: int) -> None:
    assert (move(moving, **fields).status_code, waiting(moving)) == (status, [])


def test_s1_a_foreign_page_moves_nothing(moving: Api) -> None:
    form = {"issue": "3", "stay": str(at(3)), "status": DONE}
    answer = moving.ask("POST", "/board/move", data=form, headers={"origin": "https://evil.example"})
    assert (answer.status_code, waiting(moving)) == (403, [])
