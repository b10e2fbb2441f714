"""A policy as text: written, read back, and told in words."""

from dataclasses import replace

import pytest

from phasewise.core.model import CalendarRules, Group, Limits, Phase, Policy, Rule, Strength, Strengths
from phasewise.usecases.policies.plain import WrongFieldsError, plain_of, read_plain, strengths_for
from phasewise.usecases.policies.words import changes, facts, strength_words

RICH = Policy(
    limits=Limits(version=3, one_active=2, five_days=4.5, grace_minutes=0, watching=0, private_days=0.5),
    calendar=CalendarRules("Europe/Paris", (0, 1, 6), "DE", "BY", ("2026-12-19",), ("2026-12-24",)),
    leave={"ana": (("2026-11-30", "2026-11-30"), ("2026-12-24", "2027-01-06"))},
    status_overrides={"7": Group.WATCHING},
    phase_overrides={"9": Phase.NONE},
    strengths=Strengths({Rule.FIVE_DAYS: Strength.ASK}, {Phase.MODELING: {Rule.NO_PHASE: Strength.OFF}}),
    language="fr",
    dry_run=True,
)


def test_a_policy_survives_being_written_and_read() -> None:
    again = read_plain(plain_of(RICH), RICH)
    assert plain_of(again) == plain_of(RICH)
    assert (again.limits, again.calendar, again.leave) == (RICH.limits, RICH.calendar, RICH.leave)
    assert again.strengths.of(Rule.NO_PHASE, Phase.MODELING) is Strength.OFF


def test_what_is_not_given_stays() -> None:
    assert read_plain({"rules.five_days": "3,5"}, RICH).limits == replace(RICH.limits, five_days=3.5)


def test_the_mapping_and_leave_are_not_changed_by_a_form() -> None:
    again = read_plain({"statuses.7": "todo", "leave.ana": ""}, RICH)
    assert (again.status_overrides, again.leave) == (RICH.status_overrides, RICH.leave)


@pytest.mark.parametrize(
    ("key", "text", "problem"),
    [
        ("rules.one_active", "0", "must be 1 or more"),
        ("rules.one_active", "1.5", "must be a whole number"),
        ("rules.five_days", "many", "must be a number"),
        ("rules.five_days", "", "must be a number"),
        ("rules.grace_minutes", "-1", "must be 0 or more"),
        ("rules.watching", "9999999", "must be 1,000,000 or less"),
        ("rules.language", "de", "must be 'en', 'fr', 'ja', 'ru' or 'zh'"),
        ("rules.dry_run", "perhaps", "must be yes or no"),
        ("timezone", "Mars", "must be a time zone name like Europe/Paris"),
        ("country", "XX", "must be a two-letter country code like DE, or DE-BY with a subdivision"),
        ("calendar.weekdays", "", 'must be a list like ["mon", "tue", "wed", "thu", "fri"]'),
        ("calendar.extra", "2026-12-19, tomorrow", "'tomorrow' must be a day like 2026-12-24"),
        ("calendar.removed", "2026-12-19", "contradicts extra"),
        ("strength.five_days", "act", "must be 'off', 'show', 'nudge' or 'ask'"),
        ("strength.modeling.no_phase", "ask", "must be 'off' or 'show'"),
    ],
)
def test_a_wrong_field_is_named_by_its_key(key: str, text: str, problem: str) -> None:
    fields = plain_of(replace(Policy(), calendar=CalendarRules(extra=("2026-12-19",)))) | {key: text}
    with pytest.raises(WrongFieldsError) as caught:
        read_plain(fields, Policy())
    assert caught.value.problems[key].startswith(problem)
    assert len(caught.value.problems) == 1


def test_all_wrong_fields_are_named_at_once() -> None:
    with pytest.raises(WrongFieldsError) as caught:
        read_plain({"timezone": "x", "rules.one_active": "x", "strength.no_phase": "x"}, Policy())
    assert set(caught.value.problems) == {"timezone", "rules.one_active", "strength.no_phase"}


def test_what_changed_is_told_in_words() -> None:
    assert [one.text for one in changes(Policy(), RICH)] == [
        "Active tickets per person: 1 ticket -> 2 tickets",
        "Age limit of a task: 5 working days -> 4.5 working days",
        "Grace for a hand-over: 15 minutes -> 0 minutes",
        "Watched tickets per person: 2 tickets -> 0 tickets",
        "Hints about somebody are theirs alone for: 1 working day -> 0.5 working days",
        "Language in Jira: English -> French",
        "Dry run: no -> yes",
        "Time zone: UTC -> Europe/Paris",
        "Public holidays: none -> DE-BY",
        "Working weekdays: Mon, Tue, Wed, Thu, Fri -> Mon, Tue, Sun",
        "Extra working days: none -> 2026-12-19",
        "Days off: none -> 2026-12-24",
        "Too long active: shown -> a question in Jira",
        "No phase, Modeling: as in other phases -> off",
        "Status 7: as Jira's category says -> watching",
        "Option 9: by its name -> Without a phase",
        "Leave of ana: none -> 2026-11-30, 2026-12-24/2027-01-06",
    ]
    assert changes(RICH, RICH) == []


def test_strengths_are_told_with_the_phases_that_differ() -> None:
    assert strength_words(RICH, Rule.NO_PHASE) == "shown; Modeling: off"
    assert strength_words(RICH, Rule.FIVE_DAYS) == "a question in Jira"
    assert dict(facts(Policy()))["Public holidays"] == "none"


def test_only_the_two_rules_are_written_into_jira_and_one_moves_tickets() -> None:
    assert [len(strengths_for(rule)) for rule in (Rule.ONE_ACTIVE, Rule.FIVE_DAYS, Rule.NO_PHASE)] == [
        5,
        4,
        2,
    ]
