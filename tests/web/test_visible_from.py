"""A hint about how somebody works is theirs alone for a working day: on pages and in the API, by who asks."""

import pytest

from phasewise.core.rights import Role
from tests.store.records import DOING, TODO, at, moved, task
from tests.web.accounts import Browser, person
from tests.web.story import BOB, MODELING, Api, tell

HINT = f"flip_flop:8:{at(10.3)}"


@pytest.fixture
def hinted(api: Api) -> Api:
    """Bob's ticket went to and fro in the last day."""
    steps = [moved(40 + n, 10 + n / 10, *((TODO, DOING) if n % 2 else (DOING, TODO))) for n in (1, 2, 3)]
    tell(api.deps, [task(8, *steps, **BOB, **MODELING)])
    return api


def seen_by(api: Api, role: Role, jira: str | None, path: str = "/api/v1/findings") -> str:
    person(api.deps, f"{role}@example.com", role, jira)
    browser = Browser(api.deps)
    browser.sign_in(f"{role}@example.com")
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(
    ("role", "jira", "sees"),
    [
        (Role.MEMBER, "bob", True),
        (Role.MEMBER, "ada", False),
        (Role.LEAD, None, False),
        (Role.ADMIN, "ada", False),
        (Role.ADMIN, "bob", True),
    ],
)
def test_only_whom_a_fresh_hint_is_about_sees_it(
    hinted: Api, role: Role, jira: str | None, sees: bool
) -> None:
    assert (HINT in seen_by(hinted, role, jira)) is sees


def test_nobody_else_finds_it_by_waiving_it_or_counts_it(hinted: Api) -> None:
    person(hinted.deps, "lead@example.com", Role.LEAD, "ada")
    browser = Browser(hinted.deps)
    browser.sign_in("lead@example.com")
    assert browser.get("/waivers/new", params={"finding": HINT}).status_code == 404
    sent = browser.post("/waivers/new", finding=HINT, until="2026-03-20", reason="x")
    assert sent.status_code == 404
    assert "flip_flop" not in browser.get("/audit").text
    assert "flip_flop" in seen_by(hinted, Role.MEMBER, "bob", "/audit")


def test_a_token_of_whoever_runs_commands_sees_all(hinted: Api) -> None:
    assert HINT in hinted.get("/findings").text


def test_what_is_hidden_leaves_no_hole_in_a_page(hinted: Api) -> None:
    person(hinted.deps, "ada@example.com", Role.MEMBER, "ada")
    browser = Browser(hinted.deps)
    browser.sign_in("ada@example.com")
    found, cursor = [], ""
    while cursor is not None:
        page = browser.get(
            f"/api/v1/findings?limit=1&cursor={cursor}" if cursor else "/api/v1/findings?limit=1"
        )
        assert len(page.json()["items"]) == 1
        found += [finding["id"] for finding in page.json()["items"]]
        cursor = page.json()["next"]
    whole = [finding["id"] for finding in hinted.items("/findings", limit=500)]
    assert found == [one for one in whole if one != HINT]
