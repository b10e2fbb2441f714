"""The page of what differs between two reports: each finding as serious as the reports say."""

import re
from dataclasses import replace
from html import unescape

from phasewise.core.digest import Digest, Problem
from phasewise.core.digest_difference import difference
from phasewise.core.model import Phase, Severity, State
from phasewise.web.report_compare import compare_page
from phasewise.web.templates import render
from tests.web.report_sample import DEMAND, IDLE, OCR, OLD, digest
from tests.web.story import Api

WARNED = replace(OLD, severity=Severity.WARNING, breach_at=None, age_days=4.4)


def lines(api: Api, before: Digest, after: Digest) -> list[str]:
    """What the page lists, each with its icon: `bad Breach: New: Too long active: MLP-412`."""
    page = compare_page(api.deps, difference(before, after))
    html = render("pages/report_compare.html", page).split("<main")[1]
    rows = re.findall(r'<li><svg class="icon (\w+)".*?</svg>(.*?)</li>', html, re.DOTALL)
    return [f"{icon} {unescape(re.sub('<[^>]+>', '', text))}" for icon, text in rows]


def of(*problems: Problem) -> Digest:
    return digest(projects=(replace(OCR, problems=problems), DEMAND, IDLE))


def test_a_warning_is_told_as_a_warning_and_a_breach_as_a_breach(api: Api) -> None:
    assert lines(api, of(), of(WARNED)) == ["warn Warning: New: Too long active: MLP-412"]
    assert lines(api, of(), of(OLD)) == ["bad Breach: New: Too long active: MLP-412"]
    assert lines(api, of(OLD), of()) == ["done Over: Too long active: MLP-412"]


def test_a_warning_that_became_a_breach_is_told(api: Api) -> None:
    assert lines(api, of(WARNED), of(OLD)) == ["bad Breach: Now a breach: Too long active: MLP-412"]


def test_a_breach_of_a_person_is_told_with_who_it_is(api: Api) -> None:
    told = digest()
    calm = replace(told, people=tuple(replace(one, problems=()) for one in told.people))
    text = "Too many active tickets: Li Wei, MLP-428, MLP-436"
    assert lines(api, calm, told) == [f"bad Breach: New: {text}"]
    assert lines(api, told, calm) == [f"done Over: {text}"]


def test_where_nothing_is_active_the_phase_is_the_last_one_as_the_reports_say(api: Api) -> None:
    idle = replace(IDLE, state=State.PAUSED, last_phase=Phase.PRODUCTIZATION, spent_weeks=6.3)
    before, after = digest(projects=(IDLE,)), digest(projects=(idle,))
    (one,) = compare_page(api.deps, difference(before, after)).projects
    assert [(row.old, row.new) for row in one.changes if row.label == "Phase"] == [
        ("Data Exploration", "Productization")
    ]


def test_two_reports_that_say_the_same_say_so(api: Api) -> None:
    page = compare_page(api.deps, difference(digest(), digest()))
    assert "The two reports say the same." in render("pages/report_compare.html", page)
    told = digest()
    calm = replace(told, people=())
    page = compare_page(api.deps, difference(told, calm))
    assert "The two reports say the same." not in render("pages/report_compare.html", page)
