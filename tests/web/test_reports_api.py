"""/api/v1/reports: the archive, one report in the form that is asked for, what differs between two weeks."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from shutil import copyfile

import pytest

from phasewise.core.rights import Asker, Role
from phasewise.store import reports
from phasewise.store.db import Database
from phasewise.store.effects import Effect, EffectKind, add_effect
from phasewise.store.migrate import upgrade
from phasewise.store.report_recipients import Recipient, add_recipient
from phasewise.usecases.reports.edit_draft import save_remark, skip_report
from phasewise.usecases.reports.freeze_report import freeze_report
from phasewise.usecases.reports.show_report import show_report
from phasewise.usecases.reports.writing import Written, write_report
from tests.web.story import Api, deps_of, stamp, story, tell

TEAM, WEEK, NEXT = "default", "2026-W10", "2026-W11"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that was told the story, to be copied."""
    file = tmp_path_factory.mktemp("told") / "told.db"
    with closing(Database(f"sqlite:///{file}")) as database:
        upgrade(database)
        tell(deps_of(database), story())
    return file


@pytest.fixture
def api(told: Path, tmp_path: Path) -> Iterator[Api]:
    copyfile(told, tmp_path / "told.db")
    with closing(Database(f"sqlite:///{tmp_path / 'told.db'}")) as database:
        yield Api(deps_of(database))


def asked(api: Api, accept: str, path: str = f"/reports/{WEEK}", language: str = "en") -> tuple[str, str]:
    """The kind of the answer, and its text."""
    headers = {"accept": accept, "accept-language": language, "authorization": f"Bearer {api.token}"}
    answer = api.ask("GET", f"/api/v1{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.headers["content-type"].partition(";")[0], answer.text


def test_e9_the_archive_lists_what_was_frozen_skipped_or_begun_latest_first(api: Api) -> None:
    freeze_report(api.deps, TEAM, "2026-W09")
    skip_report(api.deps, TEAM, WEEK, "holidays")
    save_remark(api.deps, TEAM, NEXT, "soon")
    rows = api.items("/reports", as_of=stamp(7))
    assert [(one["week"], one["state"], one["skip_reason"]) for one in rows] == [
        (WEEK, "skipped", "holidays"),
        ("2026-W09", "frozen", None),
    ]
    assert len(rows[1]["inputs_hash"]) == 64
    (first,) = api.json("/reports", limit=1)["items"]
    assert first["week"] == WEEK


def test_the_archive_counts_the_mails_of_a_report(api: Api) -> None:
    freeze_report(api.deps, TEAM, WEEK)
    with api.deps.database.write() as connection:
        site_id = api.deps.site_id
        ada = Recipient("a", TEAM, "ada@example.org", "Ada", "team", "en", "html", 1, "Lea", "s")
        add_recipient(connection, site_id, ada)
        key = reports.mail_key(TEAM, WEEK, "a")
        add_effect(connection, site_id, Effect(key, EffectKind.MAIL, ada.address, {}), 1)
    (row,) = api.items("/reports")
    assert row["mails"] == {"due": 1, "claimed": 0, "done": 0, "failed": 0, "unknown": 0}


def test_a_report_tells_instants_as_rfc_3339_and_ids_as_strings(api: Api) -> None:
    shown = api.json(f"/reports/{WEEK}")
    assert (shown["as_of"], shown["state"], shown["inputs_hash"]) == (stamp(7), "draft", None)
    project = next(one for one in shown["digest"]["projects"] if one["key"] == "ML-1")
    assert (project["id"], project["colour"]) == ("1", "green")
    assert project["ribbon"][0] == {
        "phase": "research",
        "start": stamp(1),
        "end": stamp(3),
        "is_return": False,
    }
    assert api.json(f"/reports/{NEXT}")["digest"]["is_running"] is True


def test_a_frozen_report_is_told_by_its_hash_and_as_of_makes_it_anew(api: Api) -> None:
    freeze_report(api.deps, TEAM, WEEK)
    assert api.json(f"/reports/{WEEK}")["state"] == "frozen"
    assert api.json(f"/reports/{WEEK}", as_of=stamp(4))["as_of"] == stamp(4)


@pytest.mark.parametrize(
    ("accept", "kind", "says"),
    [
        ("application/json", "application/json", '"digest"'),
        ("*/*", "application/json", '"digest"'),
        ("", "application/json", '"digest"'),
        ("text/html,application/xhtml+xml", "text/html", "<html"),
        ("text/plain;q=0.9, */*", "text/plain", "week 10 of 2026"),
        ("text/markdown", "text/markdown", "# ML projects"),
        ("image/png", "application/json", '"digest"'),
    ],
)
def test_a_report_comes_in_the_form_that_is_asked_for(api: Api, accept: str, kind: str, says: str) -> None:
    answered, text = asked(api, accept)
    assert answered == kind
    assert says in text


def test_the_html_holds_its_pictures_and_speaks_the_readers_language(api: Api) -> None:
    _, html = asked(api, "text/html", language="fr-CH, en;q=0.5")
    assert '<html lang="fr"' in html
    assert "data:image/png;base64," in html
    assert "cid:" not in html


def test_e3_what_differs_between_two_weeks_is_told_by_project(api: Api) -> None:
    found = api.json(f"/reports/{NEXT}/difference", since=WEEK)
    (project,) = found["projects"]
    assert (found["unchanged"], found["compliance_before"], found["compliance"]) == (1, 1.0, 0.571)
    assert (project["before"]["spent_weeks"], project["after"]["spent_weeks"]) == (0.8, 2.6)
    assert (project["before"]["colour"], project["after"]["colour"]) == ("green", "amber")
    assert [one["rule"] for one in project["opened"]] == ["five_days"]
    assert set(project) == {"project", "before", "after", "opened", "closed"}
    assert "last_phase" not in project["after"]
    assert api.json(f"/reports/{WEEK}/difference", since=WEEK)["projects"] == []


@pytest.mark.parametrize(
    ("path", "params", "status", "says"),
    [
        ("/2026-W60", {}, 422, "write it like 2026-W47"),
        ("/2027-W01", {}, 422, "had not begun"),
        (f"/{WEEK}", {"team": "search"}, 404, "there are: default"),
        ("", {"team": "search"}, 404, "there are: default"),
        (f"/{WEEK}/difference", {}, 422, "from"),
        (f"/{WEEK}/difference", {"since": "x"}, 422, "write it like 2026-W47"),
    ],
)
def test_what_is_no_report_is_refused_with_what_to_do(
    api: Api, path: str, params: dict[str, str], status: int, says: str
) -> None:
    answer = api.get(f"/reports{path}", **params)
    assert (answer.status_code, says in answer.text) == (status, True), answer.text


def test_stakeholders_are_told_nothing_of_persons_in_any_form(api: Api) -> None:
    deps = replace(api.deps, asker=Asker(Role.STAKEHOLDER, "Eve"))
    for form in Written:
        text = write_report(deps, show_report(deps, NEXT), form, "en")
        assert not any(name in text for name in ("Ada", "Bob"))
