"""Parts of a weekly report: nobody is named to stakeholders, and nobody learns of another project."""

import json
from dataclasses import replace

from tests.web.report_sample import DEMAND, IDLE, OCR, digest

from phasewise.core.digest import Digest, to_json
from phasewise.core.excerpt import of_project, without_persons
from phasewise.core.health import Colour
from phasewise.core.model import State

NAMES = ("ivan", "Ivan", "sofia", "Sofia", '"li"', ":li:", "Li Wei", "ada@")


def named_in(shown: Digest) -> list[str]:
    text = json.dumps(to_json(shown)).replace(DEMAND.override.reason if DEMAND.override else "", "")
    return [name for name in NAMES if name in text]


def test_nobody_is_named_to_stakeholders_and_what_is_counted_stays() -> None:
    whole, shown = digest(), without_persons(digest())
    assert len(named_in(whole)) == len(NAMES)
    assert named_in(shown) == []
    assert (shown.totals, shown.compliance, shown.unknown) == (whole.totals, whole.compliance, whole.unknown)
    assert [one.colour for one in shown.projects] == [one.colour for one in whole.projects]
    assert shown.projects[0].remark is not None


def test_a_report_without_remarks_and_overrides_has_none_afterwards() -> None:
    shown = without_persons(digest(remark=None, projects=(replace(OCR, remark=None),)))
    assert (shown.remark, shown.projects[0].remark, shown.projects[0].override) == (None, None, None)


def test_of_one_project_nothing_of_the_others_is_told() -> None:
    shown = of_project(digest(), OCR.id)
    text = json.dumps(to_json(shown))
    assert [one.id for one in shown.projects] == [OCR.id]
    assert [
        word for word in (DEMAND.key, DEMAND.summary, IDLE.key, "hard week", "Parked") if word in text
    ] == []
    totals = shown.totals
    assert (totals.projects, totals.breaches, totals.finished, totals.moves, totals.returns) == (
        1,
        1,
        1,
        2,
        1,
    )
    assert (totals.by_colour[Colour.RED], totals.by_state[State.ACTIVE]) == (1, 1)
    assert (shown.compliance.before, shown.compliance.week.kept) == ((), None)
    assert (shown.done, shown.unknown.is_stale) == (0, True)


def test_a_silent_project_is_told_of_to_its_own_readers_only() -> None:
    assert of_project(digest(), OCR.id).unknown.silent == ()
    [silent] = of_project(digest(), 10_124).unknown.silent
    assert silent.ticket.key == "MLP-124"
