"""Dataclasses as plain JSON and back, by their own annotations. Called by digest, for what is kept of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import date
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Value = TypeVar("Value")


def to_plain(value: Any) -> Any:
    """Dataclasses become objects, tuples lists, enums their values, days `2026-11-19`; the rest stays."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: to_plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(to_plain(key)): to_plain(one) for key, one in value.items()}
    return [to_plain(one) for one in value] if isinstance(value, tuple) else value


def from_plain(made: type[Value], body: Mapping[str, Any]) -> Value:
    """The dataclass that `to_plain` made this of. What is not known any more is left out, and what was not
    known yet takes its default, so that what an older release kept can be read for ever."""
    kind: Any = made
    given = {
        name: _read(hint, body[name]) if name in body else _default(one)
        for name, (one, hint) in _fields_of(kind).items()
    }
    return made(**given)


@cache
def _fields_of(made: type) -> dict[str, tuple["Field[Any]", Any]]:
    hints = get_type_hints(made)
    return {one.name: (one, hints[one.name]) for one in fields(made)}


def _default(one: "Field[Any]") -> Any:
    """Raises ValueError where there is none: then it is no such thing."""
    if one.default is not MISSING:
        return one.default
    if one.default_factory is not MISSING:
        return one.default_factory()
    raise ValueError(f"{one.name} is missing")


def _read(hint: Any, value: Any) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        wanted = [one for one in inner if one is not NoneType]
        return _read(wanted[0], value) if value is not None and len(wanted) == 1 else value
    if origin is tuple:
        return tuple(_read(inner[0], one) for one in value)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {_read(inner[0], key): _read(inner[1], one) for key, one in value.items()}
    if isinstance(hint, type) and is_dataclass(hint):
        return from_plain(hint, value)
    if hint is date:
        return date.fromisoformat(value)
    return hint(value) if isinstance(hint, type) and issubclass(hint, Enum) else value


def changed(value: Any, kind: type, change: Callable[[Any], Any]) -> Any:
    """The same facts with another value in the place of each one of a kind, however deep it lies."""
    if isinstance(value, kind):
        return change(value)
    if isinstance(value, tuple):
        return tuple([changed(one, kind, change) for one in value])
    made: Any = type(value)
    names = _holding(made, kind)
    return (
        replace(value, **{name: changed(getattr(value, name), kind, change) for name in names})
        if names
        else value
    )


def found_in(value: Any, kind: type) -> Iterator[Any]:
    """All values of a kind among the facts, each as often as it stands there."""
    if isinstance(value, kind):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from found_in(each, kind)
    else:
        made: Any = type(value)
        for name in _holding(made, kind):
            yield from found_in(getattr(value, name), kind)


@cache
def _holding(made: Any, kind: Any) -> tuple[str, ...]:
    """The fields of a dataclass in which a value of the kind may lie: the others need no look."""
    hints = _fields_of(made) if hasattr(made, "__dataclass_fields__") else {}
    return tuple(name for name, (_, hint) in hints.items() if _may_hold(hint, kind))


def _may_hold(hint: Any, kind: Any) -> bool:
    inner = get_args(hint)
    return (
        hint is kind or any(_may_hold(one, kind) for one in inner) or bool(not inner and _holding(hint, kind))
    )
