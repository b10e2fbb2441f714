"""Exports with odd but legal content, for the stand-in Jira and for `phasewise sandbox --load`."""

from collections.abc import Callable
from typing import Any

from tests.blackbox.issues import PHASE, Shape, issue, person, small_project


def _histories(shown: Shape) -> list[Shape]:
    return list(shown["changelog"]["histories"])


def team_managed(cloud: bool) -> list[Shape]:
    """Statuses and types of one project only, several projects, a task of one in the epic of another."""
    shown = list(small_project(cloud))
    shown += [
        issue(70, ("2026-09-02T10:00", "status", "3"), key="OPS-1", parent="10", phase="4", cloud=cloud)
    ]
    for one in shown:
        scope = {"scope": {"type": "PROJECT", "project": {"id": one["fields"]["project"]["id"]}}}
        one["fields"]["status"] = one["fields"]["status"] | scope
        one["fields"]["issuetype"] = one["fields"]["issuetype"] | scope
        one["fields"]["project"] |= {"simplified": True, "style": "next-gen"}
    return shown


def empty_epics(cloud: bool) -> list[Shape]:
    """Epics without tasks: untouched, at work, done from the start."""
    return [
        issue(20, kind="epic", cloud=cloud),
        issue(21, ("2026-09-03T08:00", "status", "3"), kind="epic", cloud=cloud, assignee="ada"),
        issue(22, kind="epic", cloud=cloud, status="6"),
    ]


def homeless(cloud: bool) -> list[Shape]:
    """Parents that the export does not hold, of a task and of a sub-task."""
    return [
        issue(30, ("2026-09-03T08:00", "status", "3"), parent="999", phase="1", assignee="ada", cloud=cloud),
        issue(
            31, ("2026-09-03T09:00", "status", "3"), kind="subtask", parent="998", assignee="ada", cloud=cloud
        ),
        issue(32, ("2026-09-03T10:00", "status", "3"), phase="1", assignee="ada", cloud=cloud),
    ]


def same_instants(cloud: bool) -> list[Shape]:
    """Changes at one instant, before `created` and at it, there and back within a second; created done."""
    at = "2026-09-03T08:00"
    return [
        issue(40, kind="epic", cloud=cloud),
        issue(41, (at, "status", "3"), (at, "phase", "3"), (at, "assignee", "bob"), parent="40", phase="1",
              assignee="ada", cloud=cloud),
        issue(42, (at, "status", "3"), (at, "status", "1"), ("2026-09-04T08:00", "status", "3"), parent="40",
              phase="2", assignee="ada", cloud=cloud),
        issue(43, ("2026-08-20T08:00", "status", "3"), ("2026-09-01T09:00", "phase", "4"),
              ("2026-09-08T09:00", "status", "6"), parent="40", phase="2", assignee="ada", cloud=cloud),
        issue(44, parent="40", phase="5", status="6", assignee="bob", cloud=cloud),
        issue(45, ("2026-09-10T09:00", "status", "3"), parent="40", phase="5", status="6", cloud=cloud),
    ]  # fmt: skip


def moved(cloud: bool) -> list[Shape]:
    """Keys that changed, one to a key that another issue had; a task that went through epics."""
    return [
        issue(50, kind="epic", cloud=cloud, key="ML-50"),
        issue(51, kind="epic", cloud=cloud, key="ML-51"),
        issue(52, ("2026-09-02T08:00", "key", "NEW-1"), ("2026-09-03T08:00", "status", "3"), parent="50",
              phase="1", assignee="ada", cloud=cloud, key="OLD-1"),
        issue(53, ("2026-09-02T08:00", "status", "3"), ("2026-09-04T08:00", "key", "OLD-1"), parent="51",
              phase="2", assignee="bob", cloud=cloud, key="OLD-2"),
        issue(54, ("2026-09-02T08:00", "status", "3"), ("2026-09-04T08:00", "parent", "51"),
              ("2026-09-08T08:00", "parent", "50"), ("2026-09-09T08:00", "parent", None), parent="50",
              phase="3", assignee="cy", cloud=cloud),
    ]  # fmt: skip


def only_names(cloud: bool) -> list[Shape]:
    """Histories with names but no field ids, doubled; a status and an option of the past."""
    shown = list(small_project(cloud))
    for one in shown:
        for history in _histories(one):
            for item in history["items"]:
                item.pop("fieldId", None)
        one["changelog"]["histories"] = [*_histories(one), *reversed(_histories(one))]
    past = issue(60, ("2026-09-05T08:00", "status", "3"), ("2026-09-09T08:00", "phase", "3"), phase="2",
                 parent="10", assignee="ada", cloud=cloud)  # fmt: skip
    first, second = (history["items"][0] for history in _histories(past))
    first |= {"from": "4711", "fromString": "Parked long ago"}
    second |= {"from": "8", "fromString": "Recherche"}
    return [*shown, past]


def disagreeing(cloud: bool) -> list[Shape]:
    """A history that ends elsewhere than the issue stands now, and one that is not whole."""
    shown = list(small_project(cloud))
    shown[1]["fields"][PHASE] = {"id": "6", "value": "Results Analysis"}
    shown[2]["fields"]["assignee"] = person("dan", cloud)
    return shown


def reopened(cloud: bool) -> list[Shape]:
    """Loops through phases, done and reopened, flagged while watching, a sub-task at work in a done task."""
    days = [f"2026-09-{day:02d}T08:00" for day in range(1, 31)]
    looping = [(days[day], "phase", str(1 + (day * 5) % 6)) for day in range(6, 26, 2)]
    return [
        issue(80, ("2026-10-02T10:00", "status", "6"), kind="epic", cloud=cloud, assignee="ada"),
        issue(81, (days[2], "status", "3"), *looping, (days[27], "status", "6"), (days[28], "status", "3"),
              parent="80", phase="1", assignee="ada", cloud=cloud),
        issue(82, (days[2], "status", "3"), (days[3], "flagged", "[77]"), (days[8], "status", "4"),
              (days[9], "status", "3"), (days[10], "flagged", None), (days[20], "status", "6"), parent="80",
              phase="5", assignee="ada", cloud=cloud),
        issue(83, (days[5], "status", "3"), (days[24], "status", "6"), kind="subtask", parent="82",
              assignee="bob", cloud=cloud),
        issue(84, (days[5], "status", "3"), (days[22], "status", "6"), kind="subtask", parent="82",
              assignee="ada", cloud=cloud),
        *(issue(85 + one, (days[one + 3], "status", "4"), parent="80", phase="4", assignee="ada", cloud=cloud)
          for one in range(4)),
    ]  # fmt: skip


ODD: dict[str, Callable[[bool], Any]] = {
    one.__name__: one
    for one in (
        small_project, team_managed, empty_epics, homeless, same_instants, moved, only_names, disagreeing,
        reopened,
    )
}  # fmt: skip
