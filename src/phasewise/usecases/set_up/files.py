"""The configuration as files: `.env` for settings and secrets, `phasewise.toml` for what is mapped.

`init` and the set-up in the browser write it.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from dotenv import set_key

from phasewise.errors import SettingsError
from phasewise.jira.text import one_line
from phasewise.settings_files import DOTENV, PREFIX, TOML
from phasewise.usecases.set_up.draft import Member

OWNER_ONLY = 0o600
HEAD = "# See docs/configuration.md for all that can be set here."


def write_settings(folder: Path, values: Mapping[str, str]) -> None:
    """Put settings, by their name behind PHASEWISE_, into `.env` beside what it already holds. Only its owner
    may read it afterwards. Raises SettingsError."""
    file = folder / DOTENV
    try:
        file.touch(mode=OWNER_ONLY)
        file.chmod(OWNER_ONLY)
        for name, value in values.items():
            set_key(file, f"{PREFIX}{name}", value, quote_mode="always")
    except OSError as error:
        raise SettingsError(f"{file} cannot be written: {error.strerror}") from None


def write_mapping(folder: Path, lines: Iterable[str]) -> bool:
    """Begin a `phasewise.toml` with these lines. False where there is one, which stays as it is."""
    file = folder / TOML
    try:
        if file.exists():
            return False
        file.write_text("\n".join((HEAD, *lines, "")), encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{file} cannot be written: {error.strerror}") from None
    return True


def proposed(mapping: Iterable[str]) -> Iterable[str]:
    """The lines of `phasewise check`, each value as a comment: to change what should differ."""
    return (one if not one or one.startswith(("#", "[")) else f"# {one}" for one in mapping)


def decided(
    phases: Mapping[str, str],
    statuses: Mapping[str, str],
    teams: Mapping[str, str],
    members: Mapping[str, Iterable[Member]],
) -> Iterable[str]:
    """What was chosen otherwise than it was proposed, and the teams: their scopes, and who is in them."""
    for table, values in (("phases", phases), ("statuses", statuses)):
        if values:
            yield f"[{table}]"
            yield from (f'"{one}" = "{meaning}"' for one, meaning in values.items())
    for name, scope in teams.items():
        yield f"[teams.{quoted(name)}]"
        yield f"scope = {quoted(scope)}"
        yield from _people(name, members.get(name, ()))


def _people(team: str, members: Iterable[Member]) -> Iterable[str]:
    """Each person once, with all their days."""
    persons: dict[str, list[Member]] = {}
    for one in members:
        persons.setdefault(one.id, []).append(one)
    if persons:
        yield f"[teams.{quoted(team)}.members]"
    for person, several in persons.items():
        periods = [quoted(one.period) for one in several]
        days = periods[0] if len(periods) == 1 else f"[{', '.join(periods)}]"
        yield f"{quoted(person)} = {days}  # {one_line(several[0].name)}"


def quoted(text: str) -> str:
    """A text as TOML has it; what JSON escapes it escapes likewise."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
