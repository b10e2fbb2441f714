"""The tables of what Jira told and of what was done outside: they sort, come in parts, and are files."""

import csv
import io
import re

import openpyxl
import pytest

from phasewise.store.effects import Effect, EffectKind, add_effect
from phasewise.store.inbox import NewDelivery, add_deliveries
from tests.web.story import NOW, Api
from tests.web.test_pages import browse, page, words

FORMULA = "=1+1"


@pytest.fixture
def busy(api: Api) -> Api:
    """120 deliveries, of which each third failed, and two mails."""
    rows = [
        NewDelivery(
            f"d{n:03}", NOW - n * 1000, FORMULA, (n,), "failed" if n % 3 == 0 else "applied", None, b"{}"
        )
        for n in range(1, 121)
    ]
    with api.deps.database.write() as connection:
        add_deliveries(connection, api.deps.site_id, rows)
        for target in ("b@example.com", "a@example.com"):
            add_effect(connection, api.deps.site_id, Effect(target, EffectKind.MAIL, target, {}), NOW)
    return api


def ids(html: str) -> list[str]:
    return re.findall(r'class="sub id">(\w+)', html)


def test_deliveries_sort_among_the_latest_and_come_in_parts(busy: Api) -> None:
    assert ids(page(busy, "/deliveries"))[:2] == ["d001", "d002"]
    first = page(busy, "/deliveries?sort=-issues")
    assert (ids(first)[0], len(ids(first))) == ("d120", 100)
    assert "1 to 100 of 120" in words(first)
    assert ids(page(busy, "/deliveries?sort=-issues&page=2"))[-1] == "d001"
    assert 'aria-sort="descending"' in first


def test_what_is_filtered_is_sorted_and_filed(busy: Api) -> None:
    assert len(ids(page(busy, "/deliveries?state=failed&sort=received"))) == 40
    rows = list(csv.reader(io.StringIO(browse(busy, "/deliveries?state=failed&format=csv").text)))
    assert rows[0] == ["received", "event", "issues", "state", "reason", "id", "attempts"]
    assert (len(rows), rows[1][1]) == (41, "'=1+1")


def test_effects_sort_by_their_target_and_are_a_sheet(busy: Api) -> None:
    assert re.findall(r"[ab]@example.com", words(page(busy, "/effects?sort=target")))[0] == "a@example.com"
    sheet = openpyxl.load_workbook(io.BytesIO(browse(busy, "/effects?format=xlsx").content)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][1:4] == ["mail", "b@example.com", "due"]


@pytest.mark.parametrize("path", ["/deliveries", "/effects", "/ladder", "/waivers"])
def test_every_list_is_a_file_and_refuses_what_does_not_sort(busy: Api, path: str) -> None:
    for format in ("csv", "json", "xlsx"):
        answer = browse(busy, f"{path}?format={format}")
        assert answer.status_code == 200
        assert f'phasewise-{path[1:]}.{format}"' in answer.headers["content-disposition"]
    assert browse(busy, f"{path}?sort=nothing").status_code == 422
    assert browse(busy, f"{path}?format=exe").status_code == 422
