"""What phases deliver: two slots make one phase, two people a review, and advice stays advice."""

from datetime import date

import pytest

from phasewise.core.deliverable_form import (
    MOST_REVIEWS,
    read_deliverable,
    read_review,
    typed_deliverable,
)
from phasewise.core.deliverables import (
    Check,
    Deliverable,
    DeliverableState,
    Progress,
    Review,
    Slot,
    delivered,
    missing,
    progress,
)
from phasewise.core.model import Phase
from phasewise.core.typed import Typed

BEGUN, TODAY = date(2026, 3, 2), date(2026, 4, 1)
PEOPLE = {"ada", "bob", "eve"}
ACCEPTED = DeliverableState.ACCEPTED


def typed(**fields: str) -> Typed:
    return Typed(fields, BEGUN, TODAY)


def filled(
    slot: Slot, before: Deliverable | None = None, **fields: str
) -> tuple[Deliverable, dict[str, str]]:
    form = typed(**fields)
    return read_deliverable(form, before or Deliverable(slot), PEOPLE, "lead"), dict(form.problems)


def test_modeling_is_partial_with_a_prototype_and_complete_with_its_evaluation_too() -> None:
    assert progress({}, Phase.MODELING) is Progress.NOTHING
    assert progress({Slot.PROTOTYPE: ACCEPTED}, Phase.MODELING) is Progress.PARTIAL
    assert missing({Slot.PROTOTYPE: ACCEPTED}, Phase.MODELING) == (Slot.EVALUATION_REPORT,)
    both = {Slot.PROTOTYPE: ACCEPTED, Slot.EVALUATION_REPORT: ACCEPTED}
    assert progress(both, Phase.MODELING) is Progress.COMPLETE
    assert delivered(both) == {Phase.MODELING}


def test_core_queries_are_optional() -> None:
    assert delivered({Slot.EDA_NOTEBOOK: ACCEPTED}) == {Phase.DATA_EXPLORATION}
    assert delivered({Slot.CORE_QUERIES: ACCEPTED}) == frozenset()


def test_a_deliverable_is_read_as_it_was_typed() -> None:
    fields = {"link": "https://git.example/x?y=1#z", "version": "a1b2c3", "state": "accepted"}
    one, problems = filled(Slot.MERGE, **fields, ready_on="2026-04-09", review_on="2026-04-10")
    assert problems == {}
    assert (one.state, one.version, one.ready_on) == (ACCEPTED, "a1b2c3", date(2026, 4, 9))
    again, _ = filled(Slot.MERGE, **typed_deliverable(one))
    assert again == one
    assert filled(Slot.MERGE, state="missing")[0].state is DeliverableState.DRAFT


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "http://",
        "//host/x",
        "https://ada:secret@host/x",
        "ftp://host/x",
        "https://a b",
    ],
)
def test_a_link_is_an_address_for_a_browser(link: str) -> None:
    _, problems = filled(Slot.PROTOTYPE, link=link)
    assert problems == {"link": "Give a link that begins with https:// or http://, without a password in it"}


def test_a_link_has_an_end() -> None:
    _, problems = filled(Slot.PROTOTYPE, link="https://x/" + "y" * 2_000)
    assert problems["link"] == "Give a link of at most 2,000 characters; these are 2,010"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"state": "done"}, "Choose one of the list"),
        ({"review_on": "2026-02-01"}, "The project began on 2026-03-02: give that day or a later one"),
        ({"review_on": "2036-02-01"}, "This is more than five years ahead: give an earlier day"),
    ],
)
def test_what_cannot_be_taken_is_said(fields: dict[str, str], sentence: str) -> None:
    assert list(filled(Slot.PROTOTYPE, **fields)[1].values()) == [sentence]


def test_a_review_presents_and_may_accept_or_ask_for_rework() -> None:
    form = typed(audience="Board", kind="external", feedback="Good", actions="More data")
    one = read_review(form, Deliverable(Slot.PROTOTYPE, review_on=date(2026, 3, 30)))
    assert one.reviews == (Review(TODAY, "external", "Board", "Good", "More data"),)  # type: ignore[arg-type]
    assert (one.state, one.is_review_due) == (DeliverableState.PRESENTED, False)
    assert read_review(typed(verdict="rework"), one).state is DeliverableState.REWORK
    accepted = read_review(typed(verdict="accepted", on="2026-03-31"), one)
    assert (accepted.state, accepted.reviews[1].on) == (ACCEPTED, date(2026, 3, 31))
    assert read_review(typed(verdict="presented"), accepted).state is ACCEPTED


def test_a_review_is_due_until_it_was_held() -> None:
    planned = Deliverable(Slot.PROTOTYPE, review_on=TODAY)
    assert planned.is_review_due
    assert not Deliverable(Slot.PROTOTYPE).is_review_due
    form = typed(feedback="x" * 10_000)
    read_review(form, planned)
    assert form.problems == {"feedback": "Write at most 2,000 characters; these are 10,000"}


def test_reviews_have_an_end() -> None:
    form = typed()
    read_review(form, Deliverable(Slot.PROTOTYPE, reviews=(Review(TODAY),) * MOST_REVIEWS))
    assert form.problems == {"feedback": "It was reviewed 50 times: no more are kept"}


def test_a_checklist_keeps_who_ticked_first_and_is_accepted_once_it_is_whole() -> None:
    some, _ = filled(Slot.CHECKLIST, comments="on", format="on")
    assert [tick.by for tick in some.ticks] == ["lead", "lead"]
    assert (some.state, len(some.unticked)) == (DeliverableState.DRAFT, len(Check) - 2)
    every = typed(**{check.value: "on" for check in Check})
    whole = read_deliverable(every, some, PEOPLE, "other")
    assert [tick.by for tick in whole.ticks] == ["lead", "lead", *["other"] * (len(Check) - 2)]
    assert whole.state is ACCEPTED
    assert typed_deliverable(whole)["comments"] == "on"


def test_code_is_reviewed_by_a_scientist_and_an_engineer_and_neither_is_the_author() -> None:
    one, problems = filled(Slot.CODE_REVIEW, author="ada", scientist="bob", engineer="eve")
    assert (one.state, problems) == (ACCEPTED, {})
    half, problems = filled(Slot.CODE_REVIEW, author="ada", scientist="bob")
    assert (half.state, problems) == (DeliverableState.DRAFT, {})


@pytest.mark.parametrize(
    ("persons", "field", "sentence"),
    [
        (("ada", "ada", "eve"), "scientist", "The author cannot review it: choose somebody else"),
        (("ada", "bob", "ada"), "engineer", "The author cannot review it: choose somebody else"),
        (("ada", "bob", "bob"), "engineer", "Two people review it: choose an engineer beside the scientist"),
        (("ada", "bob", "nobody"), "engineer", "Choose one of the list"),
    ],
)
def test_a_review_by_the_wrong_people_is_refused(persons: tuple[str, ...], field: str, sentence: str) -> None:
    names = dict(zip(("author", "scientist", "engineer"), persons, strict=True))
    assert filled(Slot.CODE_REVIEW, **names)[1] == {field: sentence}
