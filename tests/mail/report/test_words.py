"""Every finding, health and gap has its words in every language, and what is counted its form."""

from dataclasses import replace

import pytest
from tests.mail.report.cast import (
    DAY,
    END,
    IVAN,
    LINKS,
    NEAR,
    empty,
    people,
    problem,
    project,
    report,
    ticket,
)

from phasewise.core.digest import Decision, InHand, PhaseMove, Problem, ProjectDigest, Silent
from phasewise.core.health import Colour, Health, HealthReason
from phasewise.core.model import Phase, Rule, Severity, State
from phasewise.i18n.languages import LANGUAGES
from phasewise.i18n.speaking import speaking
from phasewise.mail.report.chat import chat_text, standup_text
from phasewise.mail.report.findings import health_text, problem_text, why
from phasewise.mail.report.form import form_of, reader_of
from phasewise.mail.report.letter import letter_of
from phasewise.mail.report.speech import and_more, working_days


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", Rule)
def test_every_rule_has_a_sentence(rule: Rule, language: str) -> None:
    found = Problem("id", rule, Severity.BREACH, END, 1.0, (ticket(1),), IVAN, age_days=6.0, limit=2.0)
    with speaking(language):
        said = problem_text(found)
        bare = problem_text(replace(found, tickets=(), person=None, limit=None, age_days=None))
    assert said
    assert bare
    assert "%" not in said + bare


def over(reason: HealthReason, **planned: float) -> Health:
    return Health(Colour.AMBER, reason, {"spent": 21.4, **planned})


@pytest.mark.parametrize(
    ("health", "said"),
    [
        (over(HealthReason.OVER_HIGH, high=16.0), "21.4 wk, planned at most 16"),
        (over(HealthReason.OVER_LIKELY, likely=8.5), "21.4 wk, planned 8.5"),
        (
            Health(Colour.AMBER, HealthReason.BREACH, {"rule": "five_days", "count": 1, "days": 1.0}),
            "A ticket past its limit, for 1 working day",
        ),
        (NEAR, "Several tickets at once"),
        (Health(Colour.GREEN, HealthReason.CLEAR), ""),
    ],
)
def test_a_health_says_why(health: Health, said: str) -> None:
    assert health_text(health, is_team=True) == said
    assert why(replace(project(2), health=health), is_team=True) == said


def test_a_reason_that_is_about_somebody_is_not_named_outside() -> None:
    assert health_text(NEAR, is_team=False) == "A rule that is not kept"


def test_numbers_take_the_form_of_their_language() -> None:
    said = {}
    for language in LANGUAGES:
        with speaking(language):
            said[language] = [working_days(value) for value in (0.5, 1, 1.5, 5)]
    assert said["en"] == ["0.5 working days", "1 working day", "1.5 working days", "5 working days"]
    assert said["fr"] == ["0,5 jour ouvré", "1 jour ouvré", "1,5 jour ouvré", "5 jours ouvrés"]
    assert said["ru"][2] == "1,5 раб. дн."
    assert said["ja"][2] == "1.5 営業日"


def test_a_long_list_says_how_many_more() -> None:
    assert and_more(["a", "b"]) == "a, b"
    with speaking("fr"):
        assert and_more(["a", "b", "c", "d"]) == "a, b, c et 1 autre"


def row_note(one: ProjectDigest) -> str:
    """What a row says beside the phase."""
    with speaking("en"):
        letter = letter_of(reader_of(replace(report(), projects=(one,)), "team", "Europe/Paris", LINKS))
    return f"{letter.rows[0].phase} | {letter.rows[0].note}"


def test_a_project_that_rests_says_since_when() -> None:
    rested = replace(project(2), state=State.IDLE, phases_now=(), last_phase=Phase.MODELING)
    idle = replace(rested, idle_since=END - 9 * DAY)
    assert row_note(idle) == "Modeling | idle since Nov 14 · 1 return"
    fresh = replace(idle, state=State.NOT_STARTED, last_phase=None, loops=0, ribbon=())
    assert row_note(fresh) == "No phase yet | Not started"


def test_a_project_that_began_and_one_that_went_back_say_so() -> None:
    moves = (
        PhaseMove(Phase.RESEARCH, END - 9, False),
        PhaseMove(Phase.RESEARCH, END - 8, True, Phase.MODELING),
    )
    moved = replace(report(), projects=(replace(project(2), phase_moves=moves),))
    text = form_of(moved, "team", "en", "UTC", LINKS).text
    assert "begun, in Research" in text
    assert "back to Research (Nov 22)" in text


def test_what_is_left_out_is_counted_with_its_place() -> None:
    many = replace(
        report(12),
        people=tuple(replace(people()[0]) for _ in range(40)),
        decisions=tuple(Decision("decision.go", str(n), "", END, project=ticket(200)) for n in range(9)),
        unknown=replace(
            report().unknown, never_synced=True, silent=tuple(Silent(ticket(n), END) for n in range(7))
        ),
        loose_problems=tuple(problem(n + 50, Severity.WARNING) for n in range(15)),
    )
    text = form_of(many, "team", "en", "UTC", LINKS).text
    for said in (
        "4 more changes",
        "10 more people",
        "1 more entry",
        "2 more projects were silent",
        "more findings",
    ):
        assert said in text
    assert "· Retrain the header detector – Decided to go on (Nov 22)" in text


def test_what_was_merely_saved_is_no_decision() -> None:
    saved = replace(report(), decisions=(Decision("plan.saved", "100", "Lea", END),))
    assert "DECISIONS" not in form_of(saved, "team", "en", "UTC", LINKS).text


def test_stale_data_are_said_on_top_and_among_the_gaps() -> None:
    stale = replace(report(), unknown=replace(report().unknown, is_stale=True))
    text = form_of(stale, "stakeholder", "en", "UTC", LINKS).text
    assert "! Jira was not read lately, so what came last may be missing." in text
    assert "– Jira was not read lately: what came since is missing" in text


def test_ribbons_of_years_are_ticked_by_quarters_and_years() -> None:
    for days, label in ((400, "Oct"), (2_000, "2025")):
        long = replace(report(), ribbon_start=END - days * 86_400_000)
        with speaking("en"):
            axis = letter_of(reader_of(long, "team", "Europe/Paris", LINKS)).axis
        assert label in [tick.label for tick in axis]
        assert sum(tick.width for tick in axis) == pytest.approx(100, abs=1)


def test_each_kind_of_record_has_its_words() -> None:
    text = form_of(report(), "team", "en", "Europe/Paris", LINKS).text
    for said in (
        "! Churn – Review: Merge (Nov 20 · 3 days late)",
        "· Churn 1 – Kill criterion: AUC below 0.7 (Nov 25)",
        "! Churn propensity 1 – Data Exploration 3.5 of 4 · Modeling 8 of 10 · 2 wk to go (+1.2 wk)",
        "· Churn – Shorter form runs, its end: Dec 4 (Shop · 50 %)",
        "· Churn – Larger font still runs, its end was planned: Nov 20",
        "· Churn 1 – Sums first runs\n",
        "✓ Churn 1 – Old words ended: Nov 18",
        "· Churn 1 – New words was called off",
        "↓ Churn – Prototype, Evaluation report: to be reworked (Nov 22)",
    ):
        assert said in text
    assert "3 A/B tests running" in text
    many = replace(report(), due=report().due * 2)
    assert "2 more entries" in form_of(many, "team", "en", "Europe/Paris", LINKS).text


# ------------------------------------------------------------------ chat


def test_a_chat_reads_the_worst_and_nothing_about_persons() -> None:
    lines = chat_text(report(), "en", "Europe/Paris", LINKS).splitlines()
    assert lines[:2] == ["ML projects, week 47 of 2026: 1 off track, 1 at risk", "A good week."]
    assert "! Churn propensity 0 – ML-0 active for 8.2 working days (since Nov 19)" in lines
    assert "2 deliverables accepted · 3 A/B tests running · 3 due within a week" in lines[2]
    assert lines[-1] == f"Open the full report – {LINKS.report}"
    assert not {"Ivan", "Li Wei", "Lea"} & set(" ".join(lines).replace("Li Wei", "Li Wei").split())


def test_a_stand_up_begins_with_the_oldest() -> None:
    lines = standup_text(report(), "fr", "Europe/Paris", LINKS).splitlines()
    assert lines[0] == "lundi 23 novembre 2026\u00a0: 3 tickets actifs, le plus ancien d’abord"
    assert lines[1] == "· ML-0 Retrain the header detector (8,2 j)"
    assert standup_text(empty(), "en", "UTC", LINKS).startswith("Sunday, November 22, 2026: no active ticket")


def test_somebody_with_much_in_hand_is_listed_with_the_oldest_of_it() -> None:
    held = tuple(InHand(ticket(n), None, Phase.MODELING, END, float(n)) for n in range(5))
    busy = replace(report(), people=(replace(people()[0], active=held),))
    text = form_of(busy, "team", "en", "UTC", LINKS).text
    assert "ML-4 Retrain the header detector, 4 d; ML-3" in text
    assert "2 more active tickets · 1 waiting" in text
