"""In which line of a TOML file each key stands. `settings` calls it where something is wrong."""

import tomllib
from collections.abc import Iterator
from typing import Any

Path = tuple[str, ...]


class Lines:
    """The first line of every table and key of a text, and what stands there `twice`, with both lines."""

    def __init__(self, text: str) -> None:
        self._first: dict[Path, int] = {}
        self.twice: list[tuple[Path, int, int]] = []
        table: Path = ()
        for line, statement in _statements(text):
            if statement.lstrip().startswith("["):
                table = _only_path(tomllib.loads(statement))
                self._add(table, line)
            else:
                self._add(table + _key_of(statement), line)

    def _add(self, path: Path, line: int) -> None:
        first = self._first.setdefault(path, line)
        if first != line:
            self.twice.append((path, first, line))

    def of(self, path: Path) -> int | None:
        """The line of what a path leads to, or of the nearest table around it that stands in the file."""
        for length in range(len(path), 0, -1):
            if path[:length] in self._first:
                return self._first[path[:length]]
        return None


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Every header and every `key = value`, with its first line. What never ends is left out."""
    begun, first = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if not begun and (not line.strip() or line.lstrip().startswith("#")):
            continue
        first, begun = (first, f"{begun}\n{line}") if begun else (number, line)
        try:
            tomllib.loads(begun)
        except tomllib.TOMLDecodeError:
            continue
        yield first, begun
        begun = ""


def _key_of(statement: str) -> Path:
    """What stands before the first `=` that is not itself part of a quoted key."""
    for at, sign in enumerate(statement):
        if sign == "=":
            try:
                return _only_path(tomllib.loads(f"{statement[:at]}= 0"))
            except tomllib.TOMLDecodeError:
                continue
    return ()


def _only_path(value: Any) -> Path:
    path: Path = ()
    while isinstance(value, dict) and value:
        name, value = next(iter(value.items()))
        path += (name,)
    return path


def words_of(path: Path) -> str:
    """A key as the file has it: `[rules] one_active`, or `timezone` where it stands in no table."""
    outer = 2 if path[0] == "teams" else 1
    table, key = ".".join(path[:outer]), ".".join(path[outer:])
    return f"[{table}] {key}".rstrip() if "." in ".".join(path) else table
