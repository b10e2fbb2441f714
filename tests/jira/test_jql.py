"""JQL is written in one place: quoted, bounded, in a stable order."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.errors import SettingsError
from phasewise.jira import jql


@pytest.mark.parametrize("scope", [None, "", "   ", "ORDER BY created", " order by updated DESC"])
def test_no_scope_is_refused_with_an_example(scope: str | None) -> None:
    with pytest.raises(SettingsError, match=r"PHASEWISE_JIRA_SCOPE is missing.*project = MLP"):
        jql.scope_clause(scope)


@pytest.mark.parametrize(
    ("scope", "clause"),
    [
        ("project = MLP", "(project = MLP)"),
        ("project = MLP ORDER BY updated DESC", "(project = MLP)"),
        ("project = MLP\n  order\tby rank", "(project = MLP)"),
        ('summary ~ "order by" AND project = A', '(summary ~ "order by" AND project = A)'),
        ("summary ~ 'it\\'s order by' order by x", "(summary ~ 'it\\'s order by')"),
        ("project = A OR project = B", "(project = A OR project = B)"),
    ],
)
def test_the_scope_is_one_clause_without_its_order(scope: str, clause: str) -> None:
    assert jql.scope_clause(scope) == clause


@pytest.mark.parametrize(
    "scope",
    [
        "project = A) OR (project = B",
        "project = A OR (b = c",
        'summary ~ "open',
        "a = b)",
        "((a = b)",
        "a = 'x",
    ],
)
def test_s6_a_scope_cannot_reach_beyond_its_brackets(scope: str) -> None:
    with pytest.raises(SettingsError, match="does not close"):
        jql.scope_clause(scope)


@given(st.text())
def test_s6_nothing_in_a_value_ends_the_string(value: str) -> None:
    quoted = jql.quote(value)
    tokens = list(jql.tokens(quoted))
    assert [(token.kind, token.text) for token in tokens] == [("quoted", quoted)]


def test_s6_a_backslash_before_a_quote_does_not_end_the_string() -> None:
    assert jql.quote('a\\" OR project = B') == '"a\\\\\\" OR project = B"'


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        ("project = MLP", {"project"}),
        ("project in (A, B) AND labels not in (x)", {"project", "labels"}),
        ('"Epic Link" = A-1 OR cf[10011] is not EMPTY', {"epic link", "cf[10011]"}),
        ("status was 'In Progress' AND assignee changed", {"status", "assignee"}),
        ("NOT issuetype != Epic AND updated>=-90d", {"issuetype", "updated"}),
    ],
)
def test_the_fields_a_scope_asks_about(scope: str, names: set[str]) -> None:
    assert jql.scope_names(jql.scope_clause(scope)) == names


@pytest.mark.parametrize(
    ("scope", "values"),
    [
        ("project = ML", {"project": {"ml"}}),
        (
            'project in ("Machine Learning", DS) AND type not in (Epic)',
            {"project": {"machine learning", "ds"}, "type": {"epic"}},
        ),
        (
            'statusCategory != "In Progress" OR labels is not EMPTY',
            {"statuscategory": {"in progress"}, "labels": {"empty"}},
        ),
        (
            "(cf[10014] = ML-1) and status was not in (Open, Done)",
            {"cf[10014]": {"ml-1"}, "status": {"open", "done"}},
        ),
    ],
)
def test_what_a_scope_compares_its_fields_with(scope: str, values: dict[str, set[str]]) -> None:
    assert jql.scope_values(scope) == values
    assert jql.has_alternatives(scope) == (" OR " in scope)


@pytest.mark.parametrize(
    ("clause", "left"),
    [
        ("(project in (ML, DS))", "(project in (ML, EMPTY))"),
        ("(project = DS OR project = ML)", "(project = EMPTY OR project = ML)"),
        ('(project in ("DS") AND labels = x)', "(project in (EMPTY) AND labels = x)"),
        ("(project = ML)", "(project = ML)"),
        ("(DS = 1 AND project not in (ds, ML))", "(DS = 1 AND project not in (EMPTY, ML))"),
    ],
)
def test_p9_a_hidden_project_is_taken_out_of_the_scope(clause: str, left: str) -> None:
    assert jql.without_values(clause, ["10001", "DS"]) == left


def test_ids_and_keys_are_never_empty_lists() -> None:
    assert jql.with_ids([3, 1]) == "id in (3, 1)"
    assert jql.with_keys(['A"-1']) == 'key in ("A\\"-1")'
    for empty in (jql.with_ids, jql.with_keys):
        with pytest.raises(ValueError, match="no "):
            empty([])


def test_an_instant_is_written_in_milliseconds() -> None:
    assert jql.since("updated", 1_764_000_000_000) == "updated >= 1764000000000"


@pytest.mark.parametrize(
    ("at", "literal"),
    [
        (1_773_999_999_999, "2026/03/20 04:46"),
        (1_793_514_600_000, "2026/11/01 00:30"),  # 01:30 happens twice that night
    ],
)
def test_p15_a_minute_in_the_accounts_zone_is_an_hour_early(at: int, literal: str) -> None:
    assert jql.since_minute("updated", at, ZoneInfo("America/New_York")) == f'updated >= "{literal}"'
