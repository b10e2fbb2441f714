"""The Jinja environment and the addresses of static files. Called by pages."""

from collections.abc import Hashable
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup

from phasewise.i18n.languages import tag_of
from phasewise.i18n.speaking import PAGES, language
from phasewise.i18n.writing import whole
from phasewise.resources import templates_folder
from phasewise.web.here import Here, current_here
from phasewise.web.visitors import current_visitor

STATIC_FOLDER = Path(__file__).resolve().parent / "static"


LONGEST_TEXT = 1_000
"""Characters of a text that a page prints: laying out a name of 32,767 takes a browser half a minute."""

LONGEST_ADDRESS = 9_000
MARKS = 500
PARTS = 600
"""Rows, lanes and cards kept as they were printed: of two or three pages, 5 KB each at most."""


def printed(value: object) -> object:
    """A value as it is printed: of a text that is no page's, the beginning. Addresses are printed whole."""
    if not isinstance(value, str) or len(value) <= LONGEST_TEXT or isinstance(value, Markup):
        return value
    if value.startswith(("/", "https://", "http://")) and len(value) <= LONGEST_ADDRESS:
        return value
    return f"{value[:LONGEST_TEXT]}…"


@cache
def environment() -> Environment:
    """Autoescape is on for everything: what Jira says is text, never markup. A missing value is an error."""
    made = Environment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=printed,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    made.newstyle_gettext = True  # type: ignore[attr-defined]
    made.globals |= {"gettext": said, "_": said, "ngettext": counted, "pgettext": said_in}
    made.filters["whole"] = lambda value: whole(value, language())
    made.globals["language"] = lambda: tag_of(language())
    made.globals["static"] = static_address
    made.globals["visitor"] = current_visitor
    made.globals["part"] = part
    made.globals["marks"] = _kept_marks(made.get_template("parts/marks.html").module)
    return made


def _kept_marks(marks: TemplateModule) -> TemplateModule:
    """The macros of marks, of which those that say nothing in a language keep what they printed: a page has
    the same dozen of icons and phases a thousand times, and the ribbons of the page before a change."""
    for name in ("icon", "square", "phase", "ribbon"):
        setattr(marks, name, lru_cache(maxsize=MARKS)(getattr(marks, name)))
    return marks


@pass_context
def part(context: Context, name: str, of: Hashable, may: bool = False) -> Markup:
    """A part of a page that prints `of`, a ready-made value, at the day of the page; `may`: what only some
    may see or do is in it, too. Nothing else decides about what it says."""
    return _part(name, of, may, context["here"].as_of, language())


@lru_cache(maxsize=PARTS)
def _part(name: str, of: Hashable, may: bool, as_of: str | None, __: str) -> Markup:
    """What it printed, kept: after a change most rows and cards of a page are what they were before it. Who
    looks is not among what it is given: a part that asks for it fails."""
    given = {"of": of, "may": may, "here": Here(as_of=as_of), "visitor": None}
    return Markup(environment().get_template(f"parts/{name}.html").render(given))  # noqa: S704


def said(text: str, **values: object) -> Markup:
    """A text of the template in the reader's language. It is markup, its values are not."""
    return _markup(text, language()) % _values(values) if values else _plain(text, language())


@cache
def _markup(text: str, __: str) -> Markup:
    return Markup(PAGES.gettext(text))  # noqa: S704


@cache
def _plain(text: str, __: str) -> Markup:
    """A text without values, kept for its language: a page says the same again and again."""
    return Markup(PAGES.gettext(text) % ())  # noqa: S704


def counted(singular: str, plural: str, num: int, **values: object) -> Markup:
    """The same for a number, which is `num` in the text."""
    return Markup(PAGES.plural(singular, plural, num)) % _values({"num": num, **values})  # noqa: S704


def said_in(context: str, text: str, **values: object) -> Markup:
    return Markup(PAGES.pgettext(context, text)) % _values(values)  # noqa: S704


def _values(values: dict[str, object]) -> dict[str, object]:
    """What stands in a text, as it is printed elsewhere; whole numbers as the language writes them."""
    spoken = language()
    return {
        name: whole(value, spoken) if type(value) is int else printed(value) for name, value in values.items()
    }


def render(template: str, page: object, here: Here | None = None) -> str:
    """One page as HTML. `page` has what the template prints; `here` is where the reader is, unless it is
    where the request says."""
    return environment().get_template(template).render(page=page, here=here or current_here())


@cache
def static_address(name: str) -> str:
    """The address of a static file, with its content's digest so that browsers may keep it for ever."""
    digest = sha256((STATIC_FOLDER / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"
