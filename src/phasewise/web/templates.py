"""The Jinja environment and the addresses of static files. Called by pages."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from phasewise.resources import templates_folder
from phasewise.web.values import EmptyPage, ErrorPage, PortfolioPage, WorkPage

STATIC_FOLDER = Path(__file__).resolve().parent / "static"


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
    )
    made.globals["static"] = static_address
    made.globals["marks"] = made.get_template("parts/marks.html").module
    return made


def render(template: str, page: PortfolioPage | EmptyPage | ErrorPage | WorkPage) -> str:
    """One page as HTML."""
    return environment().get_template(template).render(page=page)


@cache
def static_address(name: str) -> str:
    """The address of a static file, with its content's digest so that browsers may keep it for ever."""
    digest = sha256((STATIC_FOLDER / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"
