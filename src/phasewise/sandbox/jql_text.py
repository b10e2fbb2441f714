"""JQL as text: its words, its grammar, the tree it makes. `jql_match` turns the tree into a test."""

import re
from dataclasses import dataclass
from typing import NoReturn


class JqlError(Exception):
    """The query is refused; the text is one of Jira's `errorMessages`."""


@dataclass(frozen=True, slots=True)
class Word:
    """A literal. Quoted ones are never read as numbers, EMPTY or keywords."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: tuple[str, ...]


Operand = Word | Call | tuple[Word | Call, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    field: str
    operator: str
    operand: Operand


@dataclass(frozen=True, slots=True)
class Both:
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Either:
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: "Node"


Node = Clause | Both | Either | Not


@dataclass(frozen=True, slots=True)
class Query:
    """`where` is None for a query without restriction; `order` are (field, descending)."""

    where: Node | None
    order: tuple[tuple[str, bool], ...]


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<symbol><=|>=|!=|!~|&&|\|\||[=<>~()!,&|])
    | (?P<cf>cf\s*\[\s*\d+\s*\])
    | (?P<word>[^\s"'=<>~()!,&|\[\]{}*/%^$#@`;?\\]+)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_SPECIAL = {"n": "\n", "t": "\t", "r": "\r"}
MAX_DEPTH = 100

_RESERVED_WORDS = """
abort access add after alias all alter and any as asc audit avg before begin between boolean break
by byte catch cf char character check checkpoint collate collation column commit connect continue
count create current date decimal declare decrement default defaults define delete delimiter desc
difference distinct divide do double drop else encoding end equals escape exclusive exec execute
exists explain false fetch file field first float for from function go goto grant greater group
having identified if immediate in increment index initial inner inout input insert int integer
intersect intersection into is isempty isnull join last left less like limit lock long max min minus
mode modify modulo more multiply next noaudit not notin nowait number object of on option or order
outer output power previous prior privileges public raise raw remainder rename resource return
returns revoke right row rowid rownum rows select session set share size sqrt start strict string
subtract sum synonym table then to trans transaction trigger true uid union unique update user
validate values view when whenever where while with
"""
RESERVED = frozenset(_RESERVED_WORDS.split())
"""Words that JQL wants quoted, a project key among them."""


def parse(text: str) -> Query:
    """The tree of a query; JqlError says what is not understood, and where."""
    return _Parser(text).query()


def _unescape(match: re.Match[str]) -> str:
    escaped = match[1]
    return chr(int(escaped[1:], 16)) if len(escaped) == 5 else _SPECIAL.get(escaped, escaped)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str, int]] = []
        self.position = 0
        self.depth = 0
        at = 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            if match is None:
                self._bad_character(at)
            kind = match.lastgroup or ""
            self.tokens.append((kind, match[kind], match.start(kind)))
            at = match.end()

    def _bad_character(self, at: int) -> NoReturn:
        at += len(self.text[at:]) - len(self.text[at:].lstrip())
        character = self.text[at]
        where = f"(line 1, character {at + 1})"
        if character in "\"'":
            raise JqlError(
                f"Error in the JQL Query: The quoted string '{self.text[at + 1 :]}' has not been completed. "
                f"{where}"
            )
        raise JqlError(
            f"Error in the JQL Query: The character '{character}' is a reserved JQL character. You must "
            f"enclose it in a string or use the escape '\\u{ord(character):04x}' instead. {where}"
        )

    # ---------------------------------------------------------------- words

    def _peek(self, ahead: int = 0) -> tuple[str, str, int]:
        index = self.position + ahead
        return self.tokens[index] if index < len(self.tokens) else ("end", "", len(self.text))

    def _is(self, *texts: str, ahead: int = 0) -> bool:
        kind, text, _ = self._peek(ahead)
        return kind in ("word", "symbol") and text.lower() in texts

    def _take(self, *texts: str) -> bool:
        if self._is(*texts):
            self.position += 1
            return True
        return False

    def _fail(self, expected: str) -> NoReturn:
        kind, text, at = self._peek()
        got = "the query ended" if kind == "end" else f"got '{text}'"
        raise JqlError(
            f"Error in the JQL Query: Expecting {expected} but {got}. (line 1, character {at + 1})"
        )

    def _literal(self, expected: str) -> Word:
        kind, text, _ = self._peek()
        if kind == "quoted":
            self.position += 1
            return Word(_ESCAPE.sub(_unescape, text[1:-1]), True)
        if kind == "word" and text.lower() in RESERVED:
            raise JqlError(
                f"Error in the JQL Query: '{text}' is a reserved JQL word. You must surround it in quotation "
                f"marks to use it in a query. (line 1, character {self._peek()[2] + 1})"
            )
        if kind != "word":
            self._fail(expected)
        self.position += 1
        return Word(text)

    # ---------------------------------------------------------------- grammar

    def query(self) -> Query:
        where = None
        if self._peek()[0] != "end" and not (self._is("order") and self._is("by", ahead=1)):
            where = self._either()
        order = self._order()
        if self._peek()[0] != "end":
            self._fail("either 'OR' or 'AND'")
        return Query(where, order)

    def _order(self) -> tuple[tuple[str, bool], ...]:
        if not self._take("order"):
            return ()
        if not self._take("by"):
            self._fail("'by'")
        terms: list[tuple[str, bool]] = []
        while True:
            field = self._field()
            descending = self._is("desc")
            self._take("asc", "desc")
            terms.append((field, descending))
            if not self._take(","):
                return tuple(terms)

    def _either(self) -> Node:
        parts = [self._both()]
        while self._take("or", "||", "|"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self) -> Node:
        parts = [self._negated()]
        while self._take("and", "&&", "&"):
            parts.append(self._negated())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _negated(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise JqlError("Error in the JQL Query: The query is nested too deeply.")
        try:
            if self._take("not", "!"):
                return Not(self._negated())
            if self._take("("):
                inside = self._either()
                if not self._take(")"):
                    self._fail("')'")
                return inside
            return self._clause()
        finally:
            self.depth -= 1

    def _field(self) -> str:
        kind, text, _ = self._peek()
        if kind == "cf":
            self.position += 1
            return re.sub(r"\s", "", text).lower()
        return self._literal("a field name").text

    def _clause(self) -> Clause:
        field = self._field()
        operator = self._operator()
        if operator in ("in", "not in") and not self._is("(") and not self._is("(", ahead=1):
            self._fail("'('")
        if operator in ("in", "not in") and self._is("("):
            return Clause(field, operator, self._list())
        operand = self._operand()
        if operator in ("is", "is not") and not is_empty(operand):
            raise JqlError(
                f"Operator '{operator}' should only be used to check for 'EMPTY' or 'NULL' for the field "
                f"'{field}'."
            )
        return Clause(field, operator, operand)

    def _operator(self) -> str:
        kind, text, _ = self._peek()
        if kind == "symbol" and text in ("=", "!=", "<", "<=", ">", ">=", "~", "!~"):
            self.position += 1
            return text
        if self._take("in"):
            return "in"
        if self._is("not") and self._is("in", ahead=1):
            self.position += 2
            return "not in"
        if not self._take("is"):
            self._fail("operator")
        return "is not" if self._take("not") else "is"

    def _operand(self) -> Word | Call:
        word = self._literal("a value, list or function")
        if word.quoted or not self._take("("):
            return word
        arguments: list[str] = []
        while not self._take(")"):
            arguments.append(self._literal("')'").text)
            self._take(",")
        return Call(word.text, tuple(arguments))

    def _list(self) -> tuple[Word | Call, ...]:
        self._take("(")
        found = [self._operand()]
        while self._take(","):
            found.append(self._operand())
        if not self._take(")"):
            self._fail("')' or ','")
        return tuple(found)


def is_empty(operand: Operand) -> bool:
    return isinstance(operand, Word) and not operand.quoted and operand.text.lower() in ("empty", "null")
