"""What was looked at and how it is: the lines of `phasewise check`, of `check_site` and `check_webhook`."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Self

FINE, WARNING, MISSING = "ok", "warning", "missing"


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was looked at. `level` is ok, warning (works, but not as it should) or missing."""

    what: str
    level: str
    text: str

    @property
    def line(self) -> str:
        return f"{self.level:8}{self.what}: {self.text}"


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All that was looked at, and the mapping as lines ready for phasewise.toml."""

    checks: tuple[Checked, ...]
    mapping: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing that is needed is missing."""
        return all(check.level != MISSING for check in self.checks)

    @property
    def has_read_jira(self) -> bool:
        """Whether Jira answered all that was asked of it."""
        return bool(self.mapping)

    def along_with(self, checks: tuple[Checked, ...]) -> Self:
        """The same report with more that was looked at."""
        return replace(self, checks=(*self.checks, *checks))

    def lines(self) -> list[str]:
        """For a terminal."""
        found = [check.line for check in self.checks]
        return [*found, "", *self.mapping] if self.mapping else found

    def as_dict(self) -> dict[str, Any]:
        return {"ok": self.ok, **asdict(self)}
