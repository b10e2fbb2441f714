"""The weekly mail and the rest of the product: its numbers are the API's at its instant, its links open."""

import re
from dataclasses import replace
from html import unescape

import pytest

from phasewise.core.deliverables import Slot
from phasewise.core.model import Phase
from phasewise.mail.report.form import Formed, form_of
from phasewise.mail.report.links import Links, written
from phasewise.mail.report.names import phase_name
from phasewise.mail.report.speech import number
from phasewise.store.db import Database
from phasewise.usecases.records.record_plan import accept_plan, record_plan
from phasewise.usecases.records.record_test import record_test
from phasewise.usecases.records.save_deliverable import save_deliverable
from phasewise.usecases.reports.show_report import show_report
from tests.usecases.recording import NOW, PLAN, recorder
from tests.usecases.test_records import DAY, RUNNING
from tests.web.story import Api

BASE = "http://127.0.0.1:8000"
WEEKS = ["2026-W10", "2026-W11"]


def mail_of(api: Api, week: str) -> tuple[Formed, str]:
    """The mail of a week, and its instant as the API wants it."""
    digest = show_report(api.deps, week).digest
    links = Links(BASE, f"{BASE}/reports/default/{week}")
    return form_of(digest, "team", "en", "UTC", links), written(digest.instant)


@pytest.mark.parametrize("week", WEEKS)
def test_every_number_of_the_mail_is_the_one_of_the_api(api: Api, week: str) -> None:
    mail, at = mail_of(api, week)
    listed = [one for one in api.items("/projects", as_of=at) if one["state"] != "done"]
    for project in listed:
        row = re.search(rf"^. {re.escape(project['summary'])} – .*\n  (.*)$", mail.text, re.MULTILINE)
        assert row is not None
        assert f"{number(project['spent_weeks'])} wk" in row[1]
        assert ("return" in row[1]) is (project["loops"] > 0)
    breaches = api.items("/findings", as_of=at, severity="breach")
    open_ones = [one for one in breaches if one["state"] == "open"]
    assert f"{len(open_ones)} Rule" in mail.text
    for task in api.items("/tasks", as_of=at):
        if task["status_group"] == "active":
            age = number(task["age_days"])
            assert re.search(rf"{task['key']} [^;\n]*, {re.escape(age)} d", mail.text), task["key"]
    kept = api.items("/compliance", as_of=at, weeks=1)[-1]["compliance"]
    assert kept is None or f"One active ticket each in {number(kept * 100)} %" in mail.text


def test_every_number_of_a_record_is_the_one_of_the_api(sqlite_database: Database) -> None:
    deps = recorder(sqlite_database)
    accept_plan(deps, "ML-1", record_plan(deps, "ML-1", PLAN, 0).edit)
    save_deliverable(deps, "ML-1", Slot.MERGE, {"state": "accepted", "review_on": "2026-04-09"}, 0)
    record_test(deps, "ML-1", "0" * 12, RUNNING | {"title": "Larger font", "traffic": "37.5"}, 0)
    api = Api(replace(deps, now=lambda: NOW + 3 * DAY))
    mail, at = mail_of(api, "2026-W14")
    shown = api.json("/projects/ML-1", as_of=at)
    phases = [
        f"{phase_name(Phase(phase))} {number(one['spent_weeks'])} of {number(one['likely_weeks'])}"
        for phase, one in shown["plan"]["by_phase"].items()
        if one["spent_weeks"]
    ]
    left, beyond = shown["plan"]["remaining_weeks"], shown["plan"]["variance_weeks"]
    said = f"{' · '.join(phases)} · {number(left)} wk to go (−{number(-beyond)} wk)"
    assert f"· {shown['summary']} – {said}" in mail.text
    assert {(one["slot"], one["state"]) for one in shown["deliverables"]} >= {("merge", "accepted")}
    assert "Research plan, Merge: accepted" in mail.text
    assert "Larger font runs (37.5 %)" in mail.text
    assert "Review: Merge (Apr 9)" in mail.text


@pytest.mark.parametrize("week", WEEKS)
def test_every_list_that_the_mail_leads_to_opens(api: Api, week: str) -> None:
    mail, at = mail_of(api, week)
    hrefs = {unescape(one) for one in re.findall(r'href="([^"]+)"', mail.html)}
    lists = sorted(one for one in hrefs if one.startswith(BASE) and "as_of" in one)
    assert len(lists) >= 5
    for address in lists:
        assert at in address
        answer = api.ask("GET", address.removeprefix(BASE))
        assert answer.status_code == 200, (address, answer.text[:300])
