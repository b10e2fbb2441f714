"""What stakeholders see: the same facts without any person in them. Called where facts of projects are made.

It goes through all of the facts, so that what is added to them later holds no person either.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from pydantic import BaseModel

from phasewise.core.model import Rule
from phasewise.core.rights import Asker
from phasewise.usecases.portfolio import LaneFacts, Member, Person, Portfolio, Trouble

Facts = TypeVar("Facts")

NOBODY = Person("", None)
PERSONS = (Person, Member, LaneFacts)
"""Left out of every list, None where there is one."""
NAMED = frozenset({"owner", "assignee", "person", "people", "names"})
"""Fields that hold ids or names of persons."""
TYPED = frozenset({"by", "audience", "feedback", "actions", "agreed_by", "author", "scientist", "engineer"})
"""Fields of text in which people name persons."""
ABOUT_SOMEBODY = frozenset(
    {
        Rule.ONE_ACTIVE,
        Rule.NOTHING_ACTIVE,
        Rule.WATCHING_OVER_CAP,
        Rule.PAUSED_OVER_CAP,
        Rule.FLIP_FLOP,
    }
)


def seen_by(asker: Asker, facts: Facts) -> Facts:
    """The facts as they are, or without persons for those who may not know who does what."""
    if asker.sees_people:
        return facts
    shown: Facts = _without_people(facts)
    if isinstance(facts, Portfolio) and isinstance(shown, Portfolio):
        # What is counted is the same for everybody, though whose it is stays unsaid.
        return replace(shown, lanes=_nobodys(facts.lanes), troubles=_nobodys(facts.troubles))
    return shown


def _nobodys(value: Any) -> Any:
    """The same with nobody in the place of every person."""
    if isinstance(value, Person):
        return NOBODY
    if isinstance(value, tuple):
        return tuple(_nobodys(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _nobodys(getattr(value, field.name)) for field in fields(value)})
    return value


def _without_people(value: Any) -> Any:
    if _is_left_out(value):
        return None
    if isinstance(value, tuple | list):
        kept = [_without_people(one) for one in value if not _is_left_out(one)]
        return type(value)(kept)
    if isinstance(value, Mapping):
        return {key: _without_people(one) for key, one in value.items()}
    if isinstance(value, BaseModel):
        return value.model_copy(update={name: _field(name, one) for name, one in value})
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value) if field.init]
        return replace(value, **{name: _field(name, getattr(value, name)) for name in names})
    return value


def _field(name: str, value: Any) -> Any:
    """The value of a field; where it would name persons, none of them."""
    if name in TYPED and isinstance(value, str):
        return ""
    if name not in NAMED:
        return _without_people(value)
    return type(value)() if isinstance(value, tuple | list | dict) else None


def _is_left_out(value: Any) -> bool:
    return isinstance(value, PERSONS) or (isinstance(value, Trouble) and value.rule in ABOUT_SOMEBODY)
