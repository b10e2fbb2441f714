"""Every page in every language: nothing of it stays English but what Jira and people said."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from babel.messages.pofile import read_po

from phasewise.i18n.catalogues import catalogue_path
from phasewise.web.rights import RIGHTS
from tests.web.accounts import signed_in
from tests.web.lived import live
from tests.web.story import Api, deps_of

NO_PAGES = {
    *("GET /healthz", "GET /readyz", "GET /metrics", "GET /events", "GET /at"),
    *("GET /login/provider", "GET /login/provider/back"),
    "GET /reports/{team}/{week}/mail",  # the mail itself: in the language of the plan
}
"""What answers no page of its own."""

IN_THE_MAIL = {
    "GET /unsubscribe/{secret}",
    "GET /m/{secret}/{week}",
    "GET /r/{secret}",
    "GET /r/{secret}/{week}",
}
"""Pages behind secrets; the error page is what they show without one."""

PAGES = {
    "GET /": ["/", "/?show=done", "/?as_of=2026-01-01T00:00:00Z"],
    "GET /board": ["/board", "/board?view=standup", "/board?person=ada", "/board?phase=research"],
    "GET /rules": ["/rules?state=all", "/rules"],
    "GET /search": ["/search", "/search?q=issue", "/search?q=nowhere"],
    "GET /people/{person:path}": ["/people/ada"],
    "GET /projects/{key}": ["/projects/ML-1", "/projects/ML-10"],
    "GET /projects/{key}/why": ["/projects/ML-1/why?figure=effort", "/projects/ML-1/why?figure=elapsed"],
    "GET /ladder": ["/ladder?show=all"],
    "GET /board/move": ["/board/move?issue=3"],
    "GET /untidy/set": ["/untidy/set?issue=7"],
    "GET /rules/{finding_id:path}": ["/rules/{finding}"],
    "GET /waivers/new": ["/waivers/new?finding={finding}"],
    "GET /reports/{team}/{week}": ["/reports/default/2026-W10"],
    "GET /users/{account_id}": ["/users/{account}"],
    "GET /review/{review_id}": ["/review/none", "{review}"],
    "GET /welcome/{secret}": ["/welcome/none"],
    "GET /password/{secret}": ["/password/none"],
}
"""How a route is opened, where its own address does not do; `{...}` is found in the story."""

NAMES = re.compile(
    r"Phasewise|Jira|JSON|CSV|XLSX|API|JQL|UTC|Esc|Ada|Bob|Ad|Bo|ML-?\d*|Issue|Research|Modelling|"
    r"In Progress|Waiting|To Do|Done|A/B|W\d+|ada|bob|default|example\.com|phasewise\.\w+|Test browser|"
    r"English|Français|日本語|Русский|中文|Slack|Mattermost|Microsoft Teams|PHASEWISE_\w+|· [\w-]{12}$|"
    r"https?://\S+|\S+@\S+|jira:\w+|[\w.+-]+/[\w./+-]+|phasewise user passwd|"
    r"\b(?:Enter|webhook|e-mail|issue|nowhere|admin|api|read|projects|with|recipient|Markdown|[A-Z]{2,})\b"
)
"""What is the same in every language: names, what Jira says, what programs take, what was searched for."""
WORD = re.compile(r"[A-Za-z]{3,}")


class Texts(HTMLParser):
    """What people read or hear of a page, in its order; code and keys are nobody's language."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._mute = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._mute += tag in MUTE
        read = ("aria-label", "title", "placeholder", "alt")
        self.found += [value for name, value in attrs if name in read and value and not self._mute]

    def handle_endtag(self, tag: str) -> None:
        self._mute -= tag in MUTE

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._mute:
            self.found.append(" ".join(data.split()))


MUTE = {"code", "kbd", "datalist", "script", "textarea"}


def addresses(api: Api, route: str, review: str) -> list[str]:
    finding = api.items("/findings")[0]["id"]
    given = PAGES.get(route) or [
        route.removeprefix("GET ").replace("{key}", "ML-1").replace("{team}", "default")
    ]
    values = {"{finding}": finding, "{week}": "2026-W10", "{review}": review, "{account}": "none"}
    return [re.sub(r"\{\w+\}", lambda found: values[found[0]], one) for one in given]


def page_routes() -> list[str]:
    return [
        route
        for route in RIGHTS
        if route.startswith("GET ") and "/api/" not in route and route not in NO_PAGES | IN_THE_MAIL
    ]


def same_in_french() -> set[str]:
    """The words that French has from English, or English from French."""

    def said() -> Iterator[tuple[str, str]]:
        with catalogue_path("pages", "fr").open("rb") as file:
            for one in read_po(file, locale="fr"):
                several = isinstance(one.id, tuple)
                yield from zip(one.id, one.string, strict=False) if several else [(one.id, one.string)]

    return {
        word
        for english, french in said()
        if english.split() == french.split()
        for word in WORD.findall(english.lower())
    }


def test_nothing_english_is_left_on_any_page(api: Api) -> None:
    """Where other letters are written no English word is left; in French nothing that is said in English."""
    browser, review = signed_in(deps_of(api.deps.database), jira="ada"), live(api.deps).review
    french, left = same_in_french(), {}

    def said(address: str, language: str) -> set[str]:
        found = Texts(browser.get(address, headers={"accept-language": language}).text).found
        return {text for text in found if WORD.search(NAMES.sub("", text))}

    for address in (one for route in page_routes() for one in addresses(api, route, review)):
        for language in ("ja", "ru", "zh"):
            left[language, address] = said(address, language)
        same = said(address, "fr") & said(address, "en")
        left["fr", address] = {one for one in same if set(WORD.findall(NAMES.sub("", one).lower())) - french}
    assert {where: texts for where, texts in left.items() if texts} == {}


def test_the_account_says_the_language_and_otherwise_the_browser(api: Api) -> None:
    browser = signed_in(deps_of(api.deps.database))
    french = {"accept-language": "fr-CH, fr;q=0.9"}
    assert '<html lang="fr">' in browser.get("/account", headers=french).text
    assert browser.post("/account/language", language="zh").status_code == 303
    assert '<html lang="zh-Hans">' in browser.get("/", headers=french).text
    assert browser.post("/account/language", language="").status_code == 303
    assert '<html lang="en">' in browser.get("/").text


def test_a_language_that_is_none_of_ours_is_refused_in_a_sentence_and_changes_nothing(api: Api) -> None:
    browser = signed_in(deps_of(api.deps.database))
    refused = browser.post("/account/language", language="tlh")
    assert (refused.status_code, "This language is not known" in refused.text) == (422, True)
    assert '<html lang="en">' in browser.get("/", headers={"accept-language": "tlh, de;q=0.5"}).text


def test_what_is_stored_and_what_programs_read_stays_english(api: Api) -> None:
    browser = signed_in(deps_of(api.deps.database))
    browser.post("/account/language", language="ru")
    edited = browser.post("/policy", **{"team": "default", "seen": "1", "rules.five_days": "4"})
    assert edited.status_code == 303, edited.text
    found = browser.get("/api/v1/audit-log")
    assert found.status_code == 200, found.text
    told = found.json()["items"]
    [entry] = [one for one in told if one["action"] == "policy.changed"]
    assert entry["detail"]["changed"] == ["Age limit of a task: 5 working days -> 4 working days"]
    page = browser.get("/audit-log").text
    assert "5 рабочих дней → 4 рабочих дня" in " ".join(page.split())
    assert "Age limit" not in page
    answer = browser.get("/api/v1/projects/NO-1", headers={"accept-language": "ja"})
    assert answer.json()["title"] == "Not found"
