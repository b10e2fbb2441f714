"""What Outlook's Word engine makes of the mail: nothing that holds it together is anything it leaves out.

The rules are those of Microsoft's "Word 2007 HTML and CSS Rendering Capabilities in Outlook 2007" (MSDN,
aa338201, of 2006 and still the only one: the engine is the same), of Rémi Parmentier's "Making sense of
Outlook's rendering engine" (hteumeuleu.com, 2020) and of caniemail.com ("Outlook Windows"); each test
names its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from tests.mail.report.cast import LINKS, report
from tests.mail.report.golden import FOLDER

from phasewise.mail.report.form import form_of
from phasewise.mail.report.reader import Occasion

TYPE = {"font", *(f"font-{what}" for what in ("family", "style", "size", "weight"))}
LINES = {"line-height", "text-align", "text-decoration", "vertical-align", "white-space", "direction"}
GROUNDS = {"color", "background", "background-color", "display", "letter-spacing", "word-spacing"}
CORE = (
    TYPE
    | LINES
    | GROUNDS
    | {"border", *(f"border-{what}" for what in ("color", "style", "width", "collapse"))}
)
MARGINS = ["text-indent", "margin", *(f"margin-{side}" for side in ("top", "right", "bottom", "left"))]
BOXES = re.compile(r"width|height|(padding|border)(-(top|right|bottom|left)(-(color|style|width))?)?")
COSMETIC = {
    "border-radius": "corners are square",
    "word-break": "long words make the table wider",
    "text-decoration-color": "lines under links have the colour of the text",
    "text-underline-offset": "and their own distance",
    "cursor": "mail programs have their own",
    "outline": "pictures have none anyway",
    "text-transform": "it is none",
    "color-scheme": "Word darkens mails by itself",
    "supported-color-schemes": "the same",
    "max-width": "the table of the conditional comment has the width",
    "overflow": "it only cuts the corners, and what is hidden anyway",
    "opacity": "of what is not displayed anyway",
    "max-height": "of what is not displayed anyway",
}
"""What may fall away, and what happens then."""

COLUMN = "mj-outlook-group-fix"
"""The class of MJML's columns: their width is that of a cell in a conditional comment, too."""


def as_word_reads_it(html: str) -> str:
    """With what is for Word alone, and without what is for all others."""
    html = re.sub(r"<!--\[if !mso\]><!-->.*?<!--<!\[endif\]-->", "", html, flags=re.DOTALL)
    html = re.sub(r"<!--\[if (?:lte )?mso[^\]]*\]>(.*?)<!\[endif\]-->", r"\1", html, flags=re.DOTALL)
    assert "[endif]" not in html
    return html


@dataclass
class Element:
    tag: str
    told: dict[str, str]
    parent: "Element | None" = None
    holds_picture: bool = False

    @property
    def classes(self) -> set[str]:
        return set(self.told.get("class", "").split())

    def ancestors(self) -> Iterator["Element"]:
        one = self.parent
        while one is not None:
            yield one
            one = one.parent


@dataclass
class Read(HTMLParser):
    """All elements of a mail, and the rules of its style sheets but those of media queries."""

    html: str
    elements: list[Element] = field(default_factory=list)
    css: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[Element] = []
        self.feed(as_word_reads_it(self.html))
        flat = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^}]*\})*\s*\}", "", self.css)
        self.rules = [(one.strip(), body) for heads, body in RULE.findall(flat) for one in heads.split(",")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        parent = self._open[-1] if self._open else None
        made = Element(tag, {name: value or "" for name, value in attrs}, parent)
        self.elements.append(made)
        if tag == "img":
            for one in made.ancestors():
                one.holds_picture = True
        if tag not in ("img", "br", "meta", "link"):
            self._open.append(made)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        is_style = bool(self._open) and self._open[-1].tag == "style"
        if is_style and not self._open[-1].told.get("media"):
            self.css += data

    def declared(self, element: Element) -> Iterator[tuple[str, str]]:
        """Property and value, by style sheet and inline."""
        bodies = [body for selector, body in self.rules if fits(selector, element)]
        for body in (*bodies, element.told.get("style", "")):
            for declaration in filter(str.strip, body.split(";")):
                name, _, value = declaration.partition(":")
                yield name.strip().lower(), value.strip().lower()


RULE = re.compile(r"([^{}]+)\{([^}]*)\}")


def fits(selector: str, element: Element) -> bool:
    """Whether `.l td` and the like mean this element."""
    *above, last = selector.split()
    if not is_one(last, element):
        return False
    line = element.ancestors()
    return all(any(is_one(part, one) for one in line) for part in reversed(above))


def is_one(compound: str, element: Element) -> bool:
    tag, *classes = compound.split(".")
    return tag in ("", element.tag) and set(classes) <= element.classes


def mails() -> dict[str, str]:
    """The golden ones, and one with a remark and a warning."""
    found = {name: (FOLDER / f"{name}.html").read_text(encoding="utf-8") for name in ("en", "ja")}
    found["late"] = form_of(report(), "team", "en", "Europe/Paris", LINKS, Occasion.LATE).html
    found["executive"] = form_of(report(), "executive", "ru", "Europe/Paris", LINKS).html
    return found


MAILS = {name: Read(html) for name, html in mails().items()}


@pytest.fixture(params=list(MAILS))
def mail(request: pytest.FixtureRequest) -> Read:
    return MAILS[request.param]


def test_nothing_is_asked_of_an_element_that_word_does_not_do_for_it(mail: Read) -> None:
    """MSDN aa338201: <body> and <span> take type and colour; <div>, <p> and <a> margins besides; only
    tables, cells, headings and pictures take padding, width, height and borders of one side."""
    for element in mail.elements:
        told = dict(mail.declared(element))
        known = {*CORE, *COSMETIC} if element.tag in ("body", "span", "b") else {*CORE, *COSMETIC, *MARGINS}
        for name, value in told.items():
            if name in known or name.startswith(("mso-", "-webkit-", "-ms-")):
                continue
            is_box = BOXES.fullmatch(name) is not None
            if is_box and element.tag not in ("body", "span", "b", "div", "p", "a"):
                continue
            assert may_fall_away(element, name, value), (element.tag, element.told, name, value)


def may_fall_away(element: Element, name: str, value: str) -> bool:
    """MJML's columns stand in cells of a conditional table; the padding of a link is its cell's, too."""
    if element.tag == "div":
        return name == "width" and COLUMN in element.classes
    if element.tag == "a":
        cell = element.parent.told if element.parent else {}
        return name == "padding" and (
            "mso-padding-alt" in cell.get("style", "") or "more" in cell.get("class", "")
        )
    return element.tag == "body" and (name, value) in {("margin", "0"), ("padding", "0")}


def test_no_layout_is_left_to_what_word_never_learned(mail: Read) -> None:
    """caniemail.com: neither flex nor grid, nor float, position, variables, calc(), rgba() or hsl(); no
    picture behind anything but by VML (MSDN aa338201: background-image is left out)."""
    for element in mail.elements:
        for name, value in mail.declared(element):
            assert name not in ("float", "position", "transform", "background-image", "box-shadow"), name
            assert not re.search(r"\b(flex|grid|url|var|calc|rgba|hsla?|rgb)\b", value), (name, value)
    assert not any(one.tag in ("svg", "video", "form", "input", "button") for one in mail.elements)


def test_no_selector_is_one_that_word_passes_over(mail: Read) -> None:
    """caniemail.com: of combinators only the descendant, no attributes, no pseudo-classes."""
    passed_over = [one for one, _ in mail.rules if re.search(r"[>+~\[]|:(?!root)", one)]
    assert passed_over == []


def test_what_is_centred_and_narrow_stands_in_a_table_that_is_too(mail: Read) -> None:
    """hteumeuleu.com: Word knows no max-width and no margin that is auto; a table around it says `align` and
    `width`."""
    shown = [one for one in mail.elements if "max-width:600px" in one.told.get("style", "")]
    assert len(shown) >= 3
    for one in shown:
        table = next(above for above in one.ancestors() if above.tag == "table")
        assert (table.told["align"], table.told["width"]) == ("center", "600")


def test_pictures_and_columns_have_their_widths_as_attributes(mail: Read) -> None:
    """Word takes the size of a file where no attribute says another, and reckons with 120 dpi otherwise."""
    pictures = [one for one in mail.elements if one.tag == "img"]
    assert pictures
    assert all(one.told["width"].isdecimal() and one.told["alt"] for one in pictures)
    ribbons = [one for one in mail.elements if one.tag == "th" and one.told.get("scope") == "col"]
    assert {one.told.get("width") for one in ribbons[:3]} == {None, "180", "132"}


def test_tables_leave_no_gaps(mail: Read) -> None:
    """Word's own tables have padding and spacing where the attributes do not say 0."""
    for table in (one for one in mail.elements if one.tag == "table"):
        spaces = {table.told.get(name) for name in ("cellpadding", "cellspacing", "border")}
        assert spaces == {"0"}, table.told


def test_the_button_is_a_cell_of_its_colour(mail: Read) -> None:
    """caniemail.com: neither padding nor a background of a link is shown: the cell has both."""
    button = next(one for one in mail.elements if one.told.get("bgcolor") == "#3454d1")
    assert button.tag == "td"
    assert "mso-padding-alt:10px 18px" in button.told["style"]


def test_no_line_is_of_an_exact_height_where_a_picture_stands(mail: Read) -> None:
    """Word takes a line height for the least, unless `mso-line-height-rule` says exactly: then it cuts off
    pictures that are higher (github.com/neryus/email-developer-handbook). Ours do as the least, too."""
    for element in mail.elements:
        told = dict(mail.declared(element))
        if told.get("mso-line-height-rule") == "exactly":
            assert told["line-height"] == told["font-size"] == "0px"
        elif "line-height" in told and element.tag != "img":
            assert re.fullmatch(r"\d+(px|%)|0", told["line-height"]), told


def test_word_is_told_a_font_that_it_has(mail: Read) -> None:
    """Where the first font is missing Word takes Times New Roman, whatever follows (litmus.com 5374)."""
    own = [body for selector, body in mail.rules if selector == "td" and "font-family" in body]
    assert own[-1].strip().startswith("font-family: 'Segoe UI', Arial")
    assert "!important" in own[-1]
