"""Which field is which, and what its options mean, in five languages."""

from typing import Any

import pytest
from tests.jira.raw import recorded

from phasewise.core.model import Phase
from phasewise.jira.fields import (
    EPIC_LINK,
    field_of_kind,
    flag_candidates,
    listed_fields,
    options_on,
    phase_by_options,
    phase_candidates,
)
from phasewise.jira.names import phase_called

SELECT = "com.atlassian.jira.plugin.system.customfieldtypes:select"
CHECKBOXES = "com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes"
TEXT = "com.atlassian.jira.plugin.system.customfieldtypes:textfield"


def field(number: int, name: str, custom: str = SELECT) -> dict[str, Any]:
    return {"id": f"customfield_{number}", "name": name, "schema": {"type": "option", "custom": custom}}


def candidates(*rows: dict[str, Any]) -> list[str]:
    return [found.id for found in phase_candidates(listed_fields(rows))]


@pytest.mark.parametrize("name", ["Phase", "PHASE ", "フェーズ", "Фаза", "阶段", "Этап"])
def test_a_select_field_called_phase_is_the_phase(name: str) -> None:
    assert candidates(field(1, name), field(2, "Priority class")) == ["customfield_1"]


def test_a_text_field_called_phase_is_not() -> None:
    assert candidates(field(1, "Phase", TEXT)) == []


def test_the_plain_name_comes_before_a_longer_one() -> None:
    assert candidates(field(1, "Project Phase"), field(2, "Phase")) == ["customfield_2"]
    assert candidates(field(1, "Project Phase")) == ["customfield_1"]


def test_fields_of_one_name_in_several_team_projects_are_several_candidates() -> None:
    assert candidates(field(1, "Phase"), field(2, "Phase")) == ["customfield_1", "customfield_2"]


def test_one_field_whose_options_mean_two_phases_is_the_phase() -> None:
    assert phase_by_options({"a": {"EDA", "Modelling"}, "b": {"Red", "Research"}}) == "a"
    assert phase_by_options({"a": {"EDA", "Modelling"}, "b": {"A/B test", "Research"}}) is None
    assert phase_by_options({}) is None


def test_a_field_whose_only_options_seen_mean_one_phase_is_the_phase() -> None:
    assert phase_by_options({"a": {"EDA", "Data exploration"}, "b": {"Red", "Research"}}) == "a"
    assert phase_by_options({"a": {"Research"}, "b": {"Modelling"}}) is None
    assert phase_by_options({"b": {"Red", "Research"}}) is None


def test_the_flag_is_a_check_box_field_of_that_name() -> None:
    rows = [field(1, "Flagged", SELECT), field(2, "Помечено", CHECKBOXES), field(3, "Boxes", CHECKBOXES)]
    assert [found.id for found in flag_candidates(listed_fields(rows))] == ["customfield_2"]


def test_the_epic_link_is_known_by_its_kind_in_any_language() -> None:
    assert field_of_kind(listed_fields([field(7, "史诗链接", EPIC_LINK)]), EPIC_LINK) == "customfield_7"
    assert field_of_kind(listed_fields([]), EPIC_LINK) is None


def test_options_are_read_where_there_are_any() -> None:
    issue = {"fields": {"a": {"id": "1", "value": "EDA"}, "b": None, "c": "text", "d": {"id": "2"}}}
    assert list(options_on(issue, ["a", "b", "c", "d", "e"])) == [("a", "1", "EDA")]
    assert list(options_on({"fields": None}, ["a"])) == []


def test_recorded_and_odd_field_lists_are_read() -> None:
    assert [found.id for found in listed_fields(recorded("fields"))][:1] == ["customfield_10111"]
    assert listed_fields([{}, {"id": 5}, {"id": "x", "schema": None}])[0].name == "x"


@pytest.mark.parametrize(
    ("name", "phase"),
    [
        ("Research", Phase.RESEARCH),
        ("RECHERCHE", Phase.RESEARCH),
        ("調査", Phase.RESEARCH),
        ("Исследование", Phase.RESEARCH),
        ("調研", Phase.RESEARCH),
        ("EDA", Phase.DATA_EXPLORATION),
        ("Exploration", Phase.DATA_EXPLORATION),
        ("Analyse exploratoire", Phase.DATA_EXPLORATION),
        ("データ探索", Phase.DATA_EXPLORATION),
        ("Исследование данных", Phase.DATA_EXPLORATION),
        ("数据探索", Phase.DATA_EXPLORATION),
        ("Modelling", Phase.MODELING),
        ("modelisation", Phase.MODELING),
        ("モデリング", Phase.MODELING),
        ("3. Modeling", Phase.MODELING),
        ("03 - Modeling", Phase.MODELING),
        ("Modeling (offline)", Phase.MODELING),
        ("Mise en production", Phase.PRODUCTIZATION),
        ("Внедрение", Phase.PRODUCTIZATION),
        ("上线", Phase.PRODUCTIZATION),
        ("A/B Test", Phase.AB_TESTING),
        ("ab testing", Phase.AB_TESTING),
        ("A/B-тестирование", Phase.AB_TESTING),
        ("A／Bテスト", Phase.AB_TESTING),
        ("Results & Analysis", Phase.RESULTS_ANALYSIS),
        ("Results analysis", Phase.RESULTS_ANALYSIS),
        ("Analyse des résultats", Phase.RESULTS_ANALYSIS),
        ("結果分析", Phase.RESULTS_ANALYSIS),
        ("Coffee", None),
        ("", None),
        ("123", None),
    ],
)
def test_what_an_option_is_called(name: str, phase: Phase | None) -> None:
    assert phase_called(name) is phase
