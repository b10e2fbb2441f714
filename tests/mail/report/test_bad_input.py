"""What people typed into Jira stays text, whatever it is (fault M13)."""

from dataclasses import replace

import pytest
from tests.mail.report.cast import END, IVAN, LINKS, people, project, report, ticket

from phasewise.core.digest import Digest, Person, Remark
from phasewise.mail.message import Mail, rendered
from phasewise.mail.report.form import LARGEST_BYTES, form_of

SCRIPTS = "Ünï Żółć Ελλ Кир 中文 日本語 한국어 العربية עברית हिन्दी ไทย \U0001f600 e\u0301 \u202egnp\u202c"
HOSTILE = [
    "=HYPERLINK('http://evil')",
    "<script>alert(1)</script>",
    '"><img src=http://evil onerror=1>',
    "{{ 7 * 7 }} {% raw %}",
    "a\r\nBcc: all@example.com",
    "<!--[if mso]>",
    "</mj-text><mj-raw>",
    SCRIPTS,
    "%(num)s %s %%",
]


def called(name: str) -> Digest:
    """A report in which everything that somebody may type is this."""
    one = replace(project(0), summary=name, remark=Remark(name, name, END))
    finished = tuple(replace(task, ticket=ticket(5, name)) for task in one.finished)
    known = report()
    return replace(
        known,
        team=name,
        remark=Remark(name, name, END),
        projects=(replace(one, finished=finished),),
        people=tuple(replace(person, person=Person("x", name)) for person in people()),
        waivers=(replace(known.waivers[0], reason=name, ticket=None, person=replace(IVAN, name=name)),),
        unknown=replace(known.unknown, unmapped_statuses=(name,), no_access=(name,)),
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_m13_what_was_typed_is_text_in_all_of_the_mail(name: str) -> None:
    mail = form_of(called(name), "team", "en", "Europe/Paris", LINKS)
    tame = form_of(called("tame"), "team", "en", "Europe/Paris", LINKS)
    assert [mail.html.count(tag) for tag in ("<td", "<img", "<script", "<a ", "<!--")] == [
        tame.html.count(tag) for tag in ("<td", "<img", "<script", "<a ", "<!--")
    ]
    assert name.split()[0] in mail.text


@pytest.mark.parametrize("name", HOSTILE)
def test_m13_a_team_of_any_name_makes_one_subject(name: str) -> None:
    mail = form_of(called(name), "team", "en", "Europe/Paris", LINKS)
    message = rendered(Mail("k", "a@b.c", mail.subject, mail.text, mail.html, mail.images), "p@b.c", 0)
    head = message.partition(b"\r\n\r\n")[0].lower()
    assert b"\r\nbcc:" not in head
    assert head.count(b"\r\nsubject:") == 1


def test_a_summary_of_32767_characters_is_cut_with_an_ellipsis() -> None:
    """Remarks have more room than names: the lead's has 4,000 characters, one of a project 400."""
    mail = form_of(replace(called("界" * 32_767), remark=None), "team", "en", "Europe/Paris", LINKS)
    assert "界" * 400 not in mail.html
    assert "界…" in mail.html
    assert len(mail.html.encode()) <= LARGEST_BYTES
    assert len(mail.text) < 30_000


def test_m13_a_name_that_turns_the_writing_turns_only_itself() -> None:
    turned = replace(report(), projects=(replace(project(2), summary="Churn \u202ev3"),))
    mail = form_of(turned, "team", "en", "Europe/Paris", LINKS)
    assert "● \u2068Churn \u202ev3\u2069 – On track" in mail.text


def test_an_address_that_is_none_of_the_web_is_no_link() -> None:
    lured = replace(report(), projects=(replace(project(0), url="javascript:alert(1)"),))
    assert "javascript:" not in form_of(lured, "team", "en", "Europe/Paris", LINKS).html


def test_a_person_whose_name_jira_never_told_is_somebody() -> None:
    unnamed = tuple(replace(one, person=Person("x", None)) for one in people())
    mail = form_of(replace(report(), people=unnamed), "team", "fr", "Europe/Paris", LINKS)
    assert "Quelqu’un" in mail.html
    assert "None" not in mail.html
