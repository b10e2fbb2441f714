"""The fifteen-minute review: what of a team's draft report wants a decision, one thing at a time. Pure.

Called by web/review_page; what was decided is kept by store/reviews.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from phasewise.core.digest import Digest, PersonDigest, ProjectDigest
from phasewise.core.health import Colour
from phasewise.core.model import Instant, Severity

LONGEST_GAP_MS = 5 * 60_000
"""Between two decisions no more counts as review: somebody was called away."""

MINUTES = 15
"""What a review may take in a week."""


class ReviewChoice(StrEnum):
    """What can be decided about an exception."""

    HELP = "help"
    SPLIT = "split"
    WAIVE = "waive"
    PIVOT = "pivot"
    STOP = "stop"
    NOTHING = "nothing"


class ExceptionKind(StrEnum):
    PROJECT = "project"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class ReviewException:
    """A project or a person with something wrong. `asks` is how many of its records ask for somebody."""

    kind: ExceptionKind
    id: str
    project: ProjectDigest | None = None
    person: PersonDigest | None = None
    asks: int = 0

    @property
    def name(self) -> str:
        """Names it in an address and in the store: `project-10001`."""
        return f"{self.kind}-{self.id}"

    @property
    def choices(self) -> tuple[ReviewChoice, ...]:
        """Only a project can change its course or end."""
        of_projects = (ReviewChoice.PIVOT, ReviewChoice.STOP)
        return tuple(one for one in ReviewChoice if self.project is not None or one not in of_projects)


@dataclass(frozen=True, slots=True)
class Queue:
    """`exceptions` worst first; all other projects are `folded` into one list."""

    exceptions: tuple[ReviewException, ...]
    folded: tuple[ProjectDigest, ...]


def queue_of(digest: Digest, asks: Mapping[int, int]) -> Queue:
    """The exceptions of a draft: projects whose health is not green or whose records ask for somebody, as
    many as `asks` says by project, and people with a breach that is no project's."""
    wrong = [one for one in digest.projects if one.health.colour is not Colour.GREEN or asks.get(one.id)]
    projects = [
        ReviewException(ExceptionKind.PROJECT, str(one.id), project=one, asks=asks.get(one.id, 0))
        for one in wrong
    ]
    people = [
        ReviewException(ExceptionKind.PERSON, one.person.id, person=one)
        for one in digest.people
        if any(problem.severity is Severity.BREACH for problem in one.problems)
    ]
    there = {one.id for one in wrong}
    folded = tuple(one for one in digest.projects if one.id not in there)
    return Queue((*projects, *people), folded)


def next_open(exceptions: Sequence[ReviewException], decided: Collection[str], after: str = "") -> str | None:
    """The name of the first exception behind `after` that was not decided, from the start again at the end;
    None where all were."""
    names = [one.name for one in exceptions]
    start = names.index(after) + 1 if after in names else 0
    return next((name for name in (*names[start:], *names[:start]) if name not in decided), None)


def length_ms(moments: Iterable[Instant]) -> int:
    """How long a review took: from its begin over each decision to its end, without long gaps."""
    return sum(min(end - start, LONGEST_GAP_MS) for start, end in pairwise(sorted(moments)))
