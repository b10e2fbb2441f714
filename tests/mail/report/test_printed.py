"""A report to print and to paste: PDF and Markdown."""

import re
from dataclasses import replace

import pytest
from tests.mail.report.cast import LINKS, NAMES, empty, project, report
from tests.mail.report.test_bad_input import HOSTILE, called

from phasewise.i18n.languages import LANGUAGES
from phasewise.mail.report.fonts import BOLD, CHINESE, JAPANESE, KOREAN, PLAIN, SIGNS, marked_up
from phasewise.mail.report.markdown import markdown_of, plain
from phasewise.mail.report.pdf import pdf_of


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_report_is_the_same_pdf_in_every_language(language: str) -> None:
    written = pdf_of(report(), "team", language, "Europe/Paris", LINKS)
    assert written == pdf_of(report(), "team", language, "Europe/Paris", LINKS)
    assert written.startswith(b"%PDF-")
    assert written.count(b"/Subtype /Image") >= 3
    assert b"https://phasewise.example.com/projects/ML-100?as_of=2026-11-22T23:00:00Z" in written


def test_each_letter_is_printed_in_a_font_that_has_it() -> None:
    said = marked_up("Aé Ж 日本 かな 한 ✓ \U0001f600 <b>", "ja")
    assert re.findall(r'<font name="([^"]+)">([^<]*)</font>', said) == [
        (PLAIN, "Aé Ж "),
        (JAPANESE, "日本"),
        (PLAIN, " "),
        (JAPANESE, "かな"),
        (PLAIN, " "),
        (KOREAN, "한"),
        (PLAIN, " "),
        (SIGNS, "✓"),
        (PLAIN, " "),
        (JAPANESE, "□"),
        (PLAIN, " &lt;b&gt;"),
    ]
    assert marked_up("a\u202eb", "en") == f'<font name="{PLAIN}">ab</font>'
    assert f'<font name="{CHINESE}">中文</font>' in marked_up("中文", "zh-Hans", BOLD)


@pytest.mark.parametrize("name", HOSTILE)
def test_m13_what_was_typed_is_printed_as_it_is(name: str) -> None:
    assert pdf_of(called(name), "team", "en", "Europe/Paris", LINKS).startswith(b"%PDF-")


def test_400_projects_500_people_and_none_are_printed() -> None:
    """A long remark, too, goes over the page."""
    assert pdf_of(report(400), "team", "en", "UTC", LINKS).count(b"/Type /Page\n") > 2
    assert pdf_of(empty(), "stakeholder", "zh", "UTC", LINKS).startswith(b"%PDF-")
    long = called("long " * 5_000)
    assert pdf_of(long, "team", "en", "UTC", LINKS).startswith(b"%PDF-")


def test_markdown_for_stakeholders_names_nobody() -> None:
    text = markdown_of(report(), "stakeholder", "en", "UTC", LINKS)
    assert not any(name in text for name in NAMES)


# ------------------------------------------------------------------ Markdown


def test_markdown_says_what_the_mail_says() -> None:
    text = markdown_of(report(), "team", "en", "Europe/Paris", LINKS)
    assert text.startswith("# ML projects, week 47 of 2026\n\nNov 16")
    assert "- \\! [Churn propensity 0](<https://phasewise.example.com/rules/five_days%3A0%3A1?as_of=" in text
    assert "| Project | Phases over time | Health |\n| --- | --- | --- |" in text
    assert "■ Off track – A ticket past its limit, for 3.2 working days |" in text
    assert "- **[Li Wei](" in text
    assert text.endswith("[Open the full report](<https://phasewise.example.com/reports/default/2026-W47>)\n")


def test_markdown_says_how_much_is_left_out_and_that_nothing_is() -> None:
    assert "340 more projects are in the full list" in markdown_of(report(400), "team", "en", "UTC", LINKS)
    assert "\nNothing changed this week." in markdown_of(empty(), "team", "en", "UTC", LINKS)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("# no heading", r"\# no heading"),
        ("- no list\n1. none", "\\- no list  \n\\1. none"),
        ("a | b", r"a \| b"),
        ("<script>", r"\<script\>"),
        ("[x](javascript:1)", r"\[x\](javascript:1)"),
        ("**_`~", r"\*\*\_\`\~"),
        ("===", r"\==="),
    ],
)
def test_m13_what_was_typed_is_no_markup(typed: str, kept: str) -> None:
    assert plain(typed) == kept
    named = replace(report(), projects=(replace(project(2), summary=typed.replace("\n", " ")),))
    assert "<script>" not in markdown_of(named, "team", "en", "UTC", LINKS)
