"""The sections of what each phase delivers. Called by record_pages."""

from collections.abc import Iterable

from phasewise.core.deliverables import (
    ELSEWHERE,
    OPTIONAL,
    SLOTS,
    Check,
    Deliverable,
    DeliverableState,
    Slot,
    progress,
)
from phasewise.i18n.speaking import _
from phasewise.store.project_records import Kept
from phasewise.usecases.record_facts import RecordFacts
from phasewise.usecases.records.save_deliverable import NO_REVIEWS
from phasewise.web import record_forms as forms
from phasewise.web.dates import Dates
from phasewise.web.log_words import who_words
from phasewise.web.record_forms import Filled
from phasewise.web.record_parts import action_of, compact, pages
from phasewise.web.record_values import Fact, Form, Section
from phasewise.web.record_words import day_text, mark, word
from phasewise.web.wording import phase_tag, safe_href


def deliverable_sections(facts: RecordFacts, filled: Filled, dates: Dates) -> Iterable[Section]:
    """A section a slot, phase by phase."""
    for phase, slots in SLOTS.items():
        state = mark(progress(facts.states, phase))
        yield Section(f"phase-{phase.value}", "", mark=state, phase=phase_tag(phase))
        for slot in slots:
            yield _elsewhere(facts, slot) if slot in ELSEWHERE else _slot(facts, slot, filled, dates)


def _elsewhere(facts: RecordFacts, slot: Slot) -> Section:
    end = {Slot.PLAN: "plan", Slot.AB_TEST: "tests", Slot.RESULT: "results"}[slot]
    state = facts.states.get(slot, DeliverableState.MISSING)
    link = Fact(_("Where"), dict(pages())[end], action_of(facts, end))
    return Section(f"slot-{slot.value}", word(slot), mark=mark(state), facts=(link,))


def _slot(facts: RecordFacts, slot: Slot, filled: Filled, dates: Dates) -> Section:
    kept = facts.deliverables.get(slot)
    one = kept.value if kept else None
    return Section(
        anchor=f"slot-{slot.value}",
        title=word(slot),
        note=_("Optional") if slot in OPTIONAL else "",
        mark=mark(one.state if one else DeliverableState.MISSING),
        facts=_deliverable_facts(facts, one) if one else (),
        lines=_deliverable_lines(one) if one else (),
        empty="" if kept else _("Nothing recorded yet."),
        forms=_slot_forms(facts, slot, kept, filled) if facts.may_write else (),
    )


def _deliverable_facts(facts: RecordFacts, one: Deliverable) -> tuple[Fact, ...]:
    persons = (
        (_("Author"), one.author),
        (_("Scientist"), one.scientist),
        (_("Engineer"), one.engineer),
    )
    return compact(
        Fact(_("Link"), one.link, safe_href(one.link)),
        (_("Version or commit"), one.version),
        (_("Shared with"), one.shared_with),
        (_("Will be shown on"), day_text(one.review_on)),
        (_("Ready to deploy from"), day_text(one.ready_on)),
        *((label, facts.name_of(person) or person) for label, person in persons),
    )


def _deliverable_lines(one: Deliverable) -> tuple[str, ...]:
    """Its reviews, latest first, and what is not ticked yet."""
    reviews = []
    for review in reversed(one.reviews):
        shown = _("Shown %(day)s (%(kind)s)", day=day_text(review.on), kind=word(review.kind).lower())
        told = [shown, review.audience, review.feedback, review.actions and f"→ {review.actions}"]
        reviews.append(" · ".join(part for part in told if part))
    ticked = tuple(
        _(
            "%(check)s: %(day)s by %(by)s",
            check=word(tick.check),
            day=day_text(tick.on),
            by=who_words(tick.by),
        )
        for tick in one.ticks
    )
    is_list = one.slot is Slot.CHECKLIST and len(one.ticks) < len(Check)
    left = (_("Open: %(checks)s", checks=", ".join(word(check) for check in one.unticked)),)
    return (*reviews, *ticked, *(left if is_list else ()))


def _slot_forms(
    facts: RecordFacts, slot: Slot, kept: Kept[Deliverable] | None, filled: Filled
) -> tuple[Form, ...]:
    after = kept.edit if kept else 0
    anchor, review = f"form-{slot.value}", f"review-{slot.value}"
    values = forms.kept_deliverable(kept.value if kept else None, slot, facts.owner)
    boxes = filled.of(anchor, values)
    own = Form(
        anchor,
        action_of(facts, "deliverables", slot.value),
        _("Save"),
        after,
        forms.deliverable_fields(boxes, slot, facts.people),
        summary=_("Change") if kept else _("Fill in"),
        is_open=filled.is_in(anchor),
    )
    if slot in NO_REVIEWS:
        return (own,)
    shown = Form(
        review,
        action_of(facts, "deliverables", slot.value, "reviews"),
        _("Add the review"),
        after,
        forms.review_fields(filled.of(review, {})),
        summary=_("It was shown to somebody"),
        is_open=filled.is_in(review),
    )
    return own, shown
