"""The sections of decisions, A/B tests and results: what is kept, with its form, and a form for a new one.

Called by record_pages.
"""

from collections.abc import Callable, Iterable
from secrets import token_hex

from phasewise.i18n.speaking import _
from phasewise.usecases.record_facts import RecordFacts
from phasewise.web import record_forms as forms
from phasewise.web.dates import Dates
from phasewise.web.record_forms import Filled
from phasewise.web.record_parts import action_of, compact, saved
from phasewise.web.record_values import Fact, Field, Form, Section
from phasewise.web.record_words import day_text, mark, word
from phasewise.web.wording import safe_href

Names = tuple[tuple[str, str], ...]


def decision_sections(facts: RecordFacts, filled: Filled, dates: Dates) -> Iterable[Section]:
    """Decisions and kill criteria, each with its form, then forms for new ones."""
    for kept in reversed(facts.decisions):
        one = kept.value
        told = compact(
            (_("On"), day_text(one.on)),
            (_("Who agreed"), one.agreed_by),
            (_("Why"), one.why),
            (_("How the project ended"), word(one.outcome) if one.outcome else ""),
        )
        form = _decision_form(facts, kept.of.name, forms.kept_decision(one), kept.edit, filled)
        yield Section(
            f"decision-{kept.of.name}", word(one.choice), saved(kept, dates), facts=told, forms=form
        )
    new = _decision_form(facts, token_hex(6), {}, 0, filled)
    yield Section("new-decision", _("A decision"), empty=_none(facts.decisions, facts), forms=new)
    for criterion in facts.criteria:
        stop = criterion.value
        told = compact((_("It asks on"), day_text(stop.by)), (_("Answer"), stop.answer))
        form = _criterion_form(facts, criterion.of.name, forms.kept_criterion(stop), criterion.edit, filled)
        title = _("We stop if: %(what)s", what=stop.text)
        yield Section(f"criterion-{criterion.of.name}", title, mark=mark(stop.state), facts=told, forms=form)
    new = _criterion_form(facts, token_hex(6), {}, 0, filled)
    yield Section("new-criterion", _("A kill criterion"), empty=_none(facts.criteria, facts), forms=new)


def _decision_form(
    facts: RecordFacts, name: str, kept: dict[str, str], after: int, filled: Filled
) -> tuple[Form, ...]:
    return _named_form(facts, ("decisions", name), kept, after, filled, forms.decision_fields)


def _criterion_form(
    facts: RecordFacts, name: str, kept: dict[str, str], after: int, filled: Filled
) -> tuple[Form, ...]:
    return _named_form(facts, ("criteria", name), kept, after, filled, forms.criterion_fields)


def _none(some: tuple[object, ...], facts: RecordFacts) -> str:
    return "" if some or facts.may_write else _("Nothing recorded yet.")


# ------------------------------------------------------------------ A/B tests and results


def test_sections(facts: RecordFacts, filled: Filled, dates: Dates) -> Iterable[Section]:
    """The tests, then a form for a new one."""
    for kept in facts.tests:
        one = kept.value
        period = " – ".join(filter(None, (day_text(one.starts_on), day_text(one.ends_on))))
        traffic = "" if one.traffic is None else f"{one.traffic:g} %"
        told = compact(
            (_("Period"), period),
            (_("Surface"), one.surface),
            (_("Traffic"), traffic),
            (_("Variants"), one.variants),
            (_("Control"), one.control),
            (_("Metrics"), one.metrics),
            (_("Guard metrics"), one.guards),
            (_("Reading rule"), one.reading_rule),
            (_("Agreed by"), one.agreed_by),
            (_("Check-ins"), ", ".join(day_text(day) for day in one.check_ins)),
            (_("Verdict due on"), day_text(one.verdict_on)),
        )
        looked = tuple(
            _("Looked at %(day)s: %(note)s", day=day_text(look.on), note=look.note or "–")
            for look in one.checked[-5:]
        )
        form = _test_forms(facts, kept.of.name, forms.kept_test(one), kept.edit, filled)
        yield Section(
            f"test-{kept.of.name}",
            one.title,
            saved(kept, dates),
            mark(one.state),
            facts=told,
            lines=looked,
            forms=form,
        )
    new = _named_form(facts, ("tests", token_hex(6)), {}, 0, filled, forms.test_fields)
    yield Section("new-test", _("An A/B test"), empty=_none(facts.tests, facts), forms=new)


def _test_forms(
    facts: RecordFacts, name: str, kept: dict[str, str], after: int, filled: Filled
) -> tuple[Form, ...]:
    own = _named_form(facts, ("tests", name), kept, after, filled, forms.test_fields)
    anchor = f"check-{name}"
    look = Form(
        anchor,
        action_of(facts, "tests", name, "check-ins"),
        _("I looked at it today"),
        after,
        (filled.of(anchor, {}).text("note", _("What was seen")),),
        summary=_("Check in"),
        is_open=filled.is_in(anchor),
    )
    return (*own, look) if own else ()


def result_sections(facts: RecordFacts, filled: Filled, dates: Dates) -> Iterable[Section]:
    """How the project ended, the results, then a form for a new one."""
    ended = [one.value for one in facts.decisions if one.value.outcome is not None]
    if ended and ended[-1].outcome is not None:
        note = day_text(ended[-1].on)
        yield Section("outcome", _("How the project ended"), note, lines=(word(ended[-1].outcome),))
    tests: Names = tuple((one.of.name, one.value.title) for one in facts.tests)

    def fields(boxes: forms.Boxes) -> tuple[Field, ...]:
        return forms.result_fields(boxes, tests)

    for kept in facts.results:
        one = kept.value
        why = f"{one.hypothesis} ({word(one.hypothesis_state).lower()})" if one.hypothesis else ""
        told = compact(
            (_("Of which test"), dict(tests).get(one.test, "")),
            (_("Effect"), one.effect),
            (_("Interval"), one.interval),
            Fact(_("Report"), one.link, safe_href(one.link)),
            (_("Why it did not win"), why),
            (_("Evidence"), one.evidence),
            (_("What is done next"), one.next_step),
        )
        form = _named_form(
            facts, ("results", kept.of.name), forms.kept_result(one), kept.edit, filled, fields
        )
        yield Section(
            f"result-{kept.of.name}",
            word(one.verdict),
            saved(kept, dates),
            mark(one.state),
            facts=told,
            forms=form,
        )
    new = _named_form(facts, ("results", token_hex(6)), {}, 0, filled, fields)
    yield Section("new-result", _("A result"), empty=_none(facts.results, facts), forms=new)


def _named_form(
    facts: RecordFacts,
    where: tuple[str, str],
    kept: dict[str, str],
    after: int,
    filled: Filled,
    fields: Callable[[forms.Boxes], tuple[Field, ...]],
) -> tuple[Form, ...]:
    """The form of one of several records; for a new one it is what was typed last, if that was refused."""
    if not facts.may_write:
        return ()
    kind, name = where
    anchor = f"{kind}-{name if after else 'new'}"
    return (
        Form(
            anchor,
            action_of(facts, kind, name),
            _("Save"),
            after,
            fields(filled.of(anchor, kept)),
            summary=_("Change") if after else _("Add one"),
            is_open=filled.is_in(anchor),
        ),
    )
