"""What belongs together lines up, in a real browser: corners, columns, the two halves of a foot."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.pictures import busiest, served, told

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATHS = ("/", "/rules", "/rules?state=closed", "/people", "/due", "/tests", "/changes", "/deliveries")
CORNERS = """() => [...document.querySelectorAll(".card > table")].flatMap(table => {
  const shown = [...table.querySelectorAll("thead th")].filter(one => one.checkVisibility());
  const [own, card] = [table, table.parentElement].map(one => one.getBoundingClientRect().top);
  if (!shown.length || own > card + 1.5) return [];
  const left = getComputedStyle(shown.at(0)).borderTopLeftRadius;
  const right = getComputedStyle(shown.at(-1)).borderTopRightRadius;
  return [left, right].filter(one => one !== "7px").map(one => `${table.className}: ${one}`);
})"""
"""Heads that lie over the round corner of their card."""

FOOT = """() => ["#foot > p", "#foot a"].map(one => {
  const range = document.createRange();
  range.selectNodeContents(document.querySelector(one));
  const box = range.getBoundingClientRect();
  return (box.top + box.bottom) / 2;
})"""
"""How far down the words of the foot stand, those at its left and those at its right."""

SPENT = """() => [...document.querySelectorAll(".changes tbody .col-spent:has(.unit)")].map(one => {
  const range = document.createRange();
  range.selectNodeContents(one);
  return range.getBoundingClientRect().right;
})"""
"""Where the weeks of each project end."""

MARKS = """() => [...document.querySelectorAll(".record-marks li:has(.state)")].map(one => {
  const [kind, state] = [".muted", ".state"].map(part => one.querySelector(part).getBoundingClientRect());
  return Math.abs((kind.top + kind.bottom - state.top - state.bottom) / 2);
})"""
"""How far the state of a record is from the line of its kind."""


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Where the team of the pictures is served, and the path of its busiest project. It is made before there
    is a browser, beside which a test has no event loop."""
    with told(tmp_path_factory.mktemp("lined")) as deps, served(deps) as address:
        yield address, busiest(deps)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    yield context.new_page()
    context.close()


def boxes(page: Page, chosen: str) -> list[dict[str, float]]:
    found: list[dict[str, float]] = page.evaluate(
        "chosen => [...document.querySelectorAll(chosen)].map(one => one.getBoundingClientRect().toJSON())",
        chosen,
    )
    assert found
    return found


def test_a_head_has_the_round_corners_of_its_card(team: tuple[str, str], page: Page) -> None:
    address, _ = team
    for path in PATHS:
        page.goto(address + path)
        for width in (1440, 1240):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(CORNERS) == [], f"{path} at {width}"


def test_the_last_week_of_the_map_is_as_wide_as_the_others_and_has_room(
    team: tuple[str, str], page: Page
) -> None:
    page.goto(team[0] + "/people")
    for width in (1440, 1000, 390):
        page.set_viewport_size({"width": width, "height": 900})
        weeks = boxes(page, ".people tbody tr:first-child .load")
        assert max(one["width"] for one in weeks) - min(one["width"] for one in weeks) < 1, width
        (card,) = boxes(page, ".card:has(> .people)")
        assert card["right"] - weeks[-1]["right"] >= 10, width


def test_the_two_halves_of_the_foot_stand_on_one_line(team: tuple[str, str], page: Page) -> None:
    page.goto(team[0] + "/due")
    left, right = page.evaluate(FOOT)
    assert abs(left - right) < 1


def test_cards_on_a_phone_line_up(team: tuple[str, str], page: Page) -> None:
    address, project = team
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(address + project)
    heights = {round(one["height"]) for one in boxes(page, ".by-phase tbody td.number")}
    assert max(heights) < 34, "how much is done breaks"
    page.set_viewport_size({"width": 320, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.set_viewport_size({"width": 390, "height": 900})
    apart = page.evaluate(MARKS)
    assert apart != []
    assert max(apart) < 4
    page.goto(address + "/changes")
    rights = {round(one["right"]) for one in boxes(page, ".changes tbody .col-states")}
    assert {round(one) for one in page.evaluate(SPENT)} <= rights
