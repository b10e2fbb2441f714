"""What is said when settings are wrong: all of it at once, by name and line, never with a value."""

import re
from pathlib import Path

import pytest

from phasewise.core.model import Phase, Rule
from phasewise.errors import SettingsError
from phasewise.policy_tables import RuleStrengths, StrengthTable
from phasewise.settings import load_settings, odd_settings


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def said(*, jira: bool = False) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(jira=jira)
    return str(caught.value)


def test_d14_environment_dotenv_and_file_are_judged_in_one_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHASEWISE_SMTP_URL", "canary")
    monkeypatch.setenv("PHASEWISE_SECRET_KEY_FILE", "nowhere")
    monkeypatch.setenv("PHASEWISE_JIRA_SCOPE", "project = (canary")
    Path(".env").write_text("PHASEWISE_ADMIN_EMAIL=canary\nPHASEWISE_JIRA_TOKEN=canary\n")
    Path("phasewise.toml").write_text(
        'timezone = "Canary"\nnonsense = 1\n[strength]\none_actve = "off"\n[rules]\nfive_days = 0\n'
    )
    text = said(jira=True)
    for problem in (
        "PHASEWISE_SECRET_KEY_FILE names a file that cannot be read",
        "PHASEWISE_SMTP_URL must look like smtp://",
        "PHASEWISE_MAIL_FROM is missing",
        "PHASEWISE_ADMIN_EMAIL must be a mail address",
        "PHASEWISE_JIRA_URL is missing",
        "PHASEWISE_JIRA_SCOPE has a quote or a bracket",
        "phasewise.toml line 1: timezone must be a time zone",
        "phasewise.toml line 2: nonsense is no setting",
        "phasewise.toml line 4: [strength] one_actve is no rule",
        "phasewise.toml line 6: [rules] five_days must be more than 0",
    ):
        assert text.count(problem) == 1
    assert re.findall(r"toml line (\d)", text) == ["1", "2", "4", "6"]
    assert "anary" not in text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("nonsense = 1", "line 1: nonsense is no setting"),
        ("= broken", "cannot be read: Invalid statement (at line 1, column 1)"),
        ('[phases]\n"1" = "invented"', "line 2: [phases] 1 must be 'research', 'data_exploration'"),
        ('[phases]\nResearch = "research"', "line 2: [phases] Research is no id and would map nothing"),
        ('[statuses]\n\n"1" = "invented"', "line 3: [statuses] 1 must be 'todo', 'active'"),
        ('[statuses]\n"1" = "todo"\n"1" = "done"', "line 3: [statuses] 1 stands in line 2 already"),
        ('[statuses]\n"1" = "todo"\n" 1" = "done"', "line 1: statuses names 1 twice"),
        ('[statuses]\n"1" = "todo"\n[statuses]\n"2" = "done"', "line 3: statuses stands in line 1 already"),
        ('[calendar]\nweekdays = ["someday"]', "line 2: [calendar] weekdays 'someday' is no weekday"),
        ("[calendar]\nweekdays = []", "line 2: [calendar] weekdays must be a list"),
        (
            "[calendar]\nextra = [\n2026-12-19,\n]\nremoved = [2026-12-19]",
            "line 5: [calendar] removed contra",
        ),
        ("[rules]\n# none\none_active = 0", "line 3: [rules] one_active must be 1 or more"),
        ("[rules]\nfive_days = inf", "line 2: [rules] five_days must be a number"),
        ("[rules]\noops = 1", "line 2: [rules] oops is no setting"),
        ('rules = "loose"', "line 1: rules must be a table"),
        ('[leave]\n"ana" = ["2026-13-01"]', 'line 2: [leave] ana.0 must be a day like "2026-11-30"'),
        ('[leave]\n"ana=b" = ["2026-12-24/2026-12-23"]', "line 2: [leave] ana=b.0 must not end before it"),
        ('[leave]\n"ana" = "2026-11-30"', "line 2: [leave] ana must be a valid tuple"),
        ('[strength]\nfive_days = "act"', "line 2: [strength] five_days must be 'off', 'show', 'nudge' or"),
        ('[strength]\none_active = "loud"', "line 2: [strength] one_active must be 'off', 'show', 'nudge',"),
        ('[strength]\nno_phase = "nudge"', "line 2: [strength] no_phase must be 'off' or 'show'"),
        ('[strength]\nmodeling = "off"', "line 2: [strength] modeling must be a table"),
        ('[strength.modeling]\nfive = "off"', "line 2: [strength] modeling.five is no rule"),
        ('[strength.one_active]\nresearch = "off"', "line 1: [strength] one_active must be 'off'"),
    ],
)
def test_d14_a_wrong_line_of_the_file_is_named(text: str, problem: str) -> None:
    Path("phasewise.toml").write_text(text)
    assert f"phasewise.toml {problem}" in said()


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("DATABASE_URL", "mysql://canary", "must start with sqlite:/// or postgresql://"),
        ("SMTP_URL", "http://canary", "must look like smtp://"),
        ("MAIL_FROM", "canary", "must be a mail address"),
        ("ADMIN_EMAIL", "canary@", "must be a mail address"),
        ("JIRA_SCOPE", '"canary', "has a quote or a bracket that does not close"),
        ("JIRA_TOKEN", "canary", "JIRA_URL is missing"),
        ("LOG_FORMAT", "canary", "must be 'json' or 'console'"),
        ("RULES", '{"one_active": "canary"}', "must be a table"),
    ],
)
def test_d14_a_wrong_variable_is_named_without_its_value(
    name: str, value: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("phasewise.toml").write_text("[rules]\none_active = 2\n")
    monkeypatch.setenv(f"PHASEWISE_{name}", value)
    text = said()
    assert "PHASEWISE_" in text
    assert problem in text
    assert "anary" not in text


def test_what_a_command_for_jira_needs_is_missing_all_at_once() -> None:
    text = said(jira=True)
    assert [name in text for name in ("JIRA_URL is missing", "JIRA_TOKEN is", "JIRA_SCOPE is")] == [True] * 3


@pytest.mark.parametrize("name", [".env", "phasewise.toml"])
def test_d14_a_file_that_is_no_text_is_named(name: str) -> None:
    Path(name).write_bytes(b"\xff\xfe")
    assert said() == f"{name} cannot be read: it must be UTF-8 text that this user may read"


def test_every_rule_and_phase_of_the_core_has_a_strength() -> None:
    assert list(RuleStrengths.model_fields) == list(Rule)
    assert set(StrengthTable.model_fields) == {*Rule, *Phase}


def test_a_variable_that_looks_like_a_setting_and_is_none_is_told_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PHASEWISE_POLL_SECONDS", "canary")
    monkeypatch.setenv("PHASEWISE_BASE_URL", "https://phasewise.example.com")
    monkeypatch.setenv("PHASEWISE_JIRA_TOKEN_FILE", "token")
    Path(".env").write_text("phasewise_zzz=canary\nOTHER_NAME=1\n")
    assert odd_settings() == [
        "PHASEWISE_POLL_SECONDS is no setting and is not read; did you mean PHASEWISE_JIRA_POLL_SECONDS?",
        "phasewise_zzz is no setting and is not read; see docs/configuration.md",
    ]
