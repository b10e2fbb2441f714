"""Settings: where they come from, and what is said when they are wrong."""

from pathlib import Path

import pytest

from phasewise.core.model import Phase, Rule, Strength
from phasewise.errors import SettingsError
from phasewise.policy_tables import policy_of
from phasewise.settings import PREFIX, SECRETS, Settings, load_settings

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_every_setting_is_documented() -> None:
    text = (DOCS / "configuration.md").read_text()
    tables = {"phases", "statuses", "calendar", "rules", "leave", "strength", "teams"}
    for name in Settings.model_fields:
        assert (f"`[{name}" if name in tables else f"`{PREFIX}{name.upper()}`") in text


def test_the_environment_wins_over_dotenv_and_dotenv_over_toml(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("phasewise.toml").write_text(
        'timezone = "Asia/Tokyo"\njira_scope = "project = A"\nlog_format = "json"\n'
    )
    Path(".env").write_text("PHASEWISE_TIMEZONE=Europe/Paris\nPHASEWISE_JIRA_SCOPE=project = B\n")
    monkeypatch.setenv("PHASEWISE_TIMEZONE", "Asia/Kolkata")
    settings = load_settings()
    assert (settings.timezone, settings.jira_scope, settings.log_format) == (
        "Asia/Kolkata",
        "project = B",
        "json",
    )


def test_an_empty_value_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHASEWISE_COUNTRY", "")
    monkeypatch.setenv("PHASEWISE_TIMEZONE", "")
    assert (load_settings().country, load_settings().timezone) == (None, "UTC")


def test_a_secret_can_come_from_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("token").write_text("hush\n")
    monkeypatch.setenv("PHASEWISE_JIRA_URL", "https://jira.example")
    monkeypatch.setenv("PHASEWISE_JIRA_TOKEN_FILE", "token")
    token = load_settings().jira_token
    assert token is not None
    assert token.get_secret_value() == "hush"


@pytest.mark.parametrize("name", SECRETS)
def test_d14_a_secret_file_that_is_not_there_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}{name}_FILE", "nowhere")
    with pytest.raises(SettingsError, match=f"{name}_FILE names a file that cannot be read"):
        load_settings()


def test_d14_every_problem_is_named_at_once_and_no_value_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHASEWISE_JIRA_URL", "canary-url")
    monkeypatch.setenv("PHASEWISE_JIRA_POLL_SECONDS", "canary-seconds")
    monkeypatch.setenv("PHASEWISE_TIMEZONE", "Mars/Canary")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    for name in ("JIRA_URL", "JIRA_POLL_SECONDS", "TIMEZONE"):
        assert f"PHASEWISE_{name}" in str(caught.value)
    assert "anary" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "accepted"),
    [("DE", ("DE", None)), ("de-BY", ("DE", "BY")), ("ZZ", None), ("DE-ZZ", None), ("Germany", None)],
)
def test_a_country_is_one_the_holidays_are_known_of(
    value: str, accepted: tuple[str, str | None] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHASEWISE_COUNTRY", value)
    if accepted:
        calendar = policy_of(load_settings()).calendar
        assert (calendar.country, calendar.subdivision) == accepted
    else:
        with pytest.raises(SettingsError, match="PHASEWISE_COUNTRY"):
            load_settings()


def test_leave_is_days_or_first_and_last_day_by_person() -> None:
    Path("phasewise.toml").write_text(
        '[leave]\n"557058:ana" = ["2026-12-24/2027-01-06", "2026-11-30", 2026-12-01]\n'
    )
    leave = policy_of(load_settings()).leave
    assert leave == {
        "557058:ana": (
            ("2026-12-24", "2027-01-06"),
            ("2026-11-30", "2026-11-30"),
            ("2026-12-01", "2026-12-01"),
        )
    }


def test_weekdays_are_named_or_numbered_in_any_order() -> None:
    Path("phasewise.toml").write_text('[calendar]\nweekdays = ["Sunday", "mon", 2]\nremoved = [2026-12-24]\n')
    calendar = policy_of(load_settings()).calendar
    assert (calendar.weekdays, calendar.removed) == ((0, 2, 6), ("2026-12-24",))


@pytest.mark.parametrize(
    "url", ["ftp://x", "https://", "https://user:pw@x.example", "http://x:99999", "http://["]
)
def test_an_address_must_be_a_web_address_without_credentials(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHASEWISE_JIRA_URL", url)
    with pytest.raises(SettingsError, match="PHASEWISE_JIRA_URL must"):
        load_settings()


def test_webhook_secrets_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHASEWISE_WEBHOOK_SECRET", "new, old")
    assert [secret.get_secret_value() for secret in load_settings().webhook_secret] == ["new", "old"]


def test_without_an_address_the_database_is_a_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PHASEWISE_DATA_DIR", "here")
    assert load_settings().database == f"sqlite:///{Path.cwd()}/here/phasewise.db"


def test_strengths_are_read_by_rule_and_by_phase() -> None:
    Path("phasewise.toml").write_text(
        '[strength]\none_active = "act"\n[strength.productization]\nfive_days = "off"\n'
    )
    strengths = policy_of(load_settings()).strengths
    assert strengths.of(Rule.ONE_ACTIVE, Phase.MODELING) is Strength.ACT
    assert strengths.of(Rule.FIVE_DAYS, Phase.PRODUCTIZATION) is Strength.OFF
    assert strengths.of(Rule.FIVE_DAYS, Phase.MODELING) is Strength.SHOW
