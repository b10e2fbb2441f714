"""A letter on paper: its parts laid out by ReportLab. Called by pdf, when somebody wants one."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from xml.sax.saxutils import quoteattr

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Image, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from phasewise.mail.report.fonts import BOLD, PLAIN, marked_up, register
from phasewise.mail.report.pictures import HEIGHT, WIDTH
from phasewise.mail.report.values import Letter, Linked, Person, Point, Row, Section

MARGIN = 18 * mm
PADDING = 6
"""That ReportLab gives a page inside of its margins."""

ROOM = A4[0] - 2 * (MARGIN + PADDING)
LINE, TEXT, GREY = HexColor("#d5d9df"), "#15181e", "#626a76"
TONES = {"bad": "#c1301c", "warn": "#96590a", "ok": "#1a7a4a", "": TEXT}
PICTURE = 0.6
"""Of the size of a ribbon in the mail."""


def printed(letter: Letter) -> bytes:
    """The letter on A4; the same letter gives the same bytes."""
    register()
    written = BytesIO()
    document = SimpleDocTemplate(
        written,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=letter.title,
        author="Phasewise",
        lang=letter.lang,
        invariant=1,
    )
    foot = _foot(letter)
    document.build(list(Printed(letter).flow()), onFirstPage=foot, onLaterPages=foot)
    return written.getvalue()


def _foot(letter: Letter) -> Callable[[Any, Any], None]:
    """The number of the page, and what it is a page of."""

    def draw(canvas: Any, document: Any) -> None:
        said = Printed(letter).text(f"{letter.title} · {document.page}", 8, colour=GREY)
        said.wrapOn(canvas, ROOM, MARGIN)
        said.drawOn(canvas, MARGIN + PADDING, MARGIN / 2)

    return draw


class Printed:
    """The parts of a letter as they are laid out."""

    def __init__(self, letter: Letter) -> None:
        self.letter = letter

    def flow(self) -> Iterator[Any]:
        """All of it from top to bottom."""
        letter = self.letter
        yield self.text(letter.title, 18, font=BOLD)
        yield Spacer(0, 2)
        yield self.text(f"{letter.date_line} · {letter.freshness}", 8.5, colour=GREY)
        remark = letter.remark.splitlines() if letter.remark else []
        yield Spacer(0, 6)
        for said in (letter.warning, *remark):
            if said:
                yield self.text(said, 9.5)
        if letter.remark_by:
            yield self.text(letter.remark_by, 8.5, colour=GREY)
        yield Spacer(0, 8)
        yield self._figures()
        yield self.text(" · ".join(one.text for one in letter.totals), 8.5, colour=GREY)
        yield from self._section(letter.attention)
        if letter.rows:
            yield from self._rows()
        for section in letter.changes:
            yield from self._section(section)
        if letter.people:
            yield from self._people()
        for section in letter.closing:
            yield from self._section(section)
        if letter.button.href:
            yield Spacer(0, 10)
            yield self._linked(letter.button)

    def text(self, said: str, size: float, font: str = PLAIN, colour: str = TEXT) -> Paragraph:
        return self._paragraph(marked_up(said, self.letter.lang, font), size, font, colour)

    def _paragraph(self, markup: str, size: float, font: str = PLAIN, colour: str = TEXT) -> Paragraph:
        style = ParagraphStyle(
            "text",
            fontName=font,
            fontSize=size,
            leading=size * 1.4,
            textColor=HexColor(colour),
            wordWrap="CJK" if self.letter.lang in ("ja", "zh-Hans") else None,
        )
        return Paragraph(markup, style)

    def _linked(self, one: Linked, size: float = 9.5, font: str = PLAIN) -> Paragraph:
        said = marked_up(one.text, self.letter.lang, font)
        return self._paragraph(f"<a href={quoteattr(one.href)}>{said}</a>" if one.href else said, size, font)

    def _heading(self, said: str) -> list[Any]:
        return [Spacer(0, 10), self.text(said, 11.5, font=BOLD), Spacer(0, 2)]

    # ------------------------------------------------------------ the parts

    def _figures(self) -> Table:
        figures = self.letter.figures
        numbers = [self.text(one.number, 18, BOLD, TONES[one.tone]) for one in figures]
        labels = [self.text(one.label, 8.5, colour=GREY) for one in figures]
        return _table([numbers, labels], [ROOM / len(figures)] * len(figures))

    def _section(self, section: Section) -> Iterator[Any]:
        heading = self._heading(section.title)
        if not section.points:
            yield KeepTogether([*heading, self.text(section.nothing, 9, colour=GREY)])
            return
        rows = [self._point(point) for point in section.points]
        yield KeepTogether([*heading, _table(rows[:1], [14, ROOM * 0.62, None])])
        if rows[1:]:
            yield _table(rows[1:], [14, ROOM * 0.62, None])
        if section.more:
            yield self._linked(section.more, 8.5)

    def _point(self, point: Point) -> list[Any]:
        lang = self.letter.lang
        lead = marked_up(point.lead, lang, BOLD)
        if point.lead and point.href:
            lead = f"<a href={quoteattr(point.href)}>{lead}</a>"
        said = f"{lead} {marked_up(point.text, lang)}" if point.lead else marked_up(point.text, lang)
        mark = self.text(point.mark, 9, colour=TONES[point.tone])
        return [mark, self._paragraph(said, 9), self.text(point.note, 8, colour=GREY)]

    def _rows(self) -> Iterator[Any]:
        yield from self._heading(self.letter.rows_title)
        heads = [self.text(head, 8, colour=GREY) for head in self.letter.heads]
        body = [heads, *(self._row(row) for row in self.letter.rows)]
        yield _table(body, [None, WIDTH * PICTURE + 12, ROOM * 0.28], ruled=True)
        if self.letter.rows_more:
            yield self._linked(self.letter.rows_more, 8.5)

    def _row(self, row: Row) -> list[Any]:
        about = " · ".join(part for part in (row.phase, row.weeks.text, row.note) if part)
        named = [self._linked(Linked(row.name, row.href), 9, BOLD), self.text(about, 8, colour=GREY)]
        if row.remark:
            named.append(self.text(row.remark, 8.5))
        health = [self.text(f"{row.mark} {row.health}", 9, colour=TONES[row.tone])]
        if row.why:
            health.append(self.text(row.why, 8, colour=GREY))
        drawn = (
            Image(BytesIO(row.ribbon.png), WIDTH * PICTURE, HEIGHT * PICTURE, mask="auto")
            if row.ribbon
            else ""
        )
        return [named, drawn, health]

    def _people(self) -> Iterator[Any]:
        yield from self._heading(self.letter.people_title)
        body = [line for person in self.letter.people for line in self._person(person)]
        yield _table(body, [ROOM * 0.26, None, 44])
        if self.letter.people_more:
            yield self._linked(self.letter.people_more, 8.5)

    def _person(self, person: Person) -> Iterator[list[Any]]:
        name = self.text(person.name, 9, BOLD)
        for work in person.work:
            title = self.text(f"{work.key} {work.title}", 9)
            yield [name, title, self.text(work.days, 9, colour=TONES[work.tone])]
            name = self.text("", 9)
        if person.note:
            yield [name, self.text(person.note, 8.5, colour=TONES[person.tone] if person.tone else GREY), ""]


def _table(rows: list[list[Any]], widths: list[Any], *, ruled: bool = False) -> Table:
    style: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
    if ruled:
        style.append(("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE))
    return Table(rows, colWidths=_widths(widths), style=TableStyle(style), hAlign="LEFT")


def _widths(widths: list[Any]) -> list[float]:
    """None takes what the others leave."""
    rest = ROOM - sum(width for width in widths if width is not None)
    return [rest if width is None else width for width in widths]
