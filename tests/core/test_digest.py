"""A digest is kept as JSON and comes back as it was, also from an earlier release."""

import json
from dataclasses import replace
from datetime import date

import pytest

from phasewise.core import digest as parts
from phasewise.core.ab_tests import AbState
from phasewise.core.deliverables import DeliverableState, Slot
from phasewise.core.digest import Digest, from_json, to_json
from phasewise.core.due import DueKind
from phasewise.core.health import Colour, Health, HealthReason
from phasewise.core.model import Group, Phase, Rule, Severity, State
from phasewise.core.returns import ReturnReason

ANA = parts.Person("ana", "Ana, 'the' \u202e\U0001f600")
TASK = parts.Ticket(11, "ML-11", "=HYPERLINK()", None)
PROBLEM = parts.Problem("five_days:11:5", Rule.FIVE_DAYS, Severity.BREACH, 5, 2.5, (TASK,), ANA, limit=5.0)
PROJECT = parts.ProjectDigest(
    id=1,
    key="ML-1",
    summary="Churn",
    url="https://jira.example/browse/ML-1",
    state=State.ACTIVE,
    phases_now=(Phase.MODELING,),
    people=(parts.OnIt(ANA, 3.5, (TASK,)),),
    health=Health(Colour.AMBER, HealthReason.BREACH, {"rule": "five_days", "count": 1, "days": 0.5}),
    ribbon=(parts.Span(Phase.MODELING, 3, None, True),),
    phase_moves=(parts.PhaseMove(Phase.MODELING, 4, True, Phase.AB_TESTING, ReturnReason.DATA_WRONG),),
    problems=(PROBLEM,),
    plan=parts.PlanSpent(
        1, 4.0, 3.5, -0.5, 1.0, (parts.PhaseSpent(Phase.MODELING, 4.0, 3.5, -0.5, 1.0, False),)
    ),
)
DAY = date(2026, 11, 24)
DIGEST = Digest(
    team="default",
    week="2026-W47",
    start=0,
    end=70,
    instant=70,
    since=0,
    zone="Europe/Paris",
    ribbon_start=-9,
    compliance=parts.Compliance(parts.WeekShare("2026-W47", 0, 70, 0.9, 10.0, 1.0)),
    totals=parts.Totals(by_state={State.ACTIVE: 1}, by_colour={Colour.AMBER: 1}),
    projects=(PROJECT,),
    people=(parts.PersonDigest(ANA, 3.5, waiting={Group.TODO: 2}),),
    tests=(parts.AbTestTold(TASK, "Shorter form", AbState.RUNNING, DAY, None, "Checkout", 50.0, True),),
    delivered=(parts.Delivered(TASK, Slot.PROTOTYPE, DeliverableState.ACCEPTED, 9),),
    due=(parts.Asked(DueKind.REVIEW, TASK, DAY, 2, slot=Slot.MERGE),),
)


def test_a_digest_comes_back_from_json_as_it_was() -> None:
    assert from_json(json.loads(json.dumps(to_json(DIGEST)))) == DIGEST


def test_what_is_new_takes_its_default_and_what_is_unknown_is_left_out() -> None:
    body = to_json(DIGEST)
    del body["done"], body["unknown"], body["projects"][0]["problems"][0]["detail"]
    assert from_json({**body, "no_longer_known": 1}) == DIGEST


def test_a_digest_of_before_there_were_records_in_it_reads_as_it_was_kept() -> None:
    body = to_json(DIGEST)
    del body["tests"], body["delivered"], body["due"], body["projects"][0]["plan"]
    read = from_json({**body, "version": 1})
    assert read.version == 1
    assert (read.tests, read.delivered, read.due, read.projects[0].plan) == ((), (), (), None)


def test_what_is_no_digest_is_refused() -> None:
    with pytest.raises(ValueError, match="team is missing"):
        from_json({})


def test_an_override_is_the_colour_that_is_shown() -> None:
    override = parts.Override(Colour.GREEN, "known, and agreed", "Lea", 9)
    assert PROJECT.colour is Colour.AMBER
    assert replace(PROJECT, override=override).colour is Colour.GREEN


def test_a_project_changed_where_something_happened_to_it() -> None:
    assert PROJECT.is_change
    assert not replace(PROJECT, phase_moves=()).is_change


def test_a_week_that_is_not_over_runs() -> None:
    assert not DIGEST.is_running
    assert replace(DIGEST, instant=69).is_running
