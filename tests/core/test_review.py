"""What wants a decision in a review, and how long one took."""

from dataclasses import replace

from tests.core.test_digest import DIGEST

from phasewise.core.digest import Digest, Person, PersonDigest, Problem, ProjectDigest
from phasewise.core.health import CLEAR, Colour, Health, HealthReason
from phasewise.core.model import Rule, Severity, State
from phasewise.core.review import ExceptionKind, Queue, ReviewChoice, length_ms, next_open, queue_of

MINUTE = 60_000
RED = Health(Colour.RED, HealthReason.BREACH_OPEN, {"rule": "five_days", "count": 1, "days": 3.0})


def project(number: int, health: Health = CLEAR) -> ProjectDigest:
    return ProjectDigest(number, f"ML-{number}", f"Project {number}", None, State.ACTIVE, health=health)


def somebody(person: str, severity: Severity) -> PersonDigest:
    problem = Problem(f"one_active:{person}:1", Rule.ONE_ACTIVE, severity, 1, 0.5)
    return PersonDigest(Person(person, person.title()), 3.0, problems=(problem,))


def of(*projects: ProjectDigest, people: tuple[PersonDigest, ...] = ()) -> Digest:
    return replace(DIGEST, projects=projects, people=people)


def names(queue: Queue) -> list[str]:
    return [one.name for one in queue.exceptions]


def test_of_twenty_projects_four_have_problems_and_the_rest_is_folded() -> None:
    projects = [project(n, RED if n in (3, 7, 11, 19) else CLEAR) for n in range(20)]
    queue = queue_of(of(*projects), {})
    assert names(queue) == ["project-3", "project-7", "project-11", "project-19"]
    assert len(queue.folded) == 16


def test_a_record_that_asks_makes_an_exception_too() -> None:
    queue = queue_of(of(project(1), project(2)), {2: 3})
    assert names(queue) == ["project-2"]
    assert queue.exceptions[0].asks == 3


def test_people_come_with_a_breach_and_cannot_be_stopped() -> None:
    queue = queue_of(of(people=(somebody("ada", Severity.BREACH), somebody("ben", Severity.HINT))), {})
    assert names(queue) == ["person-ada"]
    assert queue.exceptions[0].kind is ExceptionKind.PERSON
    assert ReviewChoice.STOP not in queue.exceptions[0].choices
    assert ReviewChoice.STOP in queue_of(of(project(1, RED)), {}).exceptions[0].choices


def test_the_next_one_is_the_first_behind_that_was_not_decided() -> None:
    queue = queue_of(of(*(project(n, RED) for n in (1, 2, 3))), {}).exceptions
    assert next_open(queue, ()) == "project-1"
    assert next_open(queue, ("project-2",), "project-1") == "project-3"
    assert next_open(queue, ("project-3",), "project-2") == "project-1"
    assert next_open(queue, ("project-1", "project-2", "project-3")) is None


def test_a_long_gap_counts_as_five_minutes() -> None:
    assert length_ms([0, 2 * MINUTE, 62 * MINUTE]) == 7 * MINUTE
    assert length_ms([5]) == 0
