"""JQL as a test of issues: the tree of `jql_text` compiled against a site. `search` runs it."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from phasewise.sandbox import jql_values as values
from phasewise.sandbox.adf import plain_text
from phasewise.sandbox.given import given_fields
from phasewise.sandbox.jql_text import (
    Both,
    Call,
    Clause,
    Either,
    JqlError,
    Node,
    Not,
    Operand,
    Word,
    is_empty,
)
from phasewise.sandbox.jql_values import Scope, each
from phasewise.sandbox.model import Field, Issue
from phasewise.sandbox.times import local_instant

Test = Callable[[Issue], bool]

_ORDERING: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compile_test(scope: Scope, node: Node) -> Test:
    """True for the issues that a query matches; JqlError where a field, operator or value makes no sense."""
    if isinstance(node, Clause):
        return _clause(scope, node)
    if isinstance(node, Not):
        inner = compile_test(scope, node.part)
        return lambda issue: not inner(issue)
    tests = [compile_test(scope, part) for part in node.parts]
    if isinstance(node, Both):
        return lambda issue: all(test(issue) for test in tests)
    return lambda issue: any(test(issue) for test in tests)


def is_volatile(node: Node | None) -> bool:
    """True where the answer changes with the clock alone."""
    if isinstance(node, Clause):
        return any(values.is_relative(value) for value in each(node.operand))
    if isinstance(node, Not):
        return is_volatile(node.part)
    return any(is_volatile(part) for part in node.parts) if isinstance(node, Both | Either) else False


@dataclass(frozen=True, slots=True)
class Searchable:
    """A field of the query language: how to read it from an issue, what its values mean, what it allows."""

    read: Callable[[Scope], Callable[[Issue], Any]]
    resolve: Callable[[Scope, Word | Call], frozenset[Any]]
    operators: frozenset[str] = frozenset({"=", "!=", "in", "not in", "is", "is not"})


def _attribute(name: str) -> Callable[[Scope], Callable[[Issue], Any]]:
    return lambda _scope: operator.attrgetter(name)


def _parent_of(scope: Scope) -> Callable[[Issue], Any]:
    """Data Center's `parent` is that of sub-tasks only."""
    if scope.world.cloud:
        return operator.attrgetter("parent")
    return lambda issue: issue.parent if scope.world.level(issue) < 0 else None


def _epic_of(scope: Scope) -> Callable[[Issue], Any]:
    return lambda issue: issue.parent if scope.world.level(issue) >= 0 else None


def _label(_scope: Scope, value: Word | Call) -> frozenset[str]:
    if isinstance(value, Call):
        raise values.refusal(value, "labels")
    return frozenset({value.text.lower()})


def _issues(field: str) -> Callable[[Scope, Word | Call], frozenset[int]]:
    return lambda scope, value: values.issue_ids(scope, field, value)


_SEARCHABLE: dict[str, Searchable] = {
    "project": Searchable(_attribute("space"), values.space_ids),
    "issuetype": Searchable(_attribute("type"), values.type_ids),
    "type": Searchable(_attribute("type"), values.type_ids),
    "status": Searchable(_attribute("status"), values.status_ids),
    "statuscategory": Searchable(_attribute("status"), values.category_statuses),
    "assignee": Searchable(_attribute("assignee"), values.user_ids("assignee")),
    "reporter": Searchable(_attribute("reporter"), values.user_ids("reporter")),
    "creator": Searchable(_attribute("creator"), values.user_ids("creator")),
    "priority": Searchable(_attribute("priority"), values.named_ids("priorities", "priority")),
    "resolution": Searchable(_attribute("resolution"), values.named_ids("resolutions", "resolution")),
    "labels": Searchable(lambda _: lambda issue: tuple(x.lower() for x in issue.labels), _label),
    "parent": Searchable(_parent_of, _issues("parent")),
    "epic link": Searchable(_epic_of, _issues("Epic Link")),
}
_KEYS = ("id", "key", "issue", "issuekey")
_DATES = {
    "created": "created",
    "createddate": "created",
    "updated": "updated",
    "updateddate": "updated",
    "resolved": "resolved",
    "resolutiondate": "resolved",
    "statuscategorychangeddate": "status_since",
    "due": "due",
    "duedate": "due",
}
_TEXTS = ("summary", "description")


def _clause(scope: Scope, clause: Clause) -> Test:
    field = clause.field.lower()
    if field in _KEYS:
        return _key_test(scope, clause)
    if field in _DATES:
        return _date_test(scope, clause, _DATES[field])
    if field in _TEXTS:
        return _text_test(clause, field)
    searchable = _SEARCHABLE.get(field) or _custom(scope, clause.field)
    return _set_test(scope, clause, searchable)


def _allow(clause: Clause, allowed: frozenset[str]) -> None:
    if clause.operator not in allowed:
        raise JqlError(f"The operator '{clause.operator}' is not supported by the '{clause.field}' field.")


def _set_test(scope: Scope, clause: Clause, searchable: Searchable) -> Test:
    _allow(clause, searchable.operators)
    read = searchable.read(scope)
    wants_empty = any(is_empty(value) for value in each(clause.operand))
    wanted: frozenset[Any] = frozenset().union(
        *(searchable.resolve(scope, value) for value in each(clause.operand) if not is_empty(value))
    )
    if clause.operator in ("=", "in", "is"):
        return lambda issue: _is_among(read(issue), wanted, wants_empty)
    # JQL's negations never match an empty field, `is not EMPTY` apart, which asks for just that.
    return lambda issue: (found := read(issue)) not in (None, ()) and not _is_among(found, wanted, False)


def _is_among(found: Any, wanted: frozenset[Any], wants_empty: bool) -> bool:
    if found is None or found == ():
        return wants_empty
    if isinstance(found, tuple):
        return not wanted.isdisjoint(found)
    return found in wanted


def _key_test(scope: Scope, clause: Clause) -> Test:
    if clause.operator in ("<", "<=", ">", ">="):
        return _key_order_test(scope, clause)
    _allow(clause, frozenset({"=", "!=", "in", "not in", "is", "is not"}))
    wanted: frozenset[int] = frozenset().union(
        *(values.issue_ids(scope, clause.field, v) for v in each(clause.operand) if not is_empty(v))
    )
    if clause.operator in ("=", "in", "is"):
        return lambda issue: issue.id in wanted
    return lambda issue: issue.id not in wanted


def _key_order_test(scope: Scope, clause: Clause) -> Test:
    """Keys are ordered within their project only."""
    operand = each(clause.operand)[0]
    found = values.issue_ids(scope, clause.field, operand)
    if not found:
        return lambda _issue: False
    (pivot_id,) = found
    pivot = scope.world.issues[pivot_id]
    space, number, compare = pivot.space, pivot.number, _ORDERING[clause.operator]
    return lambda issue: issue.space == space and compare(issue.number, number)


def _date_test(scope: Scope, clause: Clause, attribute: str) -> Test:
    read = _due(scope) if attribute == "due" else operator.attrgetter(attribute)
    if clause.operator in ("is", "is not") or is_empty(clause.operand):
        wants_empty = clause.operator in ("is", "=")
        return lambda issue: (read(issue) is None) == wants_empty
    if clause.operator in ("in", "not in"):
        instants = {values.instant(scope, clause.field, value) for value in each(clause.operand)}
        inside = clause.operator == "in"
        return lambda issue: (read(issue) in instants) == inside
    _allow(clause, frozenset(_ORDERING))
    compare, limit = _ORDERING[clause.operator], values.instant(scope, clause.field, each(clause.operand)[0])
    return lambda issue: (at := read(issue)) is not None and compare(at, limit)


def _due(scope: Scope) -> Callable[[Issue], int | None]:
    """A due date has no time of day: it is the midnight that begins it, where the caller lives."""
    return lambda issue: local_instant(issue.due, scope.caller.zone) if issue.due else None


def _text_test(clause: Clause, field: str) -> Test:
    read = operator.attrgetter(field)
    if clause.operator in ("is", "is not"):
        wants_empty = clause.operator == "is"
        return lambda issue: (not plain_text(read(issue))) == wants_empty
    _allow(clause, frozenset({"~", "!~"}))
    phrase = each(clause.operand)[0]
    if isinstance(phrase, Call):
        raise values.refusal(phrase, field)
    words = phrase.text.strip('"').lower().replace("*", "").split()
    contains = clause.operator == "~"
    return lambda issue: all(w in (plain_text(read(issue)) or "").lower() for w in words) == contains


# ------------------------------------------------------------------ custom fields


def find_custom(scope: Scope, name: str) -> Field | None:
    """The field of `cf[10048]` or of a custom field's name, whatever the case."""
    wanted = name.lower()
    return next(
        (f for f in scope.world.fields.values() if f.custom and wanted in (c.lower() for c in f.clauses)),
        None,
    )


def _custom(scope: Scope, name: str) -> Searchable:
    field = find_custom(scope, name)
    if field is None:
        raise JqlError(f"Field '{name}' does not exist or you do not have permission to view it.")
    if field is scope.world.epic_link:
        return _SEARCHABLE["epic link"]
    id, has_options = field.id, bool(field.options)
    return Searchable(
        lambda _scope: lambda issue: _custom_value(issue, id, has_options=has_options),
        lambda scope, value: values.option_ids(scope, id, name, value),
    )


def _custom_value(issue: Issue, id: str, *, has_options: bool) -> Any:
    """Option ids, or the texts of any other value; a loaded issue's are looked up in what was given."""
    value = issue.custom.get(id) if issue.custom else None
    if has_options:
        return value
    if value is None and issue.given is not None and id not in (issue.touched or ()):
        value = given_fields(issue).get(id)
    if isinstance(value, list | tuple):
        return tuple(str(one) for one in value)
    return None if value is None else str(value)


def operands_of(node: Node | None, field: str, operators: tuple[str, ...]) -> Operand | None:
    """What a query insists on for a field at its top level, if it does."""
    parts = node.parts if isinstance(node, Both) else (node,)
    for part in parts:
        if isinstance(part, Clause) and part.field.lower() == field and part.operator in operators:
            return part.operand
    return None
