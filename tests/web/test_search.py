"""/search: by key, former key, id or words, from the field at the top of every page."""

import re
from dataclasses import replace

import pytest

from phasewise.core.rights import Asker, Role
from phasewise.store.db import Database
from phasewise.usecases.show_search import AT_MOST, show_search
from tests.store.records import epic, item, task
from tests.web.story import NOW, Api, deps_of, remove, stamp, tell
from tests.web.test_pages import browse, page, words


def names(api: Api, text: str) -> list[str]:
    """The names of what is found, in order."""
    html = page(api, f"/search?q={text}").partition("<main")[2]
    return re.findall(r'class="name">([^<]*)<', html)


def test_words_are_found_in_any_order_and_case(api: Api) -> None:
    tell(api.deps, [task(50, summary="Warm up the cache"), epic(51, summary="Cache 100% of tiles")])
    assert names(api, "CACHE") == ["Cache 100% of tiles", "Warm up the cache"]
    assert names(api, "cache+warm") == ["Warm up the cache"]


@pytest.mark.parametrize(
    ("asked", "found"), [("100%25", True), ("1%25s", False), ("il_s", False), ("%5C", False)]
)
def test_marks_of_patterns_mean_themselves(api: Api, asked: str, found: bool) -> None:
    tell(api.deps, [epic(51, summary="Cache 100% of tiles")])
    assert (names(api, asked) == ["Cache 100% of tiles"]) is found


@pytest.mark.parametrize("text", ["異常", "検知モデル", "ÉTUDE", "étude", "разведка", "РАЗВЕДКА"])
def test_words_of_every_script_are_found(database: Database, text: str) -> None:
    deps = deps_of(database)
    tell(deps, [task(60, summary="異常検知モデルの étude: Разведка")])
    assert [one.ticket.id for one in show_search(deps, None, text).tasks] == [60]


@pytest.mark.parametrize(
    "text", ["不正検知モデルの学習", "モデル検知", "ﾓﾃﾞﾙの検知", "学習　モデル", "ＭＬ－６１"]
)
def test_japanese_words_are_found_without_spaces_in_any_order_and_width(api: Api, text: str) -> None:
    tell(api.deps, [task(61, summary="検知モデルを学習する（不正取引）"), task(62, summary="モデルの評価")])
    assert {*names(api, text)} == {"検知モデルを学習する（不正取引）"}


@pytest.mark.parametrize(("text", "found"), [("欺诈检测模型", True), ("模型欺诈", True), ("模型评估", False)])
def test_chinese_words_are_found_without_spaces_in_any_order(api: Api, text: str, found: bool) -> None:
    tell(api.deps, [epic(63, summary="检测模型：信用卡欺诈")])
    assert (names(api, text) == ["检测模型：信用卡欺诈"]) is found


def test_keys_former_keys_and_ids_lead_to_the_ticket(api: Api) -> None:
    renamed = item(71, 1, "Key", None, None, before_text="OLD-7", after_text="ML-70")
    tell(api.deps, [task(70, renamed, summary="Moved here")])
    for asked in ("OLD-7", "old-7", "ML-70", "70"):
        assert names(api, asked)[0] == "Moved here"


def test_people_are_found_by_name_and_lead_to_their_page(api: Api) -> None:
    assert '<a href="/people/ada" rel="noreferrer" class="name">Ada</a>' in page(api, "/search?q=ad")


def test_no_more_than_twenty_of_a_kind_are_shown(api: Api) -> None:
    tell(api.deps, [task(n, summary="Many") for n in range(100, 100 + AT_MOST + 5)])
    assert len(names(api, "many")) == AT_MOST
    said = words(page(api, "/search?q=many"))
    assert "More words find fewer" in said
    assert f"More than {AT_MOST} results for “many”" in said


def test_what_was_not_there_then_or_is_gone_is_not_found(api: Api) -> None:
    tell(api.deps, [task(80, summary="Late thing", created=NOW - 1_000)])
    assert names(api, f"late&as_of={stamp(5)}") == []
    remove(api.deps, 80, NOW - 500)
    assert names(api, "late") == []
    assert names(api, "ML-80") == []


def test_a_stakeholder_finds_projects_and_nobody(api: Api) -> None:
    tell(api.deps, [task(52, summary="Ada's list"), epic(53, summary="Ada's project")])
    stakeholder = replace(api.deps, asker=Asker(Role.STAKEHOLDER, "Sue"))
    found = show_search(stakeholder, None, "ada")
    assert [one.summary for one in found.projects] == ["Ada's project"]
    assert (found.tasks, found.people) == ((), ())
    assert show_search(stakeholder, None, "ML-52").exact is None


@pytest.mark.parametrize("odd", ["", "%20", "%00", "%ED%A0%80", "'", "a+" * 90, "%22%3Cscript%3E"])
def test_odd_questions_are_answered(api: Api, odd: str) -> None:
    answer = browse(api, f"/search?q={odd}")
    assert answer.status_code == 200
    assert "<script>" not in answer.text


def test_the_field_is_on_every_page_and_keeps_the_day(api: Api) -> None:
    html = browse(api, f"/nowhere?as_of={stamp(5)}").text
    assert 'name="q"' in html
    assert f'<input type="hidden" name="as_of" value="{stamp(5)}">' in html
