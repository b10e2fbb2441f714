"""The files that settings come from: `.env`, `phasewise.toml`, one file for each secret.

`settings` reads them; what cannot be read is a sentence beside what can, so that all is said at once.
"""

import os
import tomllib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from phasewise.toml_lines import Lines, words_of

PREFIX = "PHASEWISE_"
TOML = "phasewise.toml"
DOTENV = ".env"


@dataclass(slots=True)
class Files:
    """`values` by setting, the secrets' files before phasewise.toml; `lines` of the latter. `variables` are
    the names that the environment and `.env` set, in upper case; `unread` are settings whose file could not
    be read, and `dotenv` is None where that one could not. `problems` are sentences, each with its line in
    phasewise.toml, 0 where it has none."""

    values: dict[str, Any] = field(default_factory=dict)
    lines: Lines = field(default_factory=lambda: Lines(""))
    variables: frozenset[str] = frozenset()
    unread: set[str] = field(default_factory=set)
    dotenv: str | None = DOTENV
    problems: list[tuple[int, str]] = field(default_factory=list)


def read_files(secrets: Iterable[str], known: Collection[str]) -> Files:
    """What the working folder and `PHASEWISE_X_FILE` of each secret X hold. `known` are all settings."""
    files = Files()
    _read_toml(files, known)
    variables = {**_dotenv(files), **os.environ}
    files.variables = frozenset(name.upper() for name, value in variables.items() if value)
    for name in secrets:
        variable = f"{PREFIX}{name}_FILE"
        if path := variables.get(variable):
            _read_secret(files, name.lower(), Path(path), variable)
    return files


def odd_variables(secrets: Iterable[str], known: Iterable[str]) -> list[str]:
    """Variables of the environment and `.env` that look like settings and are none: a sentence for each."""
    names = [*(name.upper() for name in known), *(f"{name}_FILE" for name in secrets)]
    variables = {**_dotenv(Files()), **os.environ}
    ours = sorted(name for name in variables if name.upper().startswith(PREFIX))
    return [_odd(name, names) for name in ours if name.upper().removeprefix(PREFIX) not in names]


def _odd(variable: str, names: Sequence[str]) -> str:
    alike = get_close_matches(variable.upper().removeprefix(PREFIX), names, n=1)
    proposed = f"did you mean {PREFIX}{alike[0]}?" if alike else "see docs/configuration.md"
    return f"{variable} is no setting and is not read; {proposed}"


def _dotenv(files: Files) -> dict[str, str | None]:
    try:
        return dict(dotenv_values(DOTENV, encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        files.dotenv = None
        files.problems.append((0, f"{DOTENV} cannot be read: it must be UTF-8 text that this user may read"))
        return {}


def _read_secret(files: Files, name: str, path: Path, variable: str) -> None:
    try:
        files.values[name] = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        files.unread.add(name)
        files.problems.append((0, f"{variable} names a file that cannot be read"))


def _read_toml(files: Files, known: Collection[str]) -> None:
    try:
        text = Path(TOML).read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError):
        files.problems.append((0, f"{TOML} cannot be read: it must be UTF-8 text that this user may read"))
        return
    files.lines = Lines(text)
    for path, first, line in files.lines.twice:
        files.problems.append((line, f"{TOML} line {line}: {words_of(path)} stands in line {first} already"))
    try:
        files.values |= tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        if not files.lines.twice:
            files.problems.append((0, f"{TOML} cannot be read: {error}"))
    for name in files.values.keys() - known:
        line = files.lines.of((name,)) or 0
        files.problems.append((line, f"{TOML} line {line}: {name} is no setting; see docs/configuration.md"))
