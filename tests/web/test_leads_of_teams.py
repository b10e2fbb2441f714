"""A lead of one team decides for that team only; of the others they are a member."""

from dataclasses import replace

import pytest

from phasewise.core.ladder import Grant, Move
from phasewise.core.model import Limits, Policy, Strength
from phasewise.core.rights import Asker, Role
from phasewise.core.rulebook import DEFAULT_TEAM, EVER, Membership, PolicyVersion, Rulebook, Team
from phasewise.errors import BadRequestError, ForbiddenError
from phasewise.store import teams
from phasewise.store.ladder import Step, save_step
from phasewise.store.waivers import Waiver, add_waiver
from phasewise.usecases.accounts.administer import Rights, account_by_email, invite
from phasewise.usecases.deps import Deps
from phasewise.usecases.save_policy import Proposal, save_policy
from tests.store.records import DONE, at, epic
from tests.web.accounts import Browser, person, signed_in
from tests.web.story import POLICY, Api, tell


def team(name: str, policy: Policy, scope: str | None = None) -> Team:
    return Team(name, (PolicyVersion(name, 1, EVER, policy),), scope)


@pytest.fixture
def deps(api: Api) -> Deps:
    """ML-1 with its tasks, and Ada, are of the team vision; Bob and ML-10 of the default one."""
    book = Rulebook(
        (team(DEFAULT_TEAM, POLICY), team("vision", POLICY, "project = ML")), (Membership("ada", "vision"),)
    )
    deps = replace(api.deps, declared=book, board_moves=True)
    with deps.database.write() as connection:
        teams.place(connection, deps.site_id, {1: "vision"}, DEFAULT_TEAM)
    tell(deps, [epic(10)])
    return deps


def lead_of(deps: Deps, name: str) -> Browser:
    """The browser of a member who leads one team."""
    browser = signed_in(deps, f"{name}@example.com", Rights(Role.LEAD, (name,)))
    assert account_by_email(deps, f"{name}@example.com").role is Role.MEMBER
    return browser


@pytest.fixture
def vision(deps: Deps) -> Browser:
    return lead_of(deps, "vision")


WRITES = [
    ("/board/move", {"issue": "3", "stay": str(at(3)), "status": DONE}, 303),
    ("/projects/ML-1/returns", {"phase": "research", "start": "x", "reason": ""}, 422),
    ("/waivers/new", {"finding": f"one_active:ada:{at(9)}", "until": "2026-03-20", "reason": "so"}, 303),
    ("/ladder/split", {"task": "3"}, 303),
    ("/policy", {"team": "vision"}, 422),
]


@pytest.mark.parametrize(("path", "form", "status"), WRITES)
def test_what_is_of_their_team_they_decide_and_others_leads_do_not(
    deps: Deps, path: str, form: dict[str, str], status: int
) -> None:
    assert lead_of(deps, "vision").post(path, **form).status_code == status
    if status == 303:
        other = lead_of(deps, DEFAULT_TEAM).post(path, **form)
        assert (other.status_code, "ask its lead" in other.text) == (403, True)


def test_what_is_of_no_team_or_of_another_one_is_not_theirs(vision: Browser) -> None:
    assert vision.post("/untidy/set", issue="7", phase="r").status_code == 403
    assert vision.get("/untidy/set?issue=7").status_code == 403
    finding = f"five_days:3:{at(8)}"
    assert vision.get(f"/waivers/new?finding={finding}").status_code in (200, 404)


def test_only_what_they_may_do_is_shown_to_them(deps: Deps) -> None:
    step = Step(
        "one_active", "ada", at(9), "finding:1", "ada", 4, Strength.ACT, is_dry=False, taken_at=at(10)
    )
    moved = replace(step, move=Move.DONE, moved_issue=4, moved_from="3", moved_to="1", moved_at=at(10))
    asked = Waiver("77", "one_active", "ada", at(9), "ada", "both", at(20), Grant.ASKED, at(10))
    with deps.database.write() as connection:
        save_step(connection, deps.site_id, moved)
        add_waiver(connection, deps.site_id, asked)
    finding = f"/rules/one_active:ada:{at(9)}"
    shown = {"/ladder?show=all": "Undo", "/waivers": 'value="grant"', finding: "Waive…"}
    shown |= {"/board": "/board/move?issue=4"}
    theirs, others = lead_of(deps, "vision"), lead_of(deps, DEFAULT_TEAM)
    for path, button in {**shown, "/policy?team=vision": ">Change<"}.items():
        assert (button in theirs.get(path).text, button in others.get(path).text) == (True, False), path


def test_the_policy_of_another_team_is_not_theirs(deps: Deps) -> None:
    deps = replace(deps, asker=Asker(Role.MEMBER, "v", leads=frozenset({"vision"})))
    wanted = replace(POLICY, limits=Limits(one_active=3))
    assert save_policy(deps, Proposal("vision", wanted)).by == "v"
    with pytest.raises(ForbiddenError):
        save_policy(deps, Proposal(DEFAULT_TEAM, wanted))


def test_they_say_something_in_the_report_of_their_team_and_in_no_other(vision: Browser) -> None:
    mine, others = (f"/reports/{name}/2026-W10" for name in ("vision", DEFAULT_TEAM))
    assert vision.post(f"{mine}/edit", remark="A good week").status_code == 303
    assert f'href="{mine}/edit"' in vision.get(mine).text
    assert vision.post(f"{mine}/skip", reason="holiday").status_code == 303
    for path in ("edit", "skip", "resume"):
        assert vision.post(f"{others}/{path}", remark="x", reason="x").status_code == 403
    assert vision.post(f"{others}/send", sure="yes").status_code == 403
    assert vision.get(f"{others}/send").status_code == 403
    assert vision.get(others).status_code == 200
    page = vision.get("/reports").text
    assert all(f'href="/reports?team={name}"' in page for name in ("vision", DEFAULT_TEAM))


def test_what_takes_a_lead_of_all_teams_lets_none_of_one_team_in(vision: Browser) -> None:
    assert vision.get("/effects").status_code == 200
    assert vision.get("/api/v1/effects").status_code == 403
    assert vision.get("/users").status_code == 403


def test_admins_decide_for_every_team_and_stakeholders_lead_none() -> None:
    assert Asker(Role.ADMIN, "a").leads_team("vision")
    fallen = Asker(Role.STAKEHOLDER, "s", leads=frozenset({"vision"}))
    assert not fallen.leads_team("vision")
    assert not fallen.leads_any


def test_an_admin_gives_and_takes_it_on_the_page(deps: Deps) -> None:
    admin = signed_in(deps)
    form = {"email": "cy@example.com", "role": "lead", "lead-vision": "1"}
    assert "lead of vision" in admin.post("/users", **form).text
    account = account_by_email(deps, "cy@example.com")
    assert (account.role, account.leads) == (Role.MEMBER, ("vision",))
    html = admin.get(f"/users/{account.account_id}").text
    assert 'name="lead-vision" value="1" checked' in html
    assert '<option value="lead" selected>lead' in html
    admin.post(f"/users/{account.account_id}", role="member")
    assert account_by_email(deps, "cy@example.com").leads == ()
    told = admin.get("/audit-log").text
    assert "before: lead of vision · now: member" in told


def test_what_was_typed_of_an_account_is_in_the_form_again(deps: Deps) -> None:
    admin = signed_in(deps)
    typed = {"email": "ada@example.com", "name": "Cy <C>", "role": "lead", "person": "bob"}
    answer = admin.post("/users", **typed, **{"lead-vision": "1"})
    assert (answer.status_code, "has an account already" in answer.text) == (422, True)
    kept = ('value="ada@example.com"', 'value="Cy &lt;C&gt;"', '<option value="lead" selected>')
    kept += ('name="lead-vision" value="1" checked', '<option value="bob" selected>')
    assert [text for text in kept if text not in answer.text] == []
    assert '<option value="member" selected>' in admin.get("/users").text
    account = account_by_email(deps, "ada@example.com").account_id
    answer = admin.post(f"/users/{account}", **{"role": "member", "lead-vision": "1", "person": "bob"})
    assert answer.status_code == 422
    kept = ('<option value="member" selected>', *kept[3:])
    assert [text for text in kept if text not in answer.text] == []


@pytest.mark.parametrize(
    "rights", [Rights(Role.ADMIN, ("vision",)), Rights(Role.LEAD, ("nobody",)), Rights(Role.MEMBER, ("x",))]
)
def test_only_leads_have_teams_and_only_those_that_there_are(deps: Deps, rights: Rights) -> None:
    with pytest.raises(BadRequestError):
        invite(deps, "cy@example.com", "Cy", rights)


def test_where_there_is_one_team_none_is_offered(api: Api) -> None:
    person(api.deps, "ada@example.com")
    browser = Browser(api.deps)
    browser.sign_in("ada@example.com")
    assert "lead-" not in browser.get("/users").text
