"""The page /search: projects, tasks and people, by the field at the top of every page. Used by `app`."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from phasewise.core.model import Group, Kind
from phasewise.i18n.speaking import _, marked, ngettext
from phasewise.terms import phase_name
from phasewise.usecases.portfolio import Ticket
from phasewise.usecases.show_search import AT_MOST, Found, TaskFound, show_search
from phasewise.web.dates import Dates
from phasewise.web.deps import AsOf, Given
from phasewise.web.freshness import chrome_of
from phasewise.web.here import Here, here_of, path_of
from phasewise.web.templates import render
from phasewise.web.values import Chrome
from phasewise.web.wording import safe_href

GROUPS = {
    Group.TODO: marked("to do"),
    Group.ACTIVE: marked("active"),
    Group.WATCHING: marked("watching"),
    Group.PAUSED: marked("paused"),
    Group.DONE: marked("done"),
}
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: its key (empty for a person), its name, where it is, and what else is known."""

    key: str
    name: str
    note: str
    href: str | None
    jira: str | None


@dataclass(frozen=True, slots=True)
class Hits:
    title: str
    hits: tuple[Hit, ...]
    more: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    chrome: Chrome
    asked: str
    summary: str
    kinds: tuple[Hits, ...]
    hint: str


@router.get("/search", response_class=HTMLResponse)
def get_search(
    request: Request, deps: Given, as_of: AsOf, q: Annotated[str, Query(max_length=200)] = ""
) -> HTMLResponse:
    """What has all the words."""
    found = show_search(deps, as_of, q)
    return HTMLResponse(render("pages/search.html", search_page(found, q.strip(), here_of(request.scope))))


def search_page(found: Found, asked: str, here: Here) -> SearchPage:
    frame = found.frame
    kinds = (
        Hits(_("That key"), _exact(found, here), ""),
        Hits(
            _("Projects"),
            tuple(_project(ticket, here) for ticket in found.projects),
            _more(found, "projects"),
        ),
        Hits(_("Tasks"), tuple(_task(task) for task in found.tasks), _more(found, "tasks")),
        Hits(
            _("People"),
            tuple(
                Hit("", person.name or _("Unknown person"), "", here.at(path_of("people", person.id)), None)
                for person in found.people
            ),
            _more(found, "people"),
        ),
    )
    shown = tuple(kind for kind in kinds if kind.hits)
    total = sum(len(kind.hits) for kind in shown)
    return SearchPage(
        chrome=chrome_of(frame.sync, frame.now, Dates(frame.zone, frame.as_of), is_live=here.as_of is None),
        asked=asked,
        summary=_summary(asked, total, is_all=not found.more) if asked else "",
        kinds=shown,
        hint=_hint(asked, total),
    )


def _summary(asked: str, total: int, *, is_all: bool) -> str:
    if is_all:
        return ngettext(
            "%(num)s result for “%(asked)s”", "%(num)s results for “%(asked)s”", total, asked=asked
        )
    return ngettext(
        "More than %(num)s result for “%(asked)s”",
        "More than %(num)s results for “%(asked)s”",
        total,
        asked=asked,
    )


def _hint(asked: str, total: int) -> str:
    if not asked:
        return _("Type a key, a former key, or words of a name. All the words have to be there.")
    if not total:
        return _(
            "Nothing has all these words. Fewer words, or a part of one, find more; so does another day."
        )
    return ""


def _more(found: Found, kind: str) -> str:
    return (
        _("The first %(most)s are shown. More words find fewer.", most=AT_MOST) if kind in found.more else ""
    )


def _exact(found: Found, here: Here) -> tuple[Hit, ...]:
    """The issue of just this key, unless it is the first of its kind anyway."""
    ticket = found.exact
    if ticket is None:
        return ()
    return (_project(ticket, here) if found.exact_kind is Kind.PROJECT else _ticket(ticket, ""),)


def _project(ticket: Ticket, here: Here) -> Hit:
    href = here.at(path_of("projects", ticket.key))
    return Hit(ticket.key, ticket.summary, "", href, safe_href(ticket.url))


def _task(task: TaskFound) -> Hit:
    phase = phase_name(task.phase)
    project = _("No project") if task.project is None else task.project.summary
    return _ticket(task.ticket, f"{project} · {phase} · {_(GROUPS[task.group])}")


def _ticket(ticket: Ticket, note: str) -> Hit:
    return Hit(ticket.key, ticket.summary, note, safe_href(ticket.url), None)
