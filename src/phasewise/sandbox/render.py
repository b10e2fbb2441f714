"""An issue as JSON: which fields are asked for, and how each is shown. The routes call it."""

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from phasewise.sandbox import adf
from phasewise.sandbox.catalogue import LINK_TYPES
from phasewise.sandbox.given import given_fields
from phasewise.sandbox.model import Comment, Field, Issue
from phasewise.sandbox.render_history import expanded
from phasewise.sandbox.render_refs import Json, Refs
from phasewise.sandbox.times import iso
from phasewise.sandbox.world import World

_CONSTANT: dict[str, Any] = {
    "components": [],
    "fixVersions": [],
    "versions": [],
    "environment": None,
    "timespent": None,
    "workratio": -1,
    "votes": {"votes": 0, "hasVoted": False},
    "progress": {"progress": 0, "total": 0},
}
"""Fields nothing happens to here."""

_Step = tuple[str, Callable[[Issue], Any], str | None]

_PLANS = 200

_NOT_NAVIGABLE = frozenset({"comment", "attachment", "worklog"})


@dataclass(frozen=True, slots=True)
class Selection:
    """Which fields of an issue are asked for. `id_only`: Cloud's search shows nothing but the id then."""

    names: tuple[str, ...]
    everything: bool = False
    navigable: bool = False
    without: frozenset[str] = frozenset()
    id_only: bool = False

    def wants(self, field_id: str) -> bool:
        if field_id in self.without:
            return False
        if self.everything or field_id in self.names:
            return True
        return self.navigable and field_id not in _NOT_NAVIGABLE

    @property
    def keys_only(self) -> bool:
        return not (self.everything or self.navigable) and set(self.names) <= {"id", "key", "issuekey"}


def selection(fields: Iterable[str] | None, default: str) -> Selection:
    """From a list of field ids (`*all`, `*navigable`, `-field` too); `default` where none is given."""
    asked = [part.strip() for name in fields or () for part in name.split(",")]
    asked = [name for name in asked if name] or [default]
    without = frozenset(name[1:] for name in asked if name.startswith("-"))
    names = tuple(name for name in asked if name[0] not in "-*")
    return Selection(
        names,
        everything="*all" in asked or (bool(without) and not names and "*navigable" not in asked),
        navigable="*navigable" in asked,
        without=without,
        id_only=asked == ["id"],
    )


def _always(value: Any) -> Callable[[Issue], Any]:
    return lambda _issue: value


class Renderer:
    """Shows the issues of a world in one version of the API."""

    def __init__(self, world: World, base_url: str, version: str) -> None:
        self.world = world
        self.refs = Refs(world, base_url, version)
        self.version = version
        self._plans: dict[Selection, list[_Step]] = {}
        self._planned_at = -1
        self._shown: dict[str, Callable[[Issue], Any]] = {
            "summary": lambda issue: issue.summary,
            "description": lambda issue: self.text(issue.description),
            "issuetype": lambda issue: self.refs.kept("type", issue.type),
            "project": lambda issue: self.refs.kept("space", issue.space),
            "status": lambda issue: self.refs.kept("status", issue.status),
            "priority": lambda issue: self.refs.kept("priority", issue.priority),
            "resolution": lambda issue: self.refs.kept("resolution", issue.resolution),
            "assignee": lambda issue: self.refs.kept("user", issue.assignee),
            "reporter": lambda issue: self.refs.kept("user", issue.reporter),
            "creator": lambda issue: self.refs.kept("user", issue.creator),
            "created": lambda issue: self.time(issue.created),
            "updated": lambda issue: self.time(issue.updated),
            "resolutiondate": lambda issue: self.time(issue.resolved),
            "statuscategorychangedate": lambda issue: self.time(issue.status_since),
            "labels": lambda issue: list(issue.labels),
            "duedate": lambda issue: issue.due,
            "timeoriginalestimate": lambda issue: issue.estimate,
            "timeestimate": lambda issue: issue.estimate,
            "subtasks": self._subtasks,
            "issuelinks": self._links,
            "comment": self.comments,
        }
        if not world.cloud:
            del self._shown["statuscategorychangedate"]

    def time(self, instant: int | None) -> str | None:
        return None if instant is None else iso(instant, self.world.site_zone)

    def text(self, value: Any) -> Any:
        """A document in version 3, wiki text in version 2."""
        if value is None:
            return None
        return adf.document(value) if self.version == "3" else adf.plain_text(value)

    # ---------------------------------------------------------------- the issue

    def issue(
        self, issue: Issue, wanted: Selection, *, changelog: bool = False, in_list: bool = True
    ) -> Json:
        """`in_list`: as part of a search or a bulk fetch, where Cloud cuts the changelog shorter.

        Made under the world's lock, so that fields and history are those of one moment.
        """
        if wanted.id_only and self.world.cloud and in_list and not changelog:
            return {"id": str(issue.id)}
        with self.world.lock:
            return self._issue(issue, wanted, changelog=changelog, in_list=in_list)

    def _issue(self, issue: Issue, wanted: Selection, *, changelog: bool, in_list: bool) -> Json:
        made: Json = {
            "expand": "operations,versionedRepresentations,editmeta,changelog,renderedFields,transitions",
            "id": str(issue.id),
            "self": f"{self.refs.api}/issue/{issue.id}",
            "key": self.world.key_of(issue),
        }
        if changelog:
            made["changelog"] = expanded(self.refs, issue, in_list=in_list)
        if not wanted.keys_only:
            made["fields"] = self.fields(issue, wanted)
        return made

    def fields(self, issue: Issue, wanted: Selection) -> Json:
        if issue.given is not None:
            return self._given_fields(issue, wanted)
        made = {
            name: show(issue)
            for name, show, space in self._plan(wanted)
            if space is None or space == issue.space
        }
        if wanted.wants("parent") and (parent := self._parent(issue)) is not None:
            made["parent"] = parent
        return made

    def _plan(self, wanted: Selection) -> list[_Step]:
        """The fields to show, worked out once per selection: name, function, the one space that has it."""
        if self._planned_at != self.world.meta_version:
            self._plans.clear()
            self._planned_at = self.world.meta_version
        plan = self._plans.get(wanted)
        if plan is None:
            if len(self._plans) > _PLANS:
                self._plans.clear()
            steps: list[_Step] = [(name, show, None) for name, show in self._shown.items()]
            steps += [(name, _always(value), None) for name, value in _CONSTANT.items()]
            for field in self.world.fields.values():
                if field.custom:
                    steps.append((field.id, functools.partial(self.custom, field=field), field.space))
            plan = self._plans[wanted] = [step for step in steps if wanted.wants(step[0])]
        return plan

    def custom(self, issue: Issue, field: Field) -> Any:
        """A custom value: an option, a list of options, the epic's key, or plain JSON."""
        if field is self.world.epic_link:
            return self._epic_key(issue)
        value = (issue.custom or {}).get(field.id)
        if value is None:
            return None
        if isinstance(value, tuple):
            return [self.refs.option(field.options[id]) if id in field.options else id for id in value]
        if isinstance(value, str) and value in field.options:
            return self.refs.option(field.options[value])
        return value

    def _epic_key(self, issue: Issue) -> str | None:
        parent = self.world.issues.get(issue.parent) if issue.parent is not None else None
        if parent is None or self.world.level(issue) != 0 or self.world.spaces[issue.space].team_managed:
            return None
        return self.world.key_of(parent)

    def _parent(self, issue: Issue) -> Json | None:
        """Data Center shows the parent of sub-tasks only; an epic is in the Epic Link."""
        parent = self.world.issues.get(issue.parent) if issue.parent is not None else None
        if parent is None or (not self.world.cloud and self.world.level(issue) >= 0):
            return None
        return self.brief(parent)

    def brief(self, issue: Issue) -> Json:
        """An issue as another issue shows it."""
        return {
            "id": str(issue.id),
            "key": self.world.key_of(issue),
            "self": f"{self.refs.api}/issue/{issue.id}",
            "fields": {
                "summary": issue.summary,
                "status": self.refs.kept("status", issue.status),
                "priority": self.refs.kept("priority", issue.priority),
                "issuetype": self.refs.kept("type", issue.type),
            },
        }

    def _subtasks(self, issue: Issue) -> list[Json]:
        children = (self.world.issues[id] for id in sorted(self.world.index.children(issue.id)))
        return [self.brief(child) for child in children if self.world.level(child) < 0]

    def _links(self, issue: Issue) -> list[Json]:
        links = issue.extras.links if issue.extras else []
        return [
            {
                "id": str(number),
                "self": f"{self.refs.api}/issueLink/{number}",
                "type": self.link_type(type_id),
                "outwardIssue" if is_outward else "inwardIssue": self.brief(self.world.issues[other]),
            }
            for number, type_id, other, is_outward in links
            if other in self.world.issues
        ]

    def link_type(self, type_id: str) -> Json:
        name, inward, outward = LINK_TYPES[type_id]
        shown = {"id": type_id, "name": name, "inward": inward, "outward": outward}
        return {**shown, "self": f"{self.refs.api}/issueLinkType/{type_id}"}

    # ---------------------------------------------------------------- what an export gave

    def _given_fields(self, issue: Issue, wanted: Selection) -> Json:
        """As it came, save what was changed since, fields since deleted, and statuses since renamed."""
        given = given_fields(issue)
        touched = issue.touched or frozenset()
        made: Json = {}
        for name, value in given.items():
            if not wanted.wants(name) or name in touched or self._is_gone(name):
                continue
            made[name] = self.text(value) if name == "description" else value
        renamed = self.world.statuses[issue.status].given is None
        names = touched | {"status"} if renamed else touched
        fresh = Selection(tuple(sorted(name for name in names if wanted.wants(name))))
        made |= {name: show(issue) for name, show, _ in self._plan(fresh)}
        if fresh.wants("parent") and (parent := self._parent(issue)) is not None:
            made["parent"] = parent
        if wanted.wants("subtasks"):
            self._add_subtasks(made, issue)
        return made

    def _add_subtasks(self, made: Json, issue: Issue) -> None:
        """Jira lists a sub-task on its parent: so does an export in which only the sub-task tells it."""
        listed = made.get("subtasks") or []
        known = {str(one.get("id")) for one in listed}
        if more := [one for one in self._subtasks(issue) if one["id"] not in known]:
            made["subtasks"] = listed + more

    def _is_gone(self, name: str) -> bool:
        return name.startswith("customfield_") and name not in self.world.fields

    # ---------------------------------------------------------------- comments

    def comments(self, issue: Issue) -> Json:
        found = issue.extras.comments if issue.extras else []
        shown = [self.comment(issue, comment) for comment in found]
        page = {"comments": shown, "maxResults": len(shown), "total": len(shown), "startAt": 0}
        return page | ({"self": f"{self.refs.api}/issue/{issue.id}/comment"} if self.world.cloud else {})

    def comment(self, issue: Issue, comment: Comment) -> Json:
        made: Json = {
            "self": f"{self.refs.api}/issue/{issue.id}/comment/{comment.id}",
            "id": comment.id,
            "author": self.refs.kept("user", comment.author),
            "body": self.text(comment.body),
            "updateAuthor": self.refs.kept("user", comment.update_author),
            "created": self.time(comment.created),
            "updated": self.time(comment.updated),
        }
        return made | ({"jsdPublic": True} if self.world.cloud else {})
