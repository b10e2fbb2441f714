"""The little JQL the stand-in understands; what a real Jira refuses is refused here in its words."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from tests.blackbox.issues import LABEL, LINK, Shape, at_ms

TOKEN = re.compile(
    r"""\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|>=|<=|!=|[=<>(),]|cf\[\d+\]|[^\s=<>!(),"']+)"""
)
Test = Callable[[Shape], bool]
SORTABLE = {"id", "issuekey", "key", "created", "updated", "project", "status", "assignee"}


def select(jira: Any, jql: str) -> list[Shape]:
    """The issues that match, in the order asked for. Raises the stand-in's RefusedError."""
    return _Parser(jira, jql).run()


class _Parser:
    def __init__(self, jira: Any, jql: str) -> None:
        from tests.blackbox.strange_jira import RefusedError  # it imports this module

        self.refused, self.jira = RefusedError, jira
        self.left = [found.group(1) for found in TOKEN.finditer(jql)]
        if "".join(jql.split()) != "".join("".join(one.split()) for one in self.left):
            raise RefusedError(f"Error in the JQL Query: {jql}")

    def run(self) -> list[Shape]:
        test = self._any() if self.left and self._peek() != "order" else None
        if test is None and self.jira.cloud:
            raise self.refused("Unbounded JQL queries are not allowed here. Please add a search restriction.")
        chosen = [one for one in self.jira.issues if test is None or test(one)]
        return self._ordered(chosen)

    def _ordered(self, chosen: list[Shape]) -> list[Shape]:
        names: list[tuple[str, bool]] = []
        if self.left:
            self._take("order")
            self._take("by")
        while self.left:
            name = self._word()
            if name not in SORTABLE:
                raise self.refused(f"Not able to sort using field '{name}'.")
            down = self._peek() == "desc"
            if self._peek() in ("asc", "desc"):
                self._word()
            names.append((name, down))
            if self.left:
                self._take(",")
        for name, down in reversed(names or [("id", True)]):
            chosen = sorted(chosen, key=partial(self._sorts, name), reverse=down)
        return chosen

    def _sorts(self, name: str, issue: Shape) -> Any:
        if name in ("created", "updated"):
            return _instant(issue, name)
        return int(issue["id"])

    # ------------------------------------------------------------------ clauses

    def _any(self) -> Test:
        tests = [self._all()]
        while self._peek() == "or":
            self._word()
            tests.append(self._all())
        return lambda one: any(test(one) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._peek() == "and":
            self._word()
            tests.append(self._one())
        return lambda one: all(test(one) for test in tests)

    def _one(self) -> Test:
        if self._peek() == "not":
            self._word()
            inner = self._one()
            return lambda one: not inner(one)
        if self._peek() == "(":
            self._take("(")
            inner = self._any()
            self._take(")")
            return inner
        name, sign = self._word(), self._sign()
        return self._clause(name, sign, self._values())

    def _sign(self) -> str:
        sign = self._word()
        if sign in ("is", "not", "in") and self._peek() in ("not", "in"):
            sign += " " + self._word()
        return sign

    def _values(self) -> list[str]:
        if self._peek() != "(":
            return [self._word(keep=True)]
        self._take("(")
        found = [self._word(keep=True)]
        while self._peek() == ",":
            self._take(",")
            found.append(self._word(keep=True))
        self._take(")")
        return found

    def _clause(self, name: str, sign: str, values: list[str]) -> Test:
        positive = sign in ("=", "in", "is")
        if name in ("updated", "created"):
            return self._by_time(name, sign, values[0])
        if sign not in ("=", "!=", "in", "not in", "is", "is not"):
            raise self.refused(f"The operator '{sign}' is not supported by the '{name}' field.")
        read = self._reader(name, values)
        wanted = {None if one.lower() in ("empty", "null") else one for one in values}
        return lambda one: bool(set(read(one)) & wanted) == positive

    def _reader(self, name: str, values: list[str]) -> Callable[[Shape], list[Any]]:
        known = {one["fields"]["project"]["key"] for one in self.jira.issues if one.get("fields")}
        for value in values:
            if name == "project" and value.lower() not in ("empty", "null") and value not in known:
                raise self.refused(f"The value '{value}' does not exist for the field 'project'.")
            asks = name in ("id", "key", "issue", "issuekey", "parent")
            if asks and not self.jira.found(value):
                raise self.refused(f"An issue with key '{value}' does not exist for field '{name}'.")
        fields: dict[str, Callable[[Shape], list[Any]]] = {
            "project": lambda one: [one["fields"]["project"]["key"]],
            "parent": lambda one: list((one["fields"].get("parent") or {"id": None}).values()),
            "issuetype": lambda one: [one["fields"]["issuetype"]["id"], one["fields"]["issuetype"]["name"]],
            f"cf[{LINK[12:]}]": lambda one: [one["fields"].get(LINK)],
            f"cf[{LABEL[12:]}]": lambda one: [one["fields"].get(LABEL)],
            **dict.fromkeys(("id", "key", "issue", "issuekey"), lambda one: [one["id"], one["key"]]),
        }
        if name not in fields or (name == "parent" and not self.jira.cloud and len(values) > 1_000):
            raise self.refused(f"Field '{name}' does not exist or you do not have permission to view it.")
        return lambda one: fields[name](one) if one.get("fields") else [None]

    def _by_time(self, name: str, sign: str, value: str) -> Test:
        limit = self._limit(value)
        if limit is None or sign not in (">=", ">", "<", "<="):
            raise self.refused(f"Date value '{value}' for field '{name}' is invalid.")
        signs: dict[str, Callable[[int], bool]] = {
            ">=": lambda at: at >= limit, ">": lambda at: at > limit,
            "<": lambda at: at < limit, "<=": lambda at: at <= limit,
        }  # fmt: skip
        return lambda one: signs[sign](_instant(one, name))

    def _limit(self, value: str) -> int | None:
        """Epoch milliseconds where this Jira takes them, else minutes in the zone of who asks."""
        if value.isdigit():
            return int(value) if self.jira.takes_epochs else None
        try:
            local = datetime.strptime(value, "%Y/%m/%d %H:%M").replace(tzinfo=ZoneInfo(self.jira.zone))
        except ValueError:
            return None
        return int(local.timestamp() * 1000)

    # ------------------------------------------------------------------ words

    def _peek(self) -> str:
        return self.left[0].lower() if self.left else ""

    def _word(self, keep: bool = False) -> str:
        if not self.left:
            raise self.refused("Error in the JQL Query: the query ended early.")
        word = self.left.pop(0)
        word = re.sub(r"\\(.)", r"\1", word[1:-1]) if word[0] in "\"'" else word
        return word if keep else word.lower()

    def _take(self, wanted: str) -> None:
        if (word := self._word()) != wanted:
            raise self.refused(f"Error in the JQL Query: Expecting '{wanted}' but got '{word}'.")


def _instant(issue: Shape, name: str) -> int:
    value = (issue.get("fields") or {}).get(name)
    return at_ms(value.removesuffix("+0000")) if isinstance(value, str) and value.endswith("+0000") else 0
