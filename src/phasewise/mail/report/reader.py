"""For whom a report is written, and how much of it fits. Called by form and all parts of the letter."""

import re
from dataclasses import dataclass
from enum import StrEnum

from phasewise.core.digest import Digest, Problem
from phasewise.core.digest_views import ABOUT_SOMEBODY
from phasewise.core.model import Severity
from phasewise.mail.report.links import Links
from phasewise.mail.report.speech import Calendar


class Audience(StrEnum):
    """The team reads all; a stakeholder nothing about persons; an executive the worst and the totals."""

    TEAM = "team"
    STAKEHOLDER = "stakeholder"
    EXECUTIVE = "executive"


class Occasion(StrEnum):
    """Why it is sent: it is due, it was due while nobody could send it, or to try it."""

    DUE = "due"
    LATE = "late"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Room:
    """How many lines of each kind are printed; the rest is one line that says how many, and where."""

    projects: int = 60
    people: int = 30
    attention: int = 10
    changes: int = 8

    def less(self) -> "Room":
        """Where it was too long: people first, who are a click away, then projects."""
        if self.people > 8:
            return Room(self.projects, self.people // 2, self.attention, self.changes)
        return Room(self.projects * 3 // 4, self.people, self.attention, self.changes)


ROOM = {
    Audience.TEAM: Room(),
    Audience.STAKEHOLDER: Room(people=0),
    Audience.EXECUTIVE: Room(projects=5, people=0, attention=3, changes=0),
}


FOR_ALL = re.compile(r"|projects/[^/]+(/plan|/results)?")
"""The pages that stakeholders may open, as web/rights has them; the others are the team's own."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What every part of the letter needs to know."""

    digest: Digest
    audience: Audience
    dates: Calendar
    links: Links
    room: Room
    occasion: Occasion = Occasion.DUE

    @property
    def is_team(self) -> bool:
        return self.audience is Audience.TEAM

    def to(self, path: str, **query: str | int) -> str | None:
        """The address of a list, as of the report's instant; None for one that this reader may not open."""
        if not self.is_team and not FOR_ALL.fullmatch(path):
            return None
        return self.links.to(path, self.digest.instant, **query)

    def rules(self, **query: str) -> str | None:
        """The address of findings of this team. Where there is only one team, no list is asked for it."""
        team = {} if self.digest.team == "default" else {"team": self.digest.team}
        return self.to("rules", **team, **query)

    def ticket(self, url: str | None) -> str | None:
        """A ticket in Jira, for those who have an account."""
        return url if self.links.lists else None

    def may_read(self, problem: Problem) -> bool:
        """Hints are nobody's news, and what is about somebody is the team's own."""
        if problem.severity is Severity.HINT:
            return False
        return self.is_team or problem.rule not in ABOUT_SOMEBODY
