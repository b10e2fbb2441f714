"""Links to read a report by without an account: of one team or project, for a while, revocable."""

import re

import httpx
import pytest

from phasewise.core.rights import Role
from phasewise.store import report_links
from phasewise.usecases.reports.edit_draft import save_remark
from phasewise.usecases.reports.freeze_report import freeze_report
from tests.web.accounts import Browser, signed_in
from tests.web.story import NOW, Api

PATH = "/reports/links"
WEEK = "2026-W10"
DAY_MS = 86_400_000
FINANCE = {"label": "Finance board", "team": "default", "language": "en", "days": "30"}
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def lead(api: Api) -> Browser:
    save_remark(api.deps, "default", WEEK, f"A good week {SCRIPT}")
    freeze_report(api.deps, "default", WEEK)
    return signed_in(api.deps, "lead@example.com", Role.LEAD)


def path_in(page: httpx.Response) -> str:
    """The path of the link that is shown this once."""
    assert page.status_code == 200
    [path] = re.findall(r"http://127\.0\.0\.1:8000(/r/[\w-]+)<", page.text)
    return str(path)


def outsider(lead: Browser) -> Browser:
    """Another browser, which nobody signed in by."""
    return lead.again()


def test_whoever_has_a_link_reads_the_newest_report_without_an_account(lead: Browser) -> None:
    path = path_in(lead.post(PATH, **FINANCE))
    page = outsider(lead).get(path)
    assert page.status_code == 200
    assert all(text in page.text for text in ("Report of 2026-W10", "A good week &lt;script&gt;", "ML-1"))
    assert [name for name in ("Ada", "Bob", "lead@example.com") if name in page.text] == []
    body = page.text.split("<body>")[1]
    assert re.findall(r'href="(?!#|/r/)[^"]*"', body) == []  # it leads nowhere else
    assert page.headers["x-robots-tag"] == "noindex"
    assert outsider(lead).get(f"{path}/{WEEK}").status_code == 200
    assert path not in lead.get(PATH).text  # it was shown once


def test_a_link_of_one_project_tells_of_no_other(lead: Browser) -> None:
    path = path_in(lead.post(PATH, **FINANCE, project="1"))
    page = outsider(lead).get(path).text
    assert "ML-1<" in page
    assert [text for text in ("ML-10<", "A good week", "One active ticket each") if text in page] == []
    nothing = path_in(lead.post(PATH, **FINANCE, project="10"))
    assert "ML-1<" not in outsider(lead).get(nothing).text


def test_forged_revoked_and_expired_links_get_the_same_page(lead: Browser) -> None:
    revoked = path_in(lead.post(PATH, **FINANCE))
    [link_id] = re.findall(r'name="link" value="(\w+)"', lead.get(PATH).text)
    over = path_in(lead.post(PATH, **{**FINANCE, "days": "1"}))
    assert lead.post(f"{PATH}/revoke", link=link_id).status_code == 303
    lead.put_clock(NOW + DAY_MS)
    reader = outsider(lead)
    found = [reader.get(path) for path in (revoked, over, f"/r/{'x' * 43}", "/r/x", f"{over}/{WEEK}")]
    assert {answer.status_code for answer in found} == {404}
    assert len({answer.text for answer in found}) == 1
    posted = reader.post(f"{revoked}/{WEEK}", text="still here")
    assert posted.status_code == 404
    lead.sign_in("lead@example.com")
    shown = lead.get(PATH).text
    assert "still here" not in shown
    assert all(word in shown for word in ("Revoked", "Ran out"))


def test_s14_guessing_links_is_slowed_and_the_owner_of_one_is_not_kept_out(lead: Browser) -> None:
    path, reader = path_in(lead.post(PATH, **FINANCE)), outsider(lead)
    answers = [reader.get(f"/r/{n:043}").status_code for n in range(22)]
    assert answers == [404] * 20 + [429] * 2
    assert reader.get(path).status_code == 200


def test_that_it_was_read_and_what_was_said_reaches_the_lead(lead: Browser) -> None:
    path, reader = path_in(lead.post(PATH, **FINANCE)), outsider(lead)
    reader.get(path)
    assert "nobody said that they had read it" in lead.get(PATH).text  # mail scanners open links, too
    thanks = reader.post(f"{path}/{WEEK}", text=f"Why is OCR late? {SCRIPT}")
    assert "The lead is told" in thanks.text
    reader.post(f"{path}/{WEEK}", text="")
    assert "2 new" in lead.get("/reports").text
    page = lead.get(PATH).text
    assert all(text in page for text in ("Why is OCR late? &lt;script&gt;", "Finance board", "read 2 times"))
    for comment in re.findall(r'name="comment" value="(\w+)"', page):
        assert lead.post(f"{PATH}/read", comment=comment).status_code == 303
    assert " new<" not in lead.get(PATH).text


def test_what_is_too_long_or_too_often_is_refused_and_not_lost(lead: Browser) -> None:
    path, reader = path_in(lead.post(PATH, **FINANCE)), outsider(lead)
    answer = reader.post(f"{path}/{WEEK}", text="x" * 2001)
    assert (answer.status_code, "x" * 2001 in answer.text) == (422, True)
    with lead.deps.database.write() as connection:
        [link] = report_links.links_of(connection, lead.deps.site_id)
        for n in range(19):
            one = report_links.Comment(f"c{n}", link.link_id, "default", WEEK, "", NOW)
            report_links.add_comment(connection, lead.deps.site_id, one)
    said = [reader.post(f"{path}/{WEEK}", text=f"{n}").status_code for n in range(2)]
    assert said == [200, 429]
    assert reader.post(f"{path}/2026-W09", text="no such week").status_code == 404


def test_a_link_that_is_none_is_not_made(lead: Browser) -> None:
    for field, value, said in (
        ("label", "", "Say whom it is for"),
        ("label", "a\nb", "in one line"),
        ("label", "x" * 101, "at most 100"),
        ("days", "0", "from 1 to 366"),
        ("days", "²", "from 1 to 366"),
        ("project", "7", "no project of the team"),
        ("language", "xx", "Choose one of the list"),
        ("team", "nobodys", "There is no such team"),
    ):
        answer = lead.post(PATH, **{**FINANCE, field: value})
        assert (answer.status_code, said in answer.text) == (422, True), field
    assert "There is none yet" in lead.get(PATH).text
    assert lead.post(f"{PATH}/revoke", link="nothing").status_code == 404


def test_the_language_of_a_link_is_its_readers(lead: Browser) -> None:
    path = path_in(lead.post(PATH, **{**FINANCE, "language": "fr"}))
    assert '<html lang="fr">' in outsider(lead).get(path).text


def test_before_the_first_report_a_link_says_so(api: Api) -> None:
    lead = signed_in(api.deps, "lead@example.com", Role.LEAD)
    path = path_in(lead.post(PATH, **FINANCE))
    assert "No report yet" in outsider(lead).get(path).text
    assert outsider(lead).post(f"{path}/{WEEK}", text="x").status_code == 404
