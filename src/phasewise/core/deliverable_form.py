"""Deliverables and reviews as people type them. Called by usecases/records."""

from collections.abc import Container
from dataclasses import replace
from datetime import date

from phasewise.core.deliverables import (
    Audience,
    Check,
    Deliverable,
    DeliverableState,
    Review,
    Slot,
    reviewed_by_two,
    ticked,
)
from phasewise.core.typed import SHORT, Typed, marked

MOST_REVIEWS = 50


def read_deliverable(typed: Typed, before: Deliverable, people: Container[str], by: str) -> Deliverable:
    """The slot as it was filled in; `people` are the ids of those whom Jira knows, `by` who fills it in."""
    if before.slot is Slot.CHECKLIST:
        return _read_checklist(typed, before, by)
    if before.slot is Slot.CODE_REVIEW:
        return _read_code_review(typed, before, people)
    state = typed.choice("state", DeliverableState) or before.state
    if state is DeliverableState.MISSING:
        state = DeliverableState.DRAFT
    return replace(
        before,
        state=state,
        link=typed.link("link"),
        version=typed.text("version", SHORT),
        shared_with=typed.text("shared_with", SHORT),
        review_on=typed.day("review_on"),
        ready_on=typed.day("ready_on"),
    )


def read_review(typed: Typed, before: Deliverable) -> Deliverable:
    """The deliverable with one more review: it was presented, if it was not accepted before."""
    review = Review(
        on=typed.day("on", has_come=True) or typed.today,
        kind=typed.choice("kind", Audience) or Audience.INTERNAL,
        audience=typed.text("audience", SHORT),
        feedback=typed.text("feedback"),
        actions=typed.text("actions"),
    )
    if len(before.reviews) >= MOST_REVIEWS:
        typed.wrong("feedback", marked("It was reviewed %(most)s times: no more are kept"), most=MOST_REVIEWS)
    state = typed.choice("verdict", DeliverableState)
    if state not in (DeliverableState.ACCEPTED, DeliverableState.REWORK):
        is_accepted = before.state is DeliverableState.ACCEPTED
        state = before.state if is_accepted else DeliverableState.PRESENTED
    return replace(before, state=state, reviews=(*before.reviews, review))


def _read_checklist(typed: Typed, before: Deliverable, by: str) -> Deliverable:
    checks = [check for check in Check if typed.is_ticked(check.value)]
    ticks = ticked(before.ticks, checks, by, typed.today)
    is_whole = len(ticks) == len(Check)
    state = DeliverableState.ACCEPTED if is_whole else DeliverableState.DRAFT
    return replace(before, ticks=ticks, state=state)


def _read_code_review(typed: Typed, before: Deliverable, people: Container[str]) -> Deliverable:
    author, scientist, engineer = (typed.raw(name) for name in ("author", "scientist", "engineer"))
    for name in ("author", "scientist", "engineer"):
        if typed.raw(name) and typed.raw(name) not in people:
            typed.wrong(name, marked("Choose one of the list"))
        elif name != "author" and author and typed.raw(name) == author:
            typed.wrong(name, marked("The author cannot review it: choose somebody else"))
    if scientist and scientist == engineer:
        typed.wrong("engineer", marked("Two people review it: choose an engineer beside the scientist"))
    is_reviewed = reviewed_by_two(author, scientist, engineer)
    return replace(
        before,
        state=DeliverableState.ACCEPTED if is_reviewed else DeliverableState.DRAFT,
        link=typed.link("link"),
        author=author,
        scientist=scientist,
        engineer=engineer,
    )


def typed_deliverable(one: Deliverable) -> dict[str, str]:
    """The fields of the form that it was read from."""
    fields = {
        "state": one.state.value,
        "link": one.link,
        "version": one.version,
        "shared_with": one.shared_with,
        "review_on": _day(one.review_on),
        "ready_on": _day(one.ready_on),
        "author": one.author,
        "scientist": one.scientist,
        "engineer": one.engineer,
    }
    return fields | {tick.check.value: "on" for tick in one.ticks}


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
