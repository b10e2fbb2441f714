"""Settings: the environment, then `.env`, then `phasewise.toml`; all problems are reported at once.

Only `bootstrap` and `cli` read them. A name here in upper case behind `PHASEWISE_` is the variable; any
secret can come from a file (`PHASEWISE_JIRA_TOKEN_FILE`). Messages name the variable, never its value.
"""

from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from phasewise.chat.access import chat_access
from phasewise.core.send_times import send_time
from phasewise.errors import SettingsError
from phasewise.jira.jql import scope_clause
from phasewise.mail.access import smtp_access
from phasewise.mail.message import mail_address
from phasewise.policy_tables import PolicyTables
from phasewise.settings_files import PREFIX, TOML, odd_variables, read_files
from phasewise.settings_problems import MISSING, SEVERAL, Problems
from phasewise.settings_teams import TeamName, TeamTable, contradictions

__all__ = ["PREFIX", "SECRETS", "TOML", "Settings", "load_settings", "odd_settings"]

SECRETS = (
    "JIRA_TOKEN",
    "SECRET_KEY",
    "WEBHOOK_SECRET",
    "DATABASE_URL",
    "SMTP_URL",
    "CHAT_URL",
    "OIDC_CLIENT_SECRET",
)
RoleName = Literal["stakeholder", "member", "lead", "admin"]
SCHEMES = ("sqlite", "postgresql", "postgres")


class Settings(BaseSettings, PolicyTables):
    """Everything an installation can set. `load_settings` builds it; its errors are one `SettingsError`.

    A setting that another one makes necessary stands behind that one, and so sees it when it is checked.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        enable_decoding=False,
        extra="ignore",
    )

    database_url: str | None = Field(None, repr=False)  # it may hold a password
    data_dir: Path = Path("data")
    base_url: str = "http://127.0.0.1:8000"
    secret_key: SecretStr | None = None
    jira_email: str | None = None
    jira_token: SecretStr | None = None
    jira_url: str | None = Field(None, validate_default=True)
    jira_api_url: str | None = None
    jira_scope: str | None = None
    jira_phase_field: str | None = None
    jira_flag_field: str | None = None
    jira_poll_seconds: float = Field(60.0, gt=0, le=86_400)
    jira_census_every: int = Field(60, ge=1)
    webhook_secret: tuple[SecretStr, ...] = ()
    lease_seconds: float = Field(15.0, gt=0)
    board_moves: bool = False
    records_in_jira: bool = False
    allow_private_network: bool = False
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_name: str = "single sign-on"
    oidc_groups_claim: str = "groups"
    oidc_roles: dict[str, RoleName] = {}
    oidc_default_role: RoleName | None = None
    smtp_url: SecretStr | None = None
    mail_from: str | None = Field(None, validate_default=True)
    admin_email: str | None = None
    chat_url: SecretStr | None = None
    report_at: str = "Mon 08:00"
    keep_body_days: float = Field(1.0, ge=0)
    keep_delivery_days: float = Field(30.0, gt=0)
    keep_effect_days: float = Field(400.0, ge=30)
    log_format: Literal["json", "console"] = "console"
    teams: dict[TeamName, TeamTable] = {}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What `load_settings` read of files is given as arguments, and comes last."""
        return env_settings, dotenv_settings, init_settings

    @field_validator("webhook_secret", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return [part.strip() for part in value.split(",") if part.strip()]

    @field_validator("base_url", "jira_url", "jira_api_url", "oidc_issuer")
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

    @field_validator("jira_url")
    @classmethod
    def _credentials_have_an_address(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and (info.data.get("jira_email") or info.data.get("jira_token")):
            raise ValueError(MISSING["jira_url"])
        return value

    @field_validator("jira_scope")
    @classmethod
    def _whole_scope(cls, value: str | None) -> str | None:
        try:
            return value if value is None else scope_clause(value) and value
        except SettingsError as error:
            raise ValueError(str(error).removeprefix(f"{PREFIX}JIRA_SCOPE ")) from None

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str | None) -> str | None:
        if value is not None and value.strip().partition(":")[0].partition("+")[0] not in SCHEMES:
            raise ValueError("must start with sqlite:/// or postgresql://")
        return value

    @field_validator("oidc_roles", mode="before")
    @classmethod
    def _role_of_each_group(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [part.rpartition("=") for part in value.split(",") if part.strip()]
        return {group.strip(): role.strip() for group, _, role in pairs}

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            smtp_access(value.get_secret_value(), sender="")
        return value

    @field_validator("chat_url")
    @classmethod
    def _incoming_webhook(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            chat_access(value.get_secret_value())
        return value

    @field_validator("report_at")
    @classmethod
    def _weekday_and_time(cls, value: str) -> str:
        send_time(value, zone="UTC")
        return value

    @field_validator("mail_from")
    @classmethod
    def _has_a_sender(cls, value: str | None, info: ValidationInfo) -> str | None:
        has_server = info.data.get("smtp_url", "a wrong one") is not None
        if value is None and has_server:
            raise ValueError(MISSING["mail_from"])
        return value

    @field_validator("teams")
    @classmethod
    def _teams_agree(cls, value: dict[str, TeamTable], info: ValidationInfo) -> dict[str, TeamTable]:
        if found := list(contradictions(info.data, value)):
            raise PydanticCustomError(SEVERAL, "contradict each other", {"problems": found})
        return value

    @field_validator("mail_from", "admin_email")
    @classmethod
    def _mail_address(cls, value: str | None) -> str | None:
        try:
            return None if value is None else mail_address(value)
        except ValueError:
            raise ValueError("must be a mail address like team@example.com") from None

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


def _passwords(address: str) -> tuple[str, ...]:
    """The password in an address, as it is written there and as it is meant."""
    try:
        password = urlsplit(address).password or ""
    except ValueError:
        return ()
    return password, unquote(password)


class SettingsWithJira(Settings):
    """The same for what reads Jira: these three must be there."""

    jira_token: SecretStr
    jira_url: str
    jira_scope: str


def load_settings(*, jira: bool = False, typed: Mapping[str, object] | None = None) -> Settings:
    """The settings of this process, from its environment and working folder. `jira`: it will read Jira.
    `typed` are further ones, by field, that count where nothing else says so.

    Raises SettingsError that names every problem at once, by the setting and never with its value.
    """
    files = read_files(SECRETS, known=Settings.model_fields.keys())
    files.values = {**(typed or {}), **files.values}
    kind = SettingsWithJira if jira else Settings
    problems = Problems(files)
    try:
        settings = kind(_env_file=files.dotenv, **files.values)
    except ValidationError as error:
        problems.add(error.errors(include_url=False, include_input=False))
    if problems.sentences:
        raise SettingsError("; ".join(problems.sentences))
    return settings


def odd_settings() -> list[str]:
    """Variables that look like settings of this process and are none, a sentence for each."""
    return odd_variables(SECRETS, Settings.model_fields)
