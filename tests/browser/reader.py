"""Somebody before a page in a language, for the tests that read pages in every language."""

from babel.messages.pofile import read_po
from playwright.sync_api import Locator, Page, expect

from phasewise.i18n.catalogues import catalogue_path
from phasewise.i18n.languages import tag_of
from phasewise.i18n.speaking import _
from tests.browser.readable import accessibility_violations, sideways

TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    const isNobodys = parent.closest("code, kbd, script, textarea, [lang]:not(html), [translate=no]");
    if (isNobodys || !parent.checkVisibility()) continue;
    found.push(walker.currentNode.textContent.replace(/\\s+/g, " ").trim());
  }
  return found;
}"""


def english_of(language: str) -> set[str]:
    """What the catalogue translates otherwise than word for word."""
    if language == "en":
        return set()
    with catalogue_path("pages", language).open("rb") as file:
        return {
            one.id
            for one in read_po(file, locale=language)
            if isinstance(one.id, str) and one.id and one.string != one.id
        }


class Reader:
    """Somebody before a page in a language, who looks at all of it before going on."""

    def __init__(self, page: Page, language: str) -> None:
        self.page, self.language, self.english = page, language, english_of(language)

    def look(self) -> None:
        """Nothing is English, nothing overflows at any width; in English nothing keeps anybody out, either
        (what of that differs by language: test_every_page)."""
        page = self.page
        expect(page.locator("html")).to_have_attribute("lang", tag_of(self.language))
        page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
        wide = {}
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            wide[width] = sideways(page)
        left = set(page.evaluate(TEXTS)) & self.english
        assert not any(wide.values()), f"{page.url} is too wide: {wide}"
        assert not left, f"{page.url} says in English: {left}"
        if self.language != "en":
            return
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found = accessibility_violations(page)
            assert not found, f"{page.url}: {found}"

    def open(self, path: str) -> None:
        self.page.goto(path)
        self.look()

    def fill(self, name: str, text: str) -> None:
        self.page.locator(f"main [name='{name}']:visible").last.fill(text)

    def choose(self, name: str, value: str) -> None:
        self.page.locator(f"main select[name='{name}']:visible").last.select_option(value)

    def press(self, english: str) -> None:
        """The last button of this name, in the reader's language."""
        self.follow(self.page.get_by_role("button", name=_(english), exact=True).last)

    def follow(self, leading: Locator) -> None:
        """To the page that a button or link leads to, once all of it is there."""
        with self.page.expect_navigation():
            leading.click()

    def sees(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.get_by_role("main")).to_contain_text(text)
