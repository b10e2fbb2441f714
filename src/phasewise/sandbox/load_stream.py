"""Reads an export as a stream: JSON lines, arrays, or pages `{"issues": [...]}`, whatever their size.

`load` takes the issues one by one; a file of many gigabytes is never held at once.
"""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

import orjson

_CHUNK = 1 << 20
_SUFFIXES = (".json", ".jsonl", ".ndjson", ".gz")


class ExportError(ValueError):
    """A file or folder that cannot be used as an export; the text says which, where and why."""


def files_of(path: Path) -> list[Path]:
    """The file itself, or the export files of a folder in name order."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise ExportError(f"{path}: there is no such file or folder")
    found = sorted(file for file in path.rglob("*") if file.is_file() and file.suffix in _SUFFIXES)
    if not found:
        raise ExportError(f"{path}: the folder holds no .json, .jsonl or .ndjson file")
    return found


def issues_in(file: Path, heads: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The issues of a file; what stands beside `issues` in a page (such as `names`) is added to `heads`."""
    with _open(file) as stream:
        reader = _Reader(stream, file)
        while not reader.at_end():
            yield from reader.values(heads)


def _open(file: Path) -> IO[str]:
    if file.suffix == ".gz":
        return cast(IO[str], gzip.open(file, "rt", encoding="utf-8-sig", errors="replace"))
    return file.open(encoding="utf-8-sig", errors="replace")


class _Reader:
    """A window on the stream that grows until the next JSON value is whole."""

    def __init__(self, stream: IO[str], file: Path) -> None:
        self.stream = stream
        self.file = file
        self.decoder = json.JSONDecoder()
        self.window = ""
        self.at = 0
        self.passed = 0
        self.exhausted = False

    def _more(self) -> bool:
        """Drops what was read and takes in more, at least as much as is there already."""
        chunk = self.stream.read(max(_CHUNK, len(self.window) - self.at))
        self.exhausted = not chunk
        self.passed += self.at
        self.window = self.window[self.at :] + chunk
        self.at = 0
        return bool(chunk)

    def _peek(self) -> str:
        """The next character that is not white space; empty at the end."""
        while True:
            while self.at < len(self.window):
                if not self.window[self.at].isspace():
                    return self.window[self.at]
                self.at += 1
            if not self._more():
                return ""

    def at_end(self) -> bool:
        return self._peek() == ""

    def _fail(self, why: str) -> ExportError:
        return ExportError(f"{self.file}: {why} at character {self.passed + self.at + 1}")

    def _expect(self, character: str) -> None:
        if self._peek() != character:
            raise self._fail(f"expected {character!r}")
        self.at += 1

    def _value(self) -> Any:
        """The next value. A number at the window's edge may go on beyond it, so the edge is never trusted."""
        self._peek()
        while True:
            try:
                value, end = self.decoder.raw_decode(self.window, self.at)
            except json.JSONDecodeError as wrong:
                if self.exhausted or not self._more():
                    raise self._fail(f"this is not JSON ({wrong.msg})") from None
                continue
            except RecursionError:
                raise self._fail("the JSON is nested too deeply") from None
            if end == len(self.window) and not self.exhausted and self._more():
                continue
            self.at = end
            return value

    def _elements(self) -> Iterator[Any]:
        """The values of an array, its bracket being next."""
        self._expect("[")
        if self._peek() == "]":
            self.at += 1
            return
        while True:
            yield self._value()
            if self._peek() == "]":
                self.at += 1
                return
            self._expect(",")

    def values(self, heads: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """The issues of the next top-level value: an issue, an array of them, or a page."""
        first = self._peek()
        if first == "[":
            for element in self._elements():
                yield self._issue(element)
        elif first == "{":
            line = self._whole_line()
            yield from self._object(heads) if line is None else self._of_line(line, heads)
        else:
            raise self._fail("expected an issue, an array of issues or a page of a search")

    def _whole_line(self) -> dict[str, Any] | None:
        """The object that fills the rest of this line, if it is in the window: JSON lines are read fast."""
        end = self.window.find("\n", self.at)
        if end < 0:
            return None
        try:
            found = orjson.loads(self.window[self.at : end])
        except (orjson.JSONDecodeError, UnicodeEncodeError):
            return None
        self.at = end
        return found if isinstance(found, dict) else None

    def _of_line(self, line: dict[str, Any], heads: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        issues = line.pop("issues", None)
        if isinstance(issues, list):
            heads.append(line)
            for one in issues:
                yield self._issue(one)
        else:
            yield self._issue(line)

    def _object(self, heads: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Member by member: only so can the `issues` of a page be streamed."""
        self._expect("{")
        made: dict[str, Any] = {}
        is_page = False
        while self._peek() != "}":
            key = self._value()
            self._expect(":")
            if key == "issues" and self._peek() == "[":
                is_page = True
                for element in self._elements():
                    yield self._issue(element)
            else:
                made[str(key)] = self._value()
            if self._peek() == ",":
                self.at += 1
        self.at += 1
        if is_page:
            heads.append(made)
        else:
            yield self._issue(made)

    def _issue(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict) or "id" not in value or "key" not in value:
            raise self._fail("expected an issue with an id and a key just before this point,")
        return value
