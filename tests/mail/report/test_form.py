"""A report becomes a mail: what it says, to whom, and where its figures lead."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from tests.mail.report.cast import BASE, END, LINKS, NAMES, empty, people, project, report

from phasewise.core.digest import Override, Remark
from phasewise.core.health import Colour
from phasewise.core.rights import Role
from phasewise.i18n.languages import LANGUAGES
from phasewise.mail.report.form import LARGEST_BYTES, Formed, form_of
from phasewise.mail.report.links import Links
from phasewise.mail.report.reader import Occasion
from phasewise.web.rights import RIGHTS


class Read(HTMLParser):
    """What a mail says, where it leads and what it loads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.hrefs: list[str] = []
        self.sources: list[str] = []
        self.alts: list[str] = []
        self._is_hidden = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self._is_hidden = tag in ("style", "title")
        self.hrefs += [str(told["href"])] if "href" in told else []
        self.sources += [str(told["src"])] if "src" in told else []
        self.alts += [str(told["alt"])] if "alt" in told else []

    def handle_data(self, data: str) -> None:
        if not self._is_hidden and data.strip():
            self.said.append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        self._is_hidden = False


def formed(audience: str = "team", language: str = "en", **more: object) -> Formed:
    return form_of(report(), audience, language, "Europe/Paris", LINKS, **more)  # type: ignore[arg-type]


def test_the_subject_says_the_week_and_how_it_stands() -> None:
    assert formed().subject == "ML projects, week 47 of 2026: 1 off track, 1 at risk"
    late = formed(occasion=Occasion.LATE)
    assert late.subject.startswith("Late: ML projects")
    assert "! This report comes late" in late.text
    assert formed(occasion=Occasion.TEST).subject.startswith("Test: ML projects")
    named = form_of(replace(report(), team="Vision"), "team", "en", "Europe/Paris", LINKS)
    assert named.subject.startswith("Vision, week 47 of 2026")


def test_the_same_report_is_the_same_mail() -> None:
    assert formed() == formed()


@pytest.mark.parametrize("audience", ["team", "stakeholder", "executive"])
def test_whatever_the_html_says_the_text_says_too(audience: str) -> None:
    """But for the heads of columns and the names of months above the ribbons."""
    mail = formed(audience)
    text = mail.text.casefold()
    above = {"project", "health", "phases over time", "■", "·", "▲", "●"}
    for said in Read(mail.html).said:
        parts = [part.strip(" ·■▲●") for part in said.casefold().split(" · ")]
        missing = [part for part in parts if part not in text and part not in above and len(part) > 3]
        assert missing == []


def test_each_ribbon_says_in_words_what_it_shows() -> None:
    mail = formed()
    alts = Read(mail.html).alts
    path = "Research → Data Exploration → Modeling → Data Exploration (return) → Modeling"
    assert alts == [path] * 3 == [image.alt for image in mail.images]
    assert mail.text.count(path) == 3


def test_nothing_is_loaded_from_anywhere() -> None:
    mail = formed()
    assert Read(mail.html).sources == [f"cid:{image.cid}" for image in mail.images]
    assert not re.search(r"@import|url\(|<script|<link|googleapis", mail.html)


def test_every_figure_leads_to_its_list_as_of_the_report() -> None:
    hrefs = Read(formed().html).hrefs
    lists = [href for href in hrefs if href.startswith(BASE) and "as_of" in href]
    assert {href.partition("as_of=")[2] for href in lists} == {"2026-11-22T23:00:00Z"}
    paths = {href.removeprefix(BASE).partition("?")[0] for href in lists}
    assert paths >= {"/", "/rules", "/changes", "/projects/ML-100", "/projects/ML-100/why", "/people/ivan"}


def test_the_findings_of_a_named_team_are_those_of_that_team() -> None:
    mail = form_of(replace(report(), team="Vision & co"), "team", "en", "UTC", LINKS)
    asked = [href for href in Read(mail.html).hrefs if "/rules?" in href]
    assert asked
    assert all("team=Vision+%26+co&" in href for href in asked)


@pytest.mark.parametrize("audience", ["stakeholder", "executive"])
def test_stakeholders_are_led_to_what_they_may_open(audience: str) -> None:
    ours = [one for one in Read(formed(audience).html).hrefs if one.startswith(BASE) and "as_of" in one]
    for address in ours:
        path = address.removeprefix(BASE).partition("?")[0]
        shape = re.sub(r"^/projects/[^/]+", "/projects/{key}", path)
        assert RIGHTS[f"GET {shape}"] is Role.STAKEHOLDER
    assert any("/projects/" in one for one in ours)


def test_by_what_the_team_would_stop_is_the_teams_own() -> None:
    assert "Kill criterion" in formed("team").text
    assert "Kill criterion" not in formed("stakeholder").text
    assert "Verdict: AUC below 0.7" in formed("stakeholder").text


def test_who_has_no_account_is_led_to_the_report_only() -> None:
    links = replace(LINKS, lists=False, preferences=None)
    mail = form_of(report(), "stakeholder", "en", "Europe/Paris", links)
    assert set(Read(mail.html).hrefs) == {LINKS.report, LINKS.unsubscribe}
    assert not re.search(r"/projects/|jira\.example", mail.text)


def test_without_an_address_nothing_is_linked() -> None:
    mail = form_of(report(), "executive", "en", "Europe/Paris", Links(lists=False))
    assert Read(mail.html).hrefs == []


@pytest.mark.parametrize("audience", ["stakeholder", "executive"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_outside_of_the_team_reads_about_a_person(audience: str, language: str) -> None:
    mail = formed(audience, language)
    for name in NAMES:
        assert name not in mail.text
        assert name not in mail.html
    assert "liwei" not in mail.html


def test_who_leads_hides_no_breach_behind_the_audience() -> None:
    """A breach that is about somebody is counted, and not called nothing."""
    shown = replace(report(), projects=(project(2),))
    mail = form_of(shown, "executive", "en", "Europe/Paris", LINKS)
    assert "Nothing that is about a project." in mail.text


def test_an_executive_reads_one_screen() -> None:
    mail = form_of(report(12), "executive", "en", "Europe/Paris", LINKS)
    assert len(mail.images) == 5
    assert len(mail.text.splitlines()) < 60
    assert "7 more projects are in the full list" in mail.text


def test_a_health_that_a_lead_chose_shows_why_and_for_the_team_by_whom() -> None:
    override = Override(Colour.GREEN, "agreed with Finance", "Lea Lead", END)
    chosen = replace(report(), projects=(replace(project(0), override=override),))
    assert "Set by Lea Lead: agreed with Finance" in form_of(chosen, "team", "en", "UTC", LINKS).text
    assert "Set by hand: agreed with Finance" in form_of(chosen, "stakeholder", "en", "UTC", LINKS).text


def test_a_remark_stands_with_its_project() -> None:
    one = replace(project(0), remark=Remark("Waits for scans", "Lea", END))
    mail = form_of(replace(report(), projects=(one,)), "stakeholder", "en", "UTC", LINKS)
    assert "Waits for scans" in mail.html
    assert "Waits for scans" in mail.text


def test_the_reader_has_dates_of_their_zone() -> None:
    """But for the week, which is the team's."""
    paris, tokyo = (
        form_of(report(), "team", "en", zone, LINKS).text for zone in ("Europe/Paris", "Asia/Tokyo")
    )
    assert "Jira was read up to Nov 22, 23:58 (Europe/Paris)." in paris
    assert "Jira was read up to Nov 23, 07:58 (Asia/Tokyo)." in tokyo
    assert "Nov 16\u2009–\u200922, 2026" in paris
    assert "Nov 16\u2009–\u200922, 2026" in tokyo


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_its_own_words_and_tag(language: str) -> None:
    mail = formed(language=language)
    said = {"en": "On track", "fr": "En bonne voie", "ja": "順調", "ru": "По плану", "zh": "正常"}
    assert said[language] in mail.html
    assert f'lang="{"zh-Hans" if language == "zh" else language}"' in mail.html
    assert ("On track" in mail.html) is (language == "en")


def test_pictures_are_the_same_in_every_language() -> None:
    drawn = {tuple(image.png for image in formed(language=language).images) for language in LANGUAGES}
    assert len(drawn) == 1


def test_a_week_that_runs_says_that_its_numbers_change() -> None:
    running = replace(report(), instant=END - 3 * 86_400_000)
    assert "The week is not over yet" in form_of(running, "team", "en", "UTC", LINKS).html


def test_an_empty_team_and_a_week_with_nothing_are_said_plainly() -> None:
    mail = form_of(empty(), "team", "en", "Europe/Paris", LINKS)
    assert mail.subject == "ML projects, week 47 of 2026: no projects"
    assert "Nothing: all rules are kept." in mail.text
    assert "Nothing changed this week." in mail.text
    assert "Jira was never read completely" in mail.html


def test_projects_that_are_not_on_track_though_all_rules_are_kept_are_not_said_to_be_nothing() -> None:
    calm = empty()
    late = replace(calm, totals=replace(calm.totals, by_colour={Colour.RED: 1, Colour.AMBER: 2}))
    text = form_of(late, "team", "en", "Europe/Paris", LINKS).text
    assert "All rules are kept; for other reasons: 1 off track, 2 at risk." in text
    assert "Nothing: all rules" not in text


def test_a_large_mail_is_not_cut_off_by_gmail() -> None:
    """Sixty projects are all there; of four hundred it says how many are left out, and where they are."""
    sixty = form_of(report(60), "team", "ru", "Europe/Paris", LINKS)
    assert len(sixty.images) == 60
    mail = form_of(report(400), "team", "ru", "Europe/Paris", LINKS)
    assert max(len(sixty.html.encode()), len(mail.html.encode())) <= LARGEST_BYTES
    assert f"ещё {400 - len(mail.images)} проект" in mail.html
    assert f"{BASE}/?as_of=" in mail.text


def test_what_people_typed_at_length_does_not_cut_off_the_mail() -> None:
    """First people give way, then projects, and the mail says how many."""
    remark = Remark("評" * 4_000, "Lea Lead", END)
    long = tuple(replace(project(n), summary="界" * 300, remark=remark) for n in range(60))
    crowd = tuple(people()[0] for _ in range(500))
    mail = form_of(replace(report(), projects=long, people=crowd, remark=remark), "team", "en", "UTC", LINKS)
    assert len(mail.html.encode()) <= LARGEST_BYTES
    assert 10 < len(mail.images) < 60
    assert f"{60 - len(mail.images)} more projects are in the full list" in mail.html
    assert "493 more people" in mail.html


def test_there_is_no_other_audience() -> None:
    with pytest.raises(ValueError, match="everybody"):
        formed("everybody")
