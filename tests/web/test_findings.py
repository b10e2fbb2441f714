"""/api/v1/findings: what was known at an instant, and the filters."""

from typing import Any

import pytest

from tests.store.records import DOING, DONE, TODO, at, moved, task
from tests.web.story import BOB, MODELING, Api, stamp, tell


def ids(found: list[Any]) -> list[str]:
    return [finding["id"] for finding in found]


def test_a_five_day_finding_shows_all_of_it(api: Api) -> None:
    (finding,) = api.items("/findings", rule="five_days")
    assert finding == {
        "id": f"five_days:3:{at(9)}",
        "rule": "five_days",
        "severity": "breach",
        "state": "open",
        "person": finding["person"],
        "project": "1",
        "task": "3",
        "issues": ["3"],
        "started_last": None,
        "start": stamp(9),
        "breach_at": stamp(10),
        "end": None,
        "visible_from": stamp(9),
        "visible_from_person": stamp(9) if finding["person"] else None,
        "policy_version": 1,
        "evidence": [f"3:{at(3)}"],
        "detail": finding["detail"],
        "waiver": None,
        "done": None,
    }


def test_a_one_active_finding_names_who_and_what(api: Api) -> None:
    (finding,) = api.items("/findings", rule="one_active", person="bob")
    assert (finding["id"], finding["severity"]) == (f"one_active:bob:{at(10)}", "breach")
    assert (finding["person"], finding["task"], finding["project"]) == ("bob", None, None)
    assert (finding["issues"], finding["started_last"]) == (["3", "4"], "4")
    assert finding["evidence"] == [f"3:{at(3)}", f"6:{at(10)}"]


def test_the_evidence_of_a_finding_can_be_looked_up(api: Api) -> None:
    (finding,) = api.items("/findings", rule="one_active", person="bob")
    tasks = [api.json(f"/tasks/{issue}") for issue in finding["issues"]]
    known = {
        one["id"]
        for task in tasks
        for life in (task["intervals"], *(sub["intervals"] for sub in task["subtasks"]))
        for one in life
    }
    assert set(finding["evidence"]) <= known


def test_a_finding_was_a_warning_before_it_was_a_breach(api: Api) -> None:
    (finding,) = api.items("/findings", rule="five_days", as_of=stamp(10))
    assert (finding["severity"], finding["breach_at"]) == ("warning", None)
    assert api.items("/findings", rule="five_days", as_of=stamp(9)) == []


def test_a_finding_is_not_known_within_the_grace(api: Api) -> None:
    grace = 15 / 24 / 60
    known = f"one_active:ada:{at(9)}"
    assert known not in ids(api.items("/findings", as_of=stamp(9 + grace)))
    assert known in ids(api.items("/findings", as_of=stamp(9 + grace + 0.001)))


def test_a_closed_finding_stays_as_it_was(api: Api) -> None:
    tell(api.deps, [task(3, moved(31, 3, TODO, DOING), moved(32, 10.5, DOING, DONE), **BOB, **MODELING)])
    (finding,) = api.items("/findings", rule="five_days")
    assert (finding["state"], finding["severity"], finding["end"]) == ("closed", "breach", stamp(10.5))
    assert api.items("/findings", rule="five_days", as_of=stamp(10.5))[0]["state"] == "open"
    assert api.json("/projects/ML-1")["findings_open"] == 0


def test_a_hint_about_how_somebody_works_is_theirs_alone_for_a_working_day(api: Api) -> None:
    steps = [moved(40 + n, 9 + n / 10, *((TODO, DOING) if n % 2 else (DOING, TODO))) for n in (1, 2, 3)]
    tell(api.deps, [task(8, *steps, **BOB, **MODELING)])
    (finding,) = api.items("/findings", rule="flip_flop")
    assert (finding["id"], finding["person"], finding["task"]) == (f"flip_flop:8:{at(9.3)}", "bob", "8")
    assert (finding["visible_from_person"], finding["visible_from"]) == (stamp(9.3), stamp(10.3))


def test_findings_come_latest_first(api: Api) -> None:
    starts = [finding["start"] for finding in api.items("/findings")]
    assert len(starts) > 4
    assert starts == sorted(starts, reverse=True)


FIVE, ADA, BOB_OVER = f"five_days:3:{at(9)}", f"one_active:ada:{at(9)}", f"one_active:bob:{at(10)}"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"severity": "breach"}, [BOB_OVER, ADA, FIVE]),
        ({"severity": "breach", "as_of": stamp(9.5)}, [ADA]),
        ({"severity": "warning", "as_of": stamp(9.5)}, [FIVE]),
        ({"rule": "one_active", "state": "open"}, [BOB_OVER, ADA]),
        ({"rule": "one_active", "state": "closed"}, []),
        ({"state": "waived"}, []),
        ({"rule": "nothing_active", "state": "closed", "person": "ada"}, [f"nothing_active:ada:{at(4)}"]),
        ({"project": "1", "severity": "breach"}, [FIVE]),
        ({"project": "ML-1", "severity": "breach"}, [FIVE]),
        ({"project": "ML-99"}, []),
        ({"rule": "one_active", "to": stamp(10)}, [ADA]),
        ({"rule": "one_active", "since": stamp(10), "to": stamp(10.5)}, [BOB_OVER, ADA]),
        ({"rule": "nothing_active", "since": stamp(8)}, []),
        ({"rule": "nothing_active", "since": stamp(7.9)}, [f"nothing_active:ada:{at(4)}"]),
        ({"person": "' OR ''='"}, []),
    ],
)
def test_s5_findings_are_filtered_as_they_were_known(
    api: Api, asked: dict[str, str], found: list[str]
) -> None:
    assert ids(api.items("/findings", **asked)) == found
