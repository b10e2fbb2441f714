"""The one place that writes JQL: it quotes, bounds and orders. The client and the use cases call it."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from phasewise.core.model import Instant
from phasewise.errors import SettingsError

SCOPE_EXAMPLE = "project = MLP"
ORDER = " ORDER BY created ASC, key ASC"
"""Stable while paging: neither changes when somebody edits an issue that was already served."""

ASSIGNED_LATELY = "assignee IS NOT EMPTY AND updated >= -90d"

TOKEN = re.compile(
    r"""(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    r"""|(?P<open>\()|(?P<close>\))|(?P<operator>[!=<>~]=?)|(?P<comma>,)"""
    r"""|(?P<word>cf\[\d+\]|[^\s"'()=!<>~,]+)|(?P<stray>["'])""",
    re.IGNORECASE | re.DOTALL,
)
OPERATOR_WORDS = frozenset({"in", "not", "is", "was", "changed"})
CONJUNCTIONS = frozenset({"and", "or"})


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    at: int


def tokens(jql: str) -> Iterator[Token]:
    """The words, strings, brackets and operators of a JQL."""
    for match in TOKEN.finditer(jql):
        yield Token(match.lastgroup or "", match.group(), match.start())


def scope_clause(scope: str | None) -> str:
    """The scope as one clause in brackets that any other clause can be joined to.

    Its ORDER BY is dropped. SettingsError for an empty scope (a site is never read whole by accident), and
    for one whose quotes or brackets do not close (it would reach beyond its own brackets).
    """
    clause = _without_order(scope or "").strip()
    if not clause:
        raise SettingsError(
            "PHASEWISE_JIRA_SCOPE is missing: set it to the JQL of what is to be watched, for example "
            f"{SCOPE_EXAMPLE}"
        )
    depth = 0
    for token in tokens(clause):
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        if depth < 0 or token.kind == "stray":
            break
    if depth != 0 or any(token.kind == "stray" for token in tokens(clause)):
        raise SettingsError("PHASEWISE_JIRA_SCOPE has a quote or a bracket that does not close; correct it")
    return f"({clause})"


def _without_order(jql: str) -> str:
    previous: Token | None = None
    for token in tokens(jql):
        if previous and token.text.lower() == "by" and previous.text.lower() == "order":
            return jql[: previous.at]
        previous = token if token.kind == "word" else None
    return jql


def scope_names(scope: str) -> frozenset[str]:
    """The names of the fields that a JQL asks about, in lower case, as it writes them."""
    found: set[str] = set()
    previous: Token | None = None
    for token in tokens(scope):
        is_operator = token.kind == "operator" or token.text.lower() in OPERATOR_WORDS
        name = "" if previous is None else previous.text.strip("\"'").lower()
        if is_operator and name and name not in OPERATOR_WORDS | CONJUNCTIONS:
            found.add(name)
        previous = token if token.kind in ("word", "quoted") else None
    return frozenset(found)


def scope_values(scope: str) -> dict[str, frozenset[str]]:
    """What a JQL compares each field with, both in lower case, whatever the operator."""
    found: dict[str, set[str]] = {}
    previous, asked, expects_value, in_list = "", "", False, False
    for token in tokens(scope):
        word = token.text.strip("\"'").lower()
        if token.kind == "operator" or (token.kind == "word" and word in OPERATOR_WORDS):
            asked, expects_value = asked if expects_value else previous, True
        elif token.kind == "open":
            in_list, expects_value = expects_value, False
        elif token.kind == "close":
            in_list = False
        elif token.kind in ("word", "quoted"):
            if expects_value or in_list:
                found.setdefault(asked, set()).add(word)
            previous, expects_value = word, False
    return {name: frozenset(values) for name, values in found.items()}


def has_alternatives(scope: str) -> bool:
    """Whether what one part of a JQL does not match another part may."""
    return any(token.kind == "word" and token.text.lower() == "or" for token in tokens(scope))


def quote(value: str) -> str:
    """A value as a JQL string: nothing in it can end the string."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f]", " ", escaped) + '"'


def with_ids(ids: Iterable[int]) -> str:
    """The clause for issues by id. It asks for at least one id."""
    listed = ", ".join(str(int(issue_id)) for issue_id in ids)
    if not listed:
        raise ValueError("no ids")
    return f"id in ({listed})"


def with_keys(keys: Iterable[str]) -> str:
    """The clause for issues by key."""
    listed = ", ".join(quote(key) for key in keys)
    if not listed:
        raise ValueError("no keys")
    return f"key in ({listed})"


def not_empty(field_id: str) -> str:
    """The clause for issues in which a custom field (`customfield_10011`) has a value."""
    return f"cf[{int(field_id.removeprefix('customfield_'))}] is not EMPTY"


def without_values(clause: str, values: Collection[str]) -> str:
    """The clause with EMPTY in the place of some values: Jira refuses a whole query that names a project
    the account may not see, even where it names others."""
    gone = {value.casefold() for value in values}
    kept: list[str] = []
    end = 0
    expects_value = in_list = False
    for token in tokens(clause):
        if token.kind == "operator" or token.text.lower() in OPERATOR_WORDS:
            expects_value = True
        elif token.kind == "open":
            in_list, expects_value = expects_value, False
        elif token.kind == "close":
            in_list = False
        elif token.kind in ("word", "quoted") and (expects_value or in_list):
            expects_value = False
            if token.text.strip("\"'").casefold() in gone:
                kept += [clause[end : token.at], "EMPTY"]
                end = token.at + len(token.text)
    return "".join([*kept, clause[end:]])


def both(first: str, second: str) -> str:
    return f"{first} AND {second}"


def since(field: str, at: Instant) -> str:
    """The clause for a time at or after an instant, in epoch milliseconds: no time zone enters."""
    return f"{field} >= {at}"


def since_minute(field: str, at: Instant, zone: tzinfo) -> str:
    """The same as a literal in the account's own time zone, for a Jira that refuses milliseconds.

    Literals have whole minutes, and an hour is read twice when clocks go back: hence an hour earlier.
    """
    local = datetime.fromtimestamp(at // 1000, tz=zone) - timedelta(hours=1)
    return f'{field} >= "{local:%Y/%m/%d %H:%M}"'
