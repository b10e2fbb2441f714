"""Says in which lines an answer of the API differs from the one expected."""

from collections.abc import Iterator, Mapping
from typing import Any

TOLERANCE_DAYS = 0.001 + 1e-9
NAMED_BY = (("id",), ("phase", "start"), ("person",), ("key",), ("start",))
"""What tells the entries of a list apart; the first of these that all entries on both sides have."""
IN_ANY_ORDER = ("people", "issues", "evidence", "active", "watching", "paused", "done_keys")


def differences(expected: Any, actual: Any) -> list[str]:
    """One readable line per difference. What only `actual` has beside the expected fields is no difference,
    but what it has more in a list is; durations in days and weeks may be 0.001 apart."""
    return list(_between(expected, actual, ""))


def _between(expected: Any, actual: Any, path: str) -> Iterator[str]:
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for name, value in expected.items():
            if name in actual:
                yield from _between(value, actual[name], f"{path}.{name}" if path else str(name))
            else:
                yield f"{path}.{name}: missing, expected {value!r}"
    elif isinstance(expected, list) and isinstance(actual, list):
        yield from _between_lists(expected, actual, path)
    elif not _equal(expected, actual, path):
        yield f"{path}: expected {expected!r}, got {actual!r}"


def _between_lists(expected: list[Any], actual: list[Any], path: str) -> Iterator[str]:
    if any(isinstance(entry, Mapping) for entry in [*expected, *actual]):
        fields = _named_by([*expected, *actual])
        wanted, given = _by_name(expected, fields), _by_name(actual, fields)
        yield from (f"{path}[{name}]: missing" for name in wanted.keys() - given.keys())
        yield from (f"{path}[{name}]: not expected" for name in given.keys() - wanted.keys())
        for name in wanted.keys() & given.keys():
            yield from _between(wanted[name], given[name], f"{path}[{name}]")
        if len(actual) != len(given):
            yield f"{path}: {len(actual) - len(given)} entries come twice"
    elif _comparable(expected, path) != _comparable(actual, path):
        yield f"{path}: expected {expected!r}, got {actual!r}"


def _comparable(values: list[Any], path: str) -> list[Any]:
    return sorted(values) if path.rpartition(".")[2] in IN_ANY_ORDER else values


def _named_by(entries: list[Any]) -> tuple[str, ...]:
    return next(fields for fields in NAMED_BY if all(name in entry for entry in entries for name in fields))


def _by_name(entries: list[Any], fields: tuple[str, ...]) -> dict[str, Any]:
    return {" ".join(str(entry[name]) for name in fields): entry for entry in entries}


def _equal(expected: Any, actual: Any, path: str) -> bool:
    if path.endswith(("_days", "_weeks")) and expected is not None and actual is not None:
        return abs(float(expected) - float(actual)) <= TOLERANCE_DAYS
    return type(expected) is type(actual) and bool(expected == actual)
