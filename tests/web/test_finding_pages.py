"""/rules: findings by state and filter, what each follows from, how far one active ticket was kept."""

import csv
import io
import re
from dataclasses import replace

import pytest

from phasewise.core.ladder import Grant
from phasewise.core.rulebook import DEFAULT_TEAM, EVER, Membership, PolicyVersion, Rulebook, Team
from phasewise.store.waivers import Waiver, add_waiver, decide_waiver
from tests.store.records import DOING, TODO, moved, task
from tests.web.story import MODELING, NOW, Api, stamp, tell
from tests.web.test_pages import browse, page, words


def listed(api: Api, query: str = "") -> list[str]:
    """The ids of the findings in the table, in order."""
    table = page(api, f"/rules{query}").partition("<tbody")[2].partition("</tbody")[0]
    return [found.replace("%3A", ":") for found in re.findall(r'href="/rules/([^"?]+)', table)]


def waive(api: Api, finding: str) -> None:
    rule, subject, start = finding.split(":")
    made = Waiver(
        "w1", rule, subject, int(start), "bob", "needs a GPU", NOW + 86_400_000, Grant.ASKED, NOW - 2
    )
    with api.deps.database.write() as connection:
        add_waiver(connection, api.deps.site_id, made)
        decide_waiver(connection, api.deps.site_id, "w1", Grant.GRANTED, "lead", NOW - 1)


def test_open_findings_stand_with_the_worst_first(api: Api) -> None:
    assert listed(api) == [
        one["id"]
        for severity in ("breach", "warning", "hint")
        for one in api.items("/findings", state="open", severity=severity)
    ]
    text = words(page(api, "/rules"))
    assert "Too long active : ML-3" in text
    assert "Breach" in text


def test_a_breach_says_since_when_it_is_one_as_the_portfolio_does(api: Api) -> None:
    """ML-3 is near its limit since the 11th, and over it since the 12th."""
    [found] = api.items("/findings", rule="five_days", state="open")
    assert (found["start"][:10], found["breach_at"][:10]) == ("2026-03-11", "2026-03-12")
    assert "ML-3 active for 6 working days since Mar 12" in words(page(api, "/"))
    assert "Breach since Mar 12" in words(page(api, "/rules?rule=five_days"))
    assert "Breach since Mar 12" in words(page(api, "/people/bob"))
    assert "Breach Ada" in words(page(api, "/rules?rule=one_active&person=ada"))


def test_the_list_is_filtered_by_links_that_say_how_many(api: Api) -> None:
    html = page(api, "/rules?state=all")
    assert re.search(r'href="/rules\?state=all&amp;person=bob"[^>]*>Bob <span>\d', html)
    assert all(found.split(":")[1] in ("bob", "3") for found in listed(api, "?state=all&person=bob"))
    assert listed(api, "?rule=one_active&person=ada") == [
        one["id"] for one in api.items("/findings", state="open", rule="one_active", person="ada")
    ]
    assert "No finding is like that" in words(page(api, "/rules?person=eve"))


def test_what_is_shown_is_exported_in_its_order(api: Api) -> None:
    answer = browse(api, "/rules?state=all&sort=-since&format=csv")
    rows = [*csv.DictReader(io.StringIO(answer.text))]
    assert [row["since"] for row in rows] == sorted((row["since"] for row in rows), reverse=True)
    assert len(rows) == len(listed(api, "?state=all"))
    assert browse(api, "/rules?sort=outcome").status_code == 422


def test_findings_are_of_teams_where_there_are_several(api: Api) -> None:
    assert "Team:" not in words(page(api, "/rules?state=all"))
    policy = api.deps.policy
    teams = tuple(Team(name, (PolicyVersion(name, 1, EVER, policy),)) for name in ("search", DEFAULT_TEAM))
    several = Api(replace(api.deps, declared=Rulebook(teams, (Membership("ada", "search"),))))
    assert "Team: All" in words(page(several, "/rules?state=all"))
    found = {one.split(":")[1] for one in listed(several, "?state=all&team=search")}
    assert found == {"ada"}
    assert "ada" not in {one.split(":")[1] for one in listed(several, "?state=all&team=default")}


def test_a_past_day_shows_what_was_known_then(api: Api) -> None:
    then = [one["id"] for one in api.items("/findings", state="open", as_of=stamp(9.5))]
    assert sorted(listed(api, f"?as_of={stamp(9.5)}")) == sorted(then)


def test_a_waived_finding_moves_to_the_waived_ones_and_says_why(api: Api) -> None:
    [found] = [one["id"] for one in api.items("/findings", rule="five_days", state="open", person="bob")]
    waive(api, found)
    assert found not in listed(api)
    assert listed(api, "?state=waived") == [found]
    assert "Granted by lead, until Mar 13: needs a GPU" in words(page(api, f"/rules/{found}"))


def test_a_finding_shows_the_stretches_it_follows_from(api: Api) -> None:
    [found] = api.items("/findings", rule="one_active", person="ada", state="open")
    text = words(page(api, f"/rules/{found['id']}"))
    assert "Too many active tickets" in text
    assert "ML-4 Issue 4 In Progress Modeling Mar 11, 00:00 still" in text
    assert "to everybody since Mar 11" in text
    assert "Started last ML-5" in text


def test_an_open_finding_can_be_waived_and_an_old_task_split_from_its_page(api: Api) -> None:
    both = api.items("/findings", rule="one_active", state="open")[0]["id"]
    (old,) = (one["id"] for one in api.items("/findings", rule="five_days", state="open"))
    assert f'href="/waivers/new?finding={both.replace(":", "%3A")}"' in page(api, f"/rules/{both}")
    assert "/ladder/split" not in page(api, f"/rules/{both}")
    assert 'name="task" value="3"' in page(api, f"/rules/{old}")
    assert "/waivers/new" not in page(api, f"/rules/{old}?as_of={stamp(10.9)}")


@pytest.mark.parametrize(
    "wrong", ["x", "five_days:3", "five_days:3:x", "no:3:1", "five_days:3:1", "five_days::1"]
)
def test_a_finding_that_is_not_there_is_not_found(api: Api, wrong: str) -> None:
    assert browse(api, f"/rules/{wrong}").status_code == 404


def test_a_finding_is_not_there_before_it_was_known(api: Api) -> None:
    [found] = api.items("/findings", rule="one_active", person="ada", state="open")
    assert browse(api, f"/rules/{found['id']}?as_of={stamp(8.9)}").status_code == 404


def test_a_private_hint_is_in_no_list_until_everybody_may_see_it(api: Api) -> None:
    waiting = task(30, moved(301, 1, TODO, DOING), moved(302, 2, DOING, TODO), assignee="eve", **MODELING)
    tell(api.deps, [waiting])
    [hint] = [one["id"] for one in api.items("/findings", rule="nothing_active", person="eve")]
    assert hint not in listed(api, f"?as_of={stamp(4)}")
    assert browse(api, f"/rules/{hint}?as_of={stamp(4)}").status_code == 404
    assert hint in listed(api, f"?as_of={stamp(4.1)}")


def test_compliance_stands_as_a_chart_and_as_a_table(api: Api) -> None:
    latest = api.items("/compliance", weeks=1)[0]
    html = page(api, "/rules")
    assert f"{latest['label']} {round(latest['compliance'] * 100)} %" in html
    assert f"{latest['label']} {round(latest['compliance'] * 100)} %" in words(html)
