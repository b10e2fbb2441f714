"""The weekly mail and the rest of the product: its numbers are the API's at its instant, its links open."""

import re
from html import unescape

import pytest

from phasewise.mail.report.form import Formed, form_of
from phasewise.mail.report.links import Links, written
from phasewise.mail.report.speech import number
from phasewise.usecases.reports.show_report import show_report
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
