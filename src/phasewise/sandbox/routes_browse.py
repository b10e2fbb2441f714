"""A page for people: links such as /browse/ML-7 lead to it. Plain HTML, no script. `app` mounts it."""

from collections.abc import Sequence
from html import escape

from fastapi import APIRouter, Request, Response

from phasewise.sandbox.adf import plain_text
from phasewise.sandbox.answers import RefusedError
from phasewise.sandbox.desk import Desk
from phasewise.sandbox.model import Change, Issue
from phasewise.sandbox.times import iso
from phasewise.sandbox.world import World

_PAGE = """<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse; width: 100% }} th, td {{ text-align: left; padding: .3rem .6rem .3rem 0;
border-bottom: 1px solid #ccc; vertical-align: top }} h2 {{ font-size: 1.1rem; margin-top: 2rem }}
</style></head><body><h1>{title}</h1>{body}</body></html>"""


def routes(desk: Desk) -> APIRouter:
    router = APIRouter()

    @router.get("/browse/{issue}")
    async def issue(request: Request) -> Response:
        try:
            found = desk.issue(request, desk.caller(request))
        except RefusedError as refused:
            return _page(
                desk.world, "No such issue", "<p>It is deleted, or not shown to you.</p>", refused.status
            )
        title = f"{desk.world.key_of(found)} {found.summary}"
        return _page(desk.world, title, _facts(desk.world, found) + _history(desk.world, found))

    @router.get("/")
    async def site() -> Response:
        rows = [
            (space.key, f"{space.name}: {len(desk.world.index.in_space(space.id))} issues")
            for space in desk.world.spaces.values()
        ]
        note = "<p>A sandbox that imitates Jira. Nothing here is real.</p>"
        return _page(desk.world, desk.world.title, note + _table(rows))

    return router


def _page(world: World, title: str, body: str, status: int = 200) -> Response:
    html = _PAGE.format(title=escape(title), body=body, language=world.language)
    return Response(html, status_code=status, media_type="text/html;charset=UTF-8")


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    cells = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


def _facts(world: World, issue: Issue) -> str:
    parent = world.issues.get(issue.parent) if issue.parent is not None else None
    person = world.users.get(issue.assignee or "")
    rows: list[tuple[str, ...]] = [
        (world.fields["issuetype"].name, world.types[issue.type].name),
        (world.fields["status"].name, world.statuses[issue.status].name),
        (world.fields["assignee"].name, person.display_name if person else ""),
        (world.fields["parent"].name, f"{world.key_of(parent)} {parent.summary}" if parent else ""),
        (world.fields["description"].name, plain_text(issue.description) or ""),
    ]
    for field_id, value in (issue.custom or {}).items():
        field = world.fields.get(field_id)
        if field is not None:
            chosen = value if isinstance(value, tuple) else (value,)
            names = [field.options[one].name if one in field.options else str(one) for one in chosen]
            rows.append((field.name, ", ".join(names)))
    return _table(rows)


def _history(world: World, issue: Issue) -> str:
    rows = [_row(world, change) for change in issue.changes if change.shape is not None]
    comments = issue.extras.comments if issue.extras else []
    said = [(iso(c.created), _name(world, c.author), plain_text(c.body) or "") for c in comments]
    return f"<h2>History</h2>{_table(rows)}<h2>Comments</h2>{_table(said)}"


def _row(world: World, change: Change) -> tuple[str, ...]:
    field = change.shape.field if change.shape else ""
    return (
        iso(change.at),
        _name(world, change.author),
        field,
        change.before_text or "",
        change.after_text or "",
    )


def _name(world: World, user_id: str | None) -> str:
    user = world.users.get(user_id or "")
    return user.display_name if user else ""
