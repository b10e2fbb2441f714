"""The weekly mail as people see it: on a narrow screen, in the dark, without pictures, read aloud."""

from base64 import b64encode
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from phasewise.mail.report.form import form_of
from tests.browser.readable import accessibility_violations
from tests.mail.report.golden import LINKS, ZONE, kept_digest

pytestmark = pytest.mark.browser


def mail_html(audience: str = "team", language: str = "en", *, with_pictures: bool = True) -> str:
    """As a mail program shows it: its pictures come with it."""
    mail = form_of(kept_digest(), audience, language, ZONE, LINKS)
    html = mail.html
    for image in mail.images if with_pictures else ():
        data = f"data:image/png;base64,{b64encode(image.png).decode()}"
        html = html.replace(f"cid:{image.cid}", data)
    return html


@pytest.fixture
def mail_page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_context(viewport={"width": 640, "height": 900}) as context:
        yield context.new_page()


@pytest.mark.parametrize(("width", "scheme"), [(640, "light"), (390, "dark")])
def test_axe_finds_nothing_in_the_mail(mail_page: Page, width: int, scheme: str) -> None:
    mail_page.set_viewport_size({"width": width, "height": 900})
    mail_page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    mail_page.set_content(mail_html())
    assert accessibility_violations(mail_page) == []


@pytest.mark.parametrize(("audience", "language"), [("team", "ru"), ("executive", "fr")])
@pytest.mark.parametrize("width", [320, 640])
def test_no_mail_is_wider_than_its_screen(mail_page: Page, audience: str, language: str, width: int) -> None:
    mail_page.set_viewport_size({"width": width, "height": 900})
    mail_page.set_content(mail_html(audience, language))
    assert mail_page.evaluate("document.documentElement.scrollWidth") == width


def test_without_pictures_their_words_are_seen(mail_page: Page) -> None:
    mail_page.set_content(mail_html(with_pictures=False))
    picture = mail_page.locator("img.g").first
    assert picture.get_attribute("alt")
    box = picture.bounding_box()
    assert box is not None
    assert box["width"] <= 180


def test_in_the_dark_the_ground_is_dark(mail_page: Page) -> None:
    mail_page.emulate_media(color_scheme="dark")
    mail_page.set_content(mail_html())
    grounds = mail_page.evaluate(
        "[...document.querySelectorAll('.page, .page table')].map(e => getComputedStyle(e).backgroundColor)"
    )
    assert set(grounds) <= {"rgb(19, 21, 26)", "rgba(0, 0, 0, 0)"}
