"""The text of a comment, as effects keep it: paragraphs of texts, mentions and links. For `enforce`."""

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from phasewise.core.calendar import Calendar
from phasewise.core.findings import lasting
from phasewise.core.ladder import Said
from phasewise.core.model import Finding, Instant, Policy
from phasewise.store import sites
from phasewise.store.boards import issues_by_id, site_url
from phasewise.store.db import Connection
from phasewise.store.hands import names_of
from phasewise.usecases.enforcing.catalogue import CATALOGUE

Piece = Any
"""A text, `{"person", "name"}` or `{"text", "url"}`: see `jira.comment_text`."""

ASKS = (Said.ASK, Said.ASK_BREACH, Said.ASK_REFUSED)
SHARED = (Said.WAIVER_ASKED, Said.WAIVER_GRANTED, Said.WAIVER_DECLINED)
EXAMPLE_DAYS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a text is about: who is told, the ticket that is meant, those in hand; where it is back in; and a
    waiver's end and reason."""

    person: str | None
    issue: int
    tickets: tuple[int, ...] = ()
    status: str | None = None
    until: Instant | None = None
    reason: str = ""


def subject_of(finding: Finding | None, person: str | None, issue: int) -> Subject:
    """What is said about a finding, without a waiver."""
    return Subject(person, issue, (issue,) if finding is None else lasting(finding))


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said at an instant, with the names that the store knows."""

    connection: Connection
    site_id: int
    policy: Policy
    calendar: Calendar
    at: Instant

    def comment(self, rule: str, said: Said, subject: Subject) -> list[list[Piece]]:
        """The one comment about a finding, as it is to read now."""
        texts = [said.value if said in SHARED else f"{rule}.{said}"]
        if said in ASKS:
            texts.append("answer")
        return self._paragraphs(texts, subject)

    def hint(self, subject: Subject) -> list[list[Piece]]:
        """How to ask for a waiver."""
        return self._paragraphs(["hint"], subject)

    def _paragraphs(self, texts: Iterable[str], subject: Subject) -> list[list[Piece]]:
        values = self._values(subject)
        catalogue = CATALOGUE[self.policy.language]
        lines = [line for text in texts for line in catalogue[text].split("\n")]
        return [_joined(_filled(line, values)) for line in lines]

    def _values(self, subject: Subject) -> Mapping[str, list[Piece]]:
        known = issues_by_id(self.connection, self.site_id, {subject.issue, *subject.tickets})
        base = site_url(self.connection, self.site_id)
        links: dict[int, Piece] = {}
        for issue in (subject.issue, *subject.tickets):
            key = known[issue].key if issue in known else str(issue)
            links[issue] = {"text": key, "url": f"{base}/browse/{quote(key, safe='')}"}
        tickets = [piece for issue in subject.tickets for piece in (", ", links[issue])][1:]
        return {
            "person": self._person(subject.person),
            "ticket": [links[subject.issue]],
            "tickets": tickets or [links[subject.issue]],
            "status": [self._status(subject.status)],
            "limit": [f"{self.policy.limits.five_days:g}"],
            "day": [self._day(subject.until)],
            "reason": [subject.reason],
        }

    def _person(self, person: str | None) -> list[Piece]:
        if person is None:
            return []
        name = names_of(self.connection, self.site_id, [person]).get(person, person)
        return [{"person": person, "name": name}]

    def _status(self, status: str | None) -> str:
        names = {one.id: one.name for one in sites.statuses(self.connection, self.site_id)}
        return names.get(status or "", status or "")

    def _day(self, until: Instant | None) -> str:
        """The last day on which a waiver holds; an example where there is none."""
        if until is None:
            return (self.calendar.local_date(self.at) + EXAMPLE_DAYS).isoformat()
        return self.calendar.local_date(until - 1).isoformat()


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Texts beside each other as one."""
    joined: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        elif piece != "":
            joined.append(piece)
    return joined


def _filled(line: str, values: Mapping[str, list[Piece]]) -> list[Piece]:
    pieces: list[Piece] = []
    for text, name, _, _ in string.Formatter().parse(line):
        pieces.append(text.lstrip() if not pieces else text)
        pieces += values[name] if name else []
    return pieces
