"""What is wrong with the settings, in sentences: by the name the user knows, and never with the value."""

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from phasewise.settings_files import PREFIX, TOML, Files
from phasewise.toml_lines import words_of

MISSING: Mapping[str, str] = {
    "jira_url": "is missing: set it to the address where people open Jira",
    "jira_token": "is missing: set it to an API token that can browse the projects",
    "jira_scope": "is missing: set it to the JQL of your projects, like project = MLP",
    "mail_from": "is missing: set it to the address that mails come from",
}


SEVERAL = "several"
"""The type of an error that is a list of paths below its own, with what is wrong there."""


class Problems:
    """One sentence for each problem: of files that cannot be read, of phasewise.toml from its top down, of
    variables."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._found = list(files.problems)

    @property
    def sentences(self) -> list[str]:
        return [sentence for _, sentence in sorted(self._found, key=lambda one: one[0])]

    def add(self, entries: Iterable[Any]) -> None:
        """Add problems as pydantic lists them, but those that follow from a file that cannot be read."""
        for entry in entries:
            path = tuple(str(part) for part in entry["loc"] if part != "[key]")
            if path[0] in self._files.unread:
                continue
            told = entry["ctx"]["problems"] if entry["type"] == SEVERAL else [((), message_of(entry))]
            self._found += [self._problem((*path, *further), message) for further, message in told]

    def _problem(self, path: tuple[str, ...], message: str) -> tuple[int, str]:
        variable = PREFIX + path[0].upper()
        line = self._files.lines.of(path)
        if variable in self._files.variables or line is None:
            return sys.maxsize, f"{variable} {message}"
        return line, f"{TOML} line {line}: {words_of(path)} {message}"


PLAIN: Mapping[str, str] = {
    "model_type": "must be a table",
    "dict_type": "must be a table",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be {ge:g} or more",
    "less_than_equal": "must be {le:,.0f} or less",
    "bool_parsing": "must be yes or no",
    "date_parsing": "must be a day like 2026-12-24",
    "date_from_datetime_parsing": "must be a day like 2026-12-24",
    "extra_forbidden": "is no setting",
}
"""What pydantic says, by its type, in words for people."""


def message_of(entry: Any) -> str:
    """What pydantic says is wrong, as the end of a sentence that begins with the setting."""
    kind = entry["type"]
    if kind == "missing":
        return MISSING[entry["loc"][0]]
    if kind == "extra_forbidden" and entry["loc"][0] == "strength":
        return "is no rule"
    if kind in PLAIN:
        return PLAIN[kind].format_map(entry.get("ctx", {}))
    told = entry["msg"].removeprefix("Value error, ").replace("Input should", "must")
    return str(told[0].lower() + told[1:])
