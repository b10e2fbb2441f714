"""What the create, edit and transition forms hold: fields, whether required, and the values allowed."""

from typing import Any

from phasewise.sandbox import catalogue
from phasewise.sandbox.model import Field, Issue, IssueType, Space, Transition
from phasewise.sandbox.render import Renderer

Json = dict[str, Any]

ON_EDIT = (
    "summary",
    "issuetype",
    "description",
    "assignee",
    "reporter",
    "priority",
    "labels",
    "duedate",
    "parent",
    "timetracking",
    "issuelinks",
    "comment",
)
ON_CREATE = ("summary", "issuetype", "project", *ON_EDIT[2:])
_REQUIRED = frozenset({"summary", "issuetype", "project"})
_ARRAYS = frozenset({"labels", "comment", "issuelinks"})


class Forms:
    """In one version of the API, for a caller's site."""

    def __init__(self, renderer: Renderer) -> None:
        self.renderer = renderer
        self.world = renderer.world

    def edit(self, issue: Issue) -> Json:
        space = self.world.spaces[issue.space]
        return {field.id: self.entry(field, space) for field in self.fields(ON_EDIT, space, issue.type)}

    def create(self, space: Space, kind: IssueType) -> list[Json]:
        fields = self.fields(ON_CREATE, space, kind.id)
        return [{**self.entry(field, space), "fieldId": field.id} for field in fields]

    def screen(self, issue: Issue, arrow: Transition) -> Json:
        space = self.world.spaces[issue.space]
        shown = {}
        for name in arrow.screen:
            shown[name] = self.entry(self.world.fields[name], space) | {"required": name in arrow.required}
        return shown

    def fields(self, system: tuple[str, ...], space: Space, type_id: str) -> list[Field]:
        """The fields of a screen: system ones and the space's custom ones (Epic Name only on epics)."""
        known = self.world.fields
        found = [known[id] for id in system if id in known]
        is_epic = type_id in self.world.epic_types()
        for field in known.values():
            if not field.custom or field.space not in (None, space.id):
                continue
            agile = field.schema.get("custom", "").removeprefix(catalogue.GREENHOPPER)
            if (agile == "gh-epic-link" and (is_epic or self.world.cloud)) or (
                agile == "gh-epic-label" and not is_epic
            ):
                continue
            found.append(field)
        return found

    def entry(self, field: Field, space: Space) -> Json:
        made: Json = {
            "required": field.id in _REQUIRED,
            "schema": field.schema or {"type": "issuelink", "system": field.id},
            "name": field.name,
            "key": field.id,
            "hasDefaultValue": field.id in ("reporter", "priority"),
            "operations": ["add", "set", "remove"] if field.id in _ARRAYS else ["set"],
        }
        allowed = self._allowed(field, space)
        if allowed is not None:
            made["allowedValues"] = allowed
        return made

    def _allowed(self, field: Field, space: Space) -> list[Any] | None:
        refs, world = self.renderer.refs, self.world
        if field.options:
            return [refs.option(option) for option in field.options.values() if not option.disabled]
        if field.id == "issuetype":
            return [refs.kept("type", id) for id in space.types]
        if field.id == "priority":
            return [refs.kept("priority", id) for id in world.priorities]
        if field.id == "resolution":
            return [refs.kept("resolution", id) for id in world.resolutions]
        if field.id == "project":
            return [refs.kept("space", space.id)]
        return None
