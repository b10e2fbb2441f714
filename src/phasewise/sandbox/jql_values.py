"""What the values of a JQL clause stand for: names, ids and functions become sets of ids or an instant.

`jql_match` asks; a value that does not exist is refused the way Jira refuses it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from phasewise.sandbox import catalogue
from phasewise.sandbox.access import Caller
from phasewise.sandbox.jql_text import Call, JqlError, Operand, Word
from phasewise.sandbox.model import Issue
from phasewise.sandbox.times import DAY_MS, local_instant, period_ms, start_of_day
from phasewise.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Scope:
    """Who asks, of which site, when. `lenient`: unknown values match nothing instead of being refused."""

    world: World
    caller: Caller
    now: int
    lenient: bool = False

    def unknown(self, field: str, value: str) -> frozenset[str]:
        if self.lenient:
            return frozenset()
        raise JqlError(f"The value '{value}' does not exist for the field '{field}'.")

    def visible(self, issue: Issue) -> bool:
        return self.caller.may_see(issue)


def each(operand: Operand) -> tuple[Word | Call, ...]:
    return operand if isinstance(operand, tuple) else (operand,)


def refusal(call: Call, field: str) -> JqlError:
    """What is wrong with a function: there is none such, or not for this field."""
    known = ("currentuser", "subtaskissuetypes", "standardissuetypes", "now", "startofday")
    if call.name.lower() not in known:
        return JqlError(f"Unable to find JQL function '{call.name}({', '.join(call.arguments)})'.")
    return JqlError(f"The function '{call.name}' cannot be used with the field '{field}'.")


def _by_name(field: str, word: Word, scope: Scope, known: Iterable[tuple[str, str]]) -> frozenset[str]:
    wanted = word.text.lower()
    found = frozenset(id for id, name in known if id.lower() == wanted or name.lower() == wanted)
    return found or scope.unknown(field, word.text)


def space_ids(scope: Scope, value: Word | Call) -> frozenset[str]:
    if isinstance(value, Call):
        raise refusal(value, "project")
    world = scope.world
    space = world.space(value.text) or next(
        (s for s in world.spaces.values() if s.name.lower() == value.text.lower()), None
    )
    if space is None or not scope.caller.may_browse(space.id):
        return scope.unknown("project", value.text)
    return frozenset({space.id})


def type_ids(scope: Scope, value: Word | Call) -> frozenset[str]:
    world = scope.world
    if isinstance(value, Call):
        wanted = {"subtaskissuetypes": True, "standardissuetypes": False}.get(value.name.lower())
        if wanted is None:
            raise refusal(value, "issuetype")
        return frozenset(t.id for t in world.types.values() if t.subtask == wanted)
    return _by_name("issuetype", value, scope, ((t.id, t.name) for t in world.types.values()))


def status_ids(scope: Scope, value: Word | Call) -> frozenset[str]:
    if isinstance(value, Call):
        raise refusal(value, "status")
    return _by_name("status", value, scope, ((s.id, s.name) for s in scope.world.statuses.values()))


def category_statuses(scope: Scope, value: Word | Call) -> frozenset[str]:
    """The ids of all statuses of a category, named by key, id or name."""
    if isinstance(value, Call):
        raise refusal(value, "statusCategory")
    wanted = value.text.lower()
    for key, (number, name, _, _) in catalogue.CATEGORIES.items():
        if wanted in (key, str(number), name.lower(), scope.world.localised(name).lower()):
            return frozenset(s.id for s in scope.world.statuses.values() if s.category == key)
    return scope.unknown("statusCategory", value.text)


def named_ids(registry: str, field: str) -> Callable[[Scope, Word | Call], frozenset[str]]:
    def resolve(scope: Scope, value: Word | Call) -> frozenset[str]:
        if isinstance(value, Call):
            raise refusal(value, field)
        known = getattr(scope.world, registry)
        return _by_name(field, value, scope, ((n.id, n.name) for n in known.values()))

    return resolve


def user_ids(field: str) -> Callable[[Scope, Word | Call], frozenset[str]]:
    def resolve(scope: Scope, value: Word | Call) -> frozenset[str]:
        if isinstance(value, Call):
            if value.name.lower() != "currentuser":
                raise refusal(value, field)
            return frozenset({scope.caller.user_id}) if scope.caller.user_id else frozenset()
        user = scope.world.user(value.text)
        return frozenset({user.id}) if user else scope.unknown(field, value.text)

    return resolve


def issue_ids(scope: Scope, field: str, value: Word | Call) -> frozenset[int]:
    """An issue by key (old keys too) or id; one that is not there, or not shown, is refused."""
    if isinstance(value, Call):
        raise refusal(value, field)
    issue = scope.world.issue(value.text)
    if issue is not None and scope.visible(issue):
        return frozenset({issue.id})
    if scope.lenient:
        return frozenset()
    if value.text.isdigit():
        raise JqlError(f"A value with ID '{value.text}' does not exist for the field '{field}'.")
    raise JqlError(f"An issue with key '{value.text}' does not exist for field '{field}'.")


def option_ids(scope: Scope, field_id: str, name: str, value: Word | Call) -> frozenset[str]:
    if isinstance(value, Call):
        raise refusal(value, name)
    options = scope.world.fields[field_id].options.values()
    wanted = value.text.lower()
    found = frozenset(o.id for o in options if wanted in (o.id, o.name.lower()))
    return found or scope.unknown(name, value.text) if options else frozenset({value.text})


def instant(scope: Scope, field: str, value: Word | Call) -> int:
    """A literal in the caller's zone, epoch milliseconds, a period from now, `now()` or `startOfDay()`."""
    if isinstance(value, Call):
        if value.name.lower() == "now" and not value.arguments:
            return scope.now
        if value.name.lower() == "startofday" and len(value.arguments) <= 1:
            return _start_of_day(scope, value)
        raise refusal(value, field)
    if not value.quoted and value.text.lstrip("-").isdigit():
        return int(value.text[:18])
    period = period_ms(value.text)
    if period is not None:
        return scope.now + period
    literal = local_instant(value.text, scope.caller.zone)
    if literal is None:
        raise JqlError(
            f"Date value '{value.text}' for field '{field}' is invalid. Valid formats include: "
            "'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format "
            "e.g. '-5d', '4w 2d'."
        )
    return literal


def _start_of_day(scope: Scope, call: Call) -> int:
    today = start_of_day(scope.now, scope.caller.zone)
    if not call.arguments:
        return today
    shift = call.arguments[0]
    period = period_ms(shift) if not shift.lstrip("+-").isdigit() else int(shift) * DAY_MS
    if period is None:
        raise JqlError(f"Unable to parse the increment '{shift}' of the function 'startOfDay'.")
    # A whole number of days is counted on the calendar: the day before a clock change is not 24 hours away.
    if period % DAY_MS == 0:
        return start_of_day(today + period + DAY_MS // 2, scope.caller.zone)
    return today + period


def is_relative(value: Word | Call) -> bool:
    """True where the same text means another instant a moment later."""
    return isinstance(value, Call) or period_ms(value.text) is not None
