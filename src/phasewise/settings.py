"""Settings: the environment, then `.env`, then `phasewise.toml`; all problems are reported at once.

Only `bootstrap` and `cli` read them. A name here in upper case behind `PHASEWISE_` is the variable; any
secret can come from a file (`PHASEWISE_JIRA_TOKEN_FILE`). Messages name the variable, never its value.
"""

import os
import tomllib
from base64 import b64encode
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from dotenv import dotenv_values
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from phasewise.errors import SettingsError

PREFIX = "PHASEWISE_"
TOML = "phasewise.toml"
SECRETS = ("JIRA_TOKEN", "SECRET_KEY", "WEBHOOK_SECRET", "DATABASE_URL", "SMTP_URL")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

PhaseName = Literal[
    "research", "data_exploration", "modeling", "productization", "ab_testing", "results_analysis", "none"
]
GroupName = Literal["todo", "active", "watching", "paused", "done"]
StrengthName = Literal["off", "show", "nudge", "ask", "act"]
STRENGTHS: dict[str, tuple[StrengthName, ...]] = {
    "one_active": ("off", "show", "nudge", "ask", "act"),
    "five_days": ("off", "show", "nudge", "ask"),
}
ONLY_SHOWN: tuple[StrengthName, ...] = ("off", "show")
"""How strong a rule that is not named above may be: a hint is never written into Jira."""


class CalendarTable(BaseModel):
    """`[calendar]` of phasewise.toml: working weekdays by three letters, own days as ISO dates."""

    model_config = ConfigDict(extra="forbid")
    weekdays: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri")
    extra: tuple[date, ...] = ()
    removed: tuple[date, ...] = ()

    @field_validator("weekdays", mode="before")
    @classmethod
    def _known_weekdays(cls, value: object) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or not value:
            raise ValueError('must be a list like ["mon", "tue", "wed", "thu", "fri"]')
        names = tuple(_weekday(entry) for entry in value)
        return tuple(name for name in WEEKDAYS if name in names)

    @property
    def weekday_numbers(self) -> tuple[int, ...]:
        """0 for Monday up to 6 for Sunday."""
        return tuple(WEEKDAYS.index(name) for name in self.weekdays)


def _weekday(entry: object) -> str:
    if isinstance(entry, int) and not isinstance(entry, bool) and 0 <= entry <= 6:
        return WEEKDAYS[entry]
    name = str(entry).strip().lower()[:3]
    if name not in WEEKDAYS:
        raise ValueError(f"{entry!r} is no weekday; use mon, tue, wed, thu, fri, sat, sun")
    return name


def _days_of(entry: object) -> tuple[date, date]:
    """The first and the last day of a leave: `2026-12-24/2027-01-06`, `2026-11-30`, or a TOML date."""
    first, _, last = str(entry).partition("/")
    try:
        days = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        raise ValueError('must be a day like "2026-11-30" or days like "2026-12-24/2027-01-06"') from None
    if days[1] < days[0]:
        raise ValueError("must not end before it begins")
    return days


class RulesTable(BaseModel):
    """`[rules]` of phasewise.toml: the limits, in tickets, working days and minutes."""

    model_config = ConfigDict(extra="forbid")
    one_active: int = Field(1, ge=1)
    five_days: float = Field(5.0, gt=0, allow_inf_nan=False)
    grace_minutes: float = Field(15.0, ge=0, allow_inf_nan=False)
    watching: int = Field(2, ge=0)
    paused: int = Field(2, ge=0)
    private_days: float = Field(1.0, ge=0, allow_inf_nan=False)
    language: Literal["en", "fr", "ja", "ru", "zh"] = "en"
    dry_run: bool = False


class Settings(BaseSettings):
    """Everything an installation can set. `load_settings` builds it; its errors are one `SettingsError`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
    )

    database_url: str | None = Field(None, repr=False)  # it may hold a password
    data_dir: Path = Path("data")
    base_url: str = "http://127.0.0.1:8000"
    secret_key: SecretStr | None = None
    jira_url: str | None = None
    jira_api_url: str | None = None
    jira_email: str | None = None
    jira_token: SecretStr | None = None
    jira_scope: str | None = None
    jira_phase_field: str | None = None
    jira_flag_field: str | None = None
    jira_poll_seconds: float = Field(60.0, gt=0, le=86_400)
    jira_census_every: int = Field(60, ge=1)
    webhook_secret: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    lease_seconds: float = Field(15.0, gt=0)
    smtp_url: SecretStr | None = None
    mail_from: str | None = None
    admin_email: str | None = None
    keep_body_days: float = Field(1.0, ge=0)
    keep_delivery_days: float = Field(30.0, gt=0)
    keep_effect_days: float = Field(400.0, ge=30)
    timezone: str = "UTC"
    country: str | None = None
    log_format: Literal["json", "console"] = "console"
    phases: dict[str, PhaseName] = {}
    statuses: dict[str, GroupName] = {}
    calendar: CalendarTable = CalendarTable()
    rules: RulesTable = RulesTable()
    leave: dict[str, tuple[Annotated[tuple[date, date], BeforeValidator(_days_of)], ...]] = {}
    strength: dict[str, StrengthName | dict[str, StrengthName]] = {}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, dotenv_settings, SecretFiles(settings_cls), TomlFile(settings_cls, TOML)

    @field_validator("webhook_secret", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return [part.strip() for part in value.split(",") if part.strip()]

    @field_validator("base_url", "jira_url", "jira_api_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            parts = urlsplit(value.strip())
            port_is_fine = parts.port is None or parts.port > 0
        except ValueError:
            raise ValueError("must be an address like https://example.atlassian.net") from None
        if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_fine:
            raise ValueError("must be an address like https://example.atlassian.net")
        if parts.username or parts.password:
            raise ValueError("must not hold a user name or password; use PHASEWISE_JIRA_EMAIL and _TOKEN")
        return value.strip().rstrip("/")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("must be a time zone name like Europe/Paris")
        return ZoneInfo(value).key

    @field_validator("strength", mode="before")
    @classmethod
    def _each_as_strong_as_it_may_be(cls, value: object) -> object:
        return _strengths(value) if isinstance(value, dict) else value

    @field_validator("country")
    @classmethod
    def _known_country(cls, value: str | None) -> str | None:
        return None if value is None else _country(value)

    @model_validator(mode="after")
    def _credentials_have_an_address(self) -> Self:
        if (self.jira_email or self.jira_token) and not self.jira_url:
            raise ValueError("PHASEWISE_JIRA_URL is missing: set it to the address where people open Jira")
        return self

    @property
    def holiday_country(self) -> tuple[str | None, str | None]:
        """(country, subdivision) as the `holidays` package names them."""
        if self.country is None:
            return None, None
        country, _, subdivision = self.country.partition("-")
        return country, subdivision or None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What nobody may read: every secret, passwords in addresses, what Basic makes of the token."""
        values = [getattr(self, name) for name in type(self).model_fields]
        each = [one for value in values for one in (value if isinstance(value, tuple) else (value,))]
        told = [one.get_secret_value() for one in each if isinstance(one, SecretStr)]
        passwords = [part for address in (*told, self.database_url or "") for part in _passwords(address)]
        token = self.jira_token.get_secret_value() if self.jira_token else ""
        basic = b64encode(f"{self.jira_email}:{token}".encode()).decode() if token else ""
        return tuple(filter(None, (*told, *passwords, basic)))

    @property
    def database(self) -> str:
        """The database address; unset, an SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'phasewise.db').absolute()}"


def _strengths(table: dict[str, Any]) -> dict[str, Any]:
    """`[strength]`: strengths by rule, and by phase a table of the same. ValueError names each wrong line."""
    wrong = []
    for name, value in table.items():
        is_phase = name in get_args(PhaseName)
        if is_phase is not isinstance(value, dict):
            wrong.append(f"{name} must be {'a table [strength.' + name + ']' if is_phase else 'a strength'}")
            continue
        for rule, strength in value.items() if is_phase else [(name, value)]:
            allowed = STRENGTHS.get(rule, ONLY_SHOWN)
            if strength not in allowed:
                line = f"{name}.{rule}" if is_phase else rule
                wrong.append(f"{line} must be one of {', '.join(allowed)}")
    if wrong:
        raise ValueError("; ".join(wrong))
    return table


def _passwords(address: str) -> tuple[str, ...]:
    """The password in an address, as it is written there and as it is meant."""
    try:
        password = urlsplit(address).password or ""
    except ValueError:
        return ()
    return password, unquote(password)


def _country(value: str) -> str:
    """`DE` or `DE-BY`, checked against what the `holidays` package knows."""
    from holidays import list_supported_countries  # slow to import, and needed only here

    supported = list_supported_countries()
    country, _, subdivision = value.strip().partition("-")
    country = country.upper()
    if country not in supported:
        raise ValueError("must be a two-letter country code like DE, or DE-BY with a subdivision")
    if subdivision and subdivision not in supported[country]:
        known = ", ".join(supported[country]) or "none"
        raise ValueError(f"has no such subdivision of {country}; known: {known}")
    return f"{country}-{subdivision}" if subdivision else country


class SecretFiles(PydanticBaseSettingsSource):
    """`PHASEWISE_X_FILE` for every secret X: its value is what the file holds, without the end of line."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        raise NotImplementedError  # pydantic-settings asks for it; `__call__` answers for all fields at once

    def __call__(self) -> dict[str, Any]:
        dotenv = dotenv_values(".env", encoding="utf-8")
        found: dict[str, Any] = {}
        for name in SECRETS:
            variable = f"{PREFIX}{name}_FILE"
            path = os.environ.get(variable) or dotenv.get(variable)
            if path:
                found[name.lower()] = _secret_in(Path(path), variable)
        return found


def _secret_in(path: Path, variable: str) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"{variable} names a file that cannot be read") from None


class TomlFile(TomlConfigSettingsSource):
    """`phasewise.toml` in the working folder; a key it does not know is a problem, not silence."""

    def _read_file(self, file_path: Any) -> dict[str, Any]:
        try:
            table = super()._read_file(file_path)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{TOML} cannot be read: {error}") from None
        unknown = sorted(table.keys() - Settings.model_fields.keys())
        if unknown:
            raise SettingsError(f"{TOML}: no such setting: {', '.join(unknown)}; see docs/configuration.md")
        return table


def load_settings() -> Settings:
    """The settings of this process, from its environment and working folder.

    Raises SettingsError that names every problem at once, by the setting and never with its value.
    """
    try:
        return Settings()
    except ValidationError as error:
        problems = [_sentence(entry) for entry in error.errors(include_url=False, include_input=False)]
        raise SettingsError("; ".join(problems)) from None


def _sentence(entry: Any) -> str:
    """One problem as pydantic reports it, by the name the user knows and never with the value."""
    where = [str(part) for part in entry["loc"]]
    unknown = entry["type"] == "extra_forbidden"
    message = (
        "Is no setting" if unknown else entry["msg"].removeprefix("Value error, ").replace("Input s", "S")
    )
    if not where:
        return str(message)
    if where[0] in ("phases", "statuses", "calendar", "rules", "leave", "strength"):
        name = f"{TOML} [{where[0]}]" + ("" if len(where) == 1 else f" {'.'.join(where[1:])}")
    else:
        name = PREFIX + where[0].upper()
    return f"{name} {message[0].lower()}{message[1:]}"
