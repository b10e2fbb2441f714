"""/ladder and /waivers: what is left for a lead, what was moved, what a dry run would have done."""

from dataclasses import replace
from typing import Any

import pytest

from phasewise.core.ladder import Grant, Move, Said, Told
from phasewise.core.model import Strength
from phasewise.store.ladder import Step, save_step
from phasewise.store.waivers import Waiver, add_waiver
from tests.web.story import NOW, Api
from tests.web.test_pages import page, words

STEP = Step(
    "one_active", "u1", NOW - 5000, "finding:1", "u1", 2, Strength.ACT, is_dry=False, taken_at=NOW - 4000
)
TOLD = replace(STEP, said=Said.ASK_BREACH, told=Told.UNANSWERED, told_at=NOW - 1000)
MOVED = replace(
    STEP, start=NOW - 9000, move=Move.DONE, moved_issue=2, moved_from="3", moved_to="1", moved_at=NOW - 8000
)
DRY = replace(MOVED, start=NOW - 9500, is_dry=True, key="finding:dry")


@pytest.fixture
def after(api: Api) -> Api:
    """A site on which the ladder has been at work."""
    asked = Waiver("77", "one_active", "u1", NOW - 5000, "u1", "both", NOW + 9000, Grant.ASKED, NOW - 500)
    with api.deps.database.write() as connection:
        for step in (TOLD, MOVED, DRY):
            save_step(connection, api.deps.site_id, step)
        add_waiver(connection, api.deps.site_id, asked)
    return api


def listed(api: Api, path: str) -> list[Any]:
    name, _, asked = path.partition("?")
    return list(api.items(name, **dict(part.split("=") for part in asked.split("&") if part)))


def test_the_lists_hold_what_they_say(after: Api) -> None:
    assert [row["told"] for row in listed(after, "/ladder?show=told")] == ["unanswered"]
    (moved,) = listed(after, "/ladder?show=moved")
    assert (moved["moved_issue"], moved["moved_from"], moved["moved_to"]) == ("2", "3", "1")
    (dry,) = listed(after, "/ladder?show=dry")
    assert dry["dry"] is True
    assert len(listed(after, "/ladder")) == 3


def test_the_waivers_are_listed_and_filtered(after: Api) -> None:
    (waiver,) = listed(after, "/waivers?state=asked")
    assert (waiver["id"], waiver["finding"], waiver["holds"]) == ("77", f"one_active:u1:{NOW - 5000}", False)
    assert listed(after, "/waivers?state=granted") == []


def test_the_pages_say_what_a_lead_can_do(after: Api) -> None:
    text = words(page(after, "/ladder"))
    assert "has had no answer for a working day" in text
    assert "Waivers 1" in text
    assert "from status 3 to 1" in words(page(after, "/ladder?show=moved"))
    assert "phasewise waiver grant 77" in words(page(after, "/waivers"))
    assert "1 finding for the lead, 1 waiver to decide on" in words(page(after, "/"))


def test_nothing_for_the_lead_is_said_where_there_is_nothing(api: Api) -> None:
    assert "for the lead" not in words(page(api, "/"))
    assert "There is nothing here." in words(page(api, "/ladder"))
