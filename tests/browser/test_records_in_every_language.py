"""Plan, deliverable, A/B test, result, review and draft in each language, typed in a real browser.

One store, a project for each language; what the pages say is looked up in the catalogue, never in English.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from phasewise.i18n.languages import LANGUAGES
from phasewise.i18n.speaking import _, speaking
from phasewise.store.db import Database
from phasewise.store.migrate import upgrade
from phasewise.usecases.records.decide import set_criterion
from phasewise.web.app import create_app
from tests.browser.reader import Reader
from tests.browser.serving import serving
from tests.store.records import DOING, TODO, epic, moved, task
from tests.usecases.recording import recorder

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PROJECTS = {language: f"ML-{n}" for n, language in enumerate(LANGUAGES, 1)}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A project for each language, each with a task that is ten days old and a criterion that asks."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('records') / 'phasewise.db'}")
    upgrade(database)
    records = []
    for n in range(1, len(LANGUAGES) + 1):
        who = {"assignee": f"person-{n}", "assignee_name": f"Person {n}", "parent_id": n}
        records += [epic(n), task(100 + n, moved(1000 + n, 20, TODO, DOING), **who)]
    deps = recorder(database, records)
    for key in PROJECTS.values():
        set_criterion(deps, key, "0" * 12, {"text": "AUC < 0,7", "by": "2026-04-05"}, 0)
    with serving(create_app(deps)) as address:
        yield address
    database.close()


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_a_project_is_recorded_and_reviewed(chromium: Browser, served: str, language: str) -> None:
    context = chromium.new_context(locale=language, reduced_motion="reduce")
    reader, project = Reader(context.new_page(), language), f"{served}/projects/{PROJECTS[language]}"
    with speaking(language):
        _plan(reader, project)
        _deliverable(reader, project)
        _test_and_result(reader, project)
        for path in ("/due", "/tests", f"/projects/{PROJECTS[language]}/decisions"):
            reader.open(served + path)
        _review(reader, served)
    context.close()


def _plan(reader: Reader, project: str) -> None:
    reader.open(f"{project}/plan")
    for phase in ("data_exploration", "modeling", "productization", "ab_testing", "results_analysis"):
        reader.fill(f"{phase}_likely", "2" if phase != "modeling" else "-2")
    reader.fill("success_metric", "AUC 0,8")
    reader.press("Save as a draft")
    reader.sees(_("Give weeks from %(least)s to %(most)s, like 2.5", least="0", most="104"))
    reader.fill("modeling_likely", "2")
    reader.press("Save as a draft")
    reader.press("Accept the plan")
    reader.sees(_("Accepted"), "AUC 0,8")
    reader.look()


def _deliverable(reader: Reader, project: str) -> None:
    reader.open(f"{project}/deliverables")
    reader.page.locator("form[action$='/prototype'] [name='link']").fill("https://git.example/p")
    reader.follow(reader.page.locator("form[action$='/prototype'] button").last)
    expect(reader.page.get_by_role("main").get_by_role("link", name="https://git.example/p")).to_be_visible()


def _test_and_result(reader: Reader, project: str) -> None:
    reader.open(f"{project}/tests")
    for name, text in {"title": "Ranking", "control": "Old", "reading_rule": "95 %", "traffic": "10"}.items():
        reader.fill(name, text)
    reader.choose("state", "running")
    reader.press("Save")
    reader.sees("Ranking")
    reader.open(f"{project}/results")
    reader.choose("verdict", "lost")
    reader.choose("state", "complete")
    reader.press("Save")
    reader.sees(_("Say why you think it did not win: without it the result stays a draft"))
    reader.fill("hypothesis", "n < 100")
    reader.press("Save")
    reader.sees("n < 100")
    reader.look()


def _review(reader: Reader, served: str) -> None:
    """Help with the first exception, nothing with the others, then the draft."""
    reader.open(f"{served}/review")
    reader.follow(reader.page.locator("main form button").last)
    reader.look()
    reader.page.locator("[name='choice'][value='help']").check()
    reader.page.locator("[name='text']").fill("Ada + Bob")
    for __ in PROJECTS:
        reader.follow(reader.page.locator("main form button[type='submit']").first)
        if reader.page.locator("[name='choice']").count() == 0:
            break
        reader.page.locator("[name='choice'][value='nothing']").check()
    reader.look()
    reader.follow(reader.page.locator("main form button").last)
    expect(reader.page).to_have_url(f"{served}/reports/default/2026-W13/edit")
    reader.look()
