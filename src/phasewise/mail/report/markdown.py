"""A report as Markdown: what the mail says, to paste elsewhere. Called by whoever hands out reports."""

import re
from collections.abc import Iterator

from phasewise.core.digest import Digest
from phasewise.i18n.speaking import speaking
from phasewise.mail.report.form import reader_of
from phasewise.mail.report.letter import letter_of
from phasewise.mail.report.links import Links
from phasewise.mail.report.values import Letter, Linked, Person, Point, Row, Section

MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
AT_A_START = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))", re.MULTILINE)


def markdown_of(digest: Digest, audience: str, language: str, zone: str, links: Links) -> str:
    """The whole report. ValueError for an audience that there is not."""
    with speaking(language):
        letter = letter_of(reader_of(digest, audience, zone, links))
    return "\n".join(_lines(letter)).strip() + "\n"


def plain(text: str) -> str:
    """`text` so that Markdown takes none of it for markup."""
    return AT_A_START.sub(r"\1\\\2", MARKUP.sub(r"\\\1", text)).replace("\n", "  \n")


def _link(one: Linked) -> str:
    return f"[{plain(one.text)}](<{one.href}>)" if one.href else plain(one.text)


def _lines(letter: Letter) -> Iterator[str]:
    yield f"# {plain(letter.title)}"
    yield ""
    yield f"{plain(letter.date_line)}  \n{plain(letter.freshness)}"
    for said in (letter.warning, letter.remark, letter.remark_by):
        if said:
            yield ""
            yield plain(said)
    yield ""
    yield " · ".join(f"**{one.number}** {plain(one.label)}" for one in letter.figures)
    yield ""
    yield from (f"- {_link(one)}" for one in letter.totals)
    yield from _section(letter.attention)
    if letter.rows:
        yield from _rows(letter)
    for section in letter.changes:
        yield from _section(section)
    if letter.people:
        yield from ("", f"## {plain(letter.people_title)}", "")
        yield from (_person(one) for one in letter.people)
        yield from _more(letter.people_more)
    for section in letter.closing:
        yield from _section(section)
    if letter.button.href:
        yield from ("", _link(letter.button))


def _section(section: Section) -> Iterator[str]:
    yield from ("", f"## {plain(section.title)}", "")
    yield from (_point(point) for point in section.points)
    if not section.points:
        yield plain(section.nothing)
    yield from _more(section.more)


def _more(more: Linked | None) -> Iterator[str]:
    if more is not None:
        yield f"- {_link(more)}"


def _point(point: Point) -> str:
    said = (
        f"{_link(Linked(point.lead, point.href))} – {plain(point.text)}" if point.lead else plain(point.text)
    )
    note = f" ({plain(point.note)})" if point.note else ""
    return f"- {plain(point.mark)} {said}{note}" if point.tone else f"- {said}{note}"


def _rows(letter: Letter) -> Iterator[str]:
    project, path, health = (plain(head) for head in letter.heads)
    yield from ("", f"## {plain(letter.rows_title)}", "")
    yield f"| {project} | {path} | {health} |"
    yield "| --- | --- | --- |"
    yield from (_row(row) for row in letter.rows)
    if letter.rows_more is not None:
        yield from ("", _link(letter.rows_more))


def _row(row: Row) -> str:
    about = " · ".join(part for part in (row.phase, row.weeks.text, row.note, row.remark) if part)
    health = " – ".join(part for part in (f"{row.mark} {row.health}", row.why) if part)
    return f"| {_link(Linked(row.name, row.href))} – {plain(about)} | {plain(row.path)} | {plain(health)} |"


def _person(person: Person) -> str:
    work = [
        f"{_link(Linked(one.key, one.href))} {plain(one.title)}, {plain(one.days)}" for one in person.work
    ]
    said = "; ".join([*work, plain(person.note)] if person.note else work)
    return f"- **{_link(Linked(person.name, person.href))}** – {said}"
