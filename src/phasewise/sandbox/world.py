"""`World`: one imitated Jira site and every write to it. The server's routes and the scripted team call it.

Every write takes its instant, so that a history can be played, and is written to the changelog the way Jira
writes it. Listeners (webhooks) hear of each write while the lock is held.
"""

import copy
import time
from collections.abc import Callable, Iterable
from typing import Any

from phasewise.sandbox import catalogue
from phasewise.sandbox.changes import Item, change, fitting
from phasewise.sandbox.events import Event, event_type
from phasewise.sandbox.index import Index
from phasewise.sandbox.model import Change, Comment, Deployment, Extras, Issue, Language, Space
from phasewise.sandbox.site import Site


class World(Site):
    """A site with the standard content, or (`standard=False`) an empty one to load an export into.

    `seed` is the first issue id; `clock` gives the time in milliseconds.
    """

    def __init__(
        self,
        deployment: Deployment = "cloud",
        language: Language = "en",
        seed: int = 0,
        title: str = "Jira",
        *,
        standard: bool = True,
        clock: Callable[[], int] | None = None,
    ) -> None:
        super().__init__(deployment, language, title, standard=standard)
        self._clock = clock or (lambda: time.time_ns() // 1_000_000)
        self.index = Index()
        self.deleted: dict[int, Issue] = {}
        self.listeners: list[Callable[[Event], None]] = []
        self.comment_issues: dict[str, int] = {}
        self.last_issue_id = 10_000 + seed
        self.last_history_id = 10_000
        self.last_other_id = 10_000
        self.service_user = self.add_user("Sync Account", email="sync@example.com") if standard else ""

    def now(self) -> int:
        """The sandbox's clock, in milliseconds since the epoch."""
        return self._clock()

    # ---------------------------------------------------------------- writes

    def create_issue(
        self,
        at_ms: int,
        author: str,
        *,
        space: str,
        type_id: str,
        summary: str,
        parent: int | None = None,
        fields: dict[str, object] | None = None,
    ) -> int:
        """A new issue in a space (id or key); `fields` are named as in `edit`. Returns its id.

        Nothing of it is in the changelog: like Jira's, that begins with the first edit. The status is the
        first of the space's workflow unless given.
        """
        with self.lock:
            home = self._space(space)
            self.last_issue_id += 1
            home.last_number += 1
            issue = Issue(
                id=self.last_issue_id,
                space=home.id,
                number=home.last_number,
                type=type_id,
                status=home.statuses[0],
                summary=summary,
                created=at_ms,
                updated=at_ms,
                status_since=at_ms,
                creator=author,
                reporter=author,
                parent=parent,
                priority=catalogue.MEDIUM,
            )
            for name, value in (fields or {}).items():
                change(self, issue, name, value, at_ms)
            self.index.before_write(self.now(), issue.id, None)
            self._insert(issue)
            self._note_epic_child(at_ms, author, issue, None, parent)
            self._tell(Event("jira:issue_created", "issue_created", at_ms, author, issue))
            return issue.id

    def edit(self, at_ms: int, author: str, issue_id: int, values: dict[str, Any]) -> int | None:
        """Sets fields, all in one history; returns its id, or None where nothing changed.

        Names: status (id), assignee (user id or None), phase (option id or None), parent (issue id or None),
        flagged (bool), summary, description, labels, estimate (seconds or None), priority (id), type (id),
        due (date or None), reporter, resolution (id or None), or a custom field's id.
        """
        with self.lock:
            issue = self._write(issue_id)
            former_parent = issue.parent
            items: list[Item] = []
            for name, value in values.items():
                items += change(self, issue, name, value, at_ms)
            if not items:
                return None
            history = self._record(at_ms, author, issue, items)
            self.index.moved(issue, issue.space, former_parent)
            self._note_epic_child(at_ms, author, issue, former_parent, issue.parent)
            self._tell(Event("jira:issue_updated", event_type(items), at_ms, author, issue, history))
            return history[0].history_id

    def move(self, at_ms: int, author: str, issue_id: int, space: str) -> int:
        """Moves an issue and its sub-tasks to another space: ids stay, keys change. Returns a history id."""
        with self.lock:
            target = self._space(space)
            history_id = self._move_one(at_ms, author, issue_id, target)
            for child in sorted(self.index.children(issue_id)):
                if self.level(self.issues[child]) < 0:
                    self._move_one(at_ms, author, child, target)
            return history_id

    def delete(self, at_ms: int, author: str, issue_id: int) -> None:
        """Removes an issue and its sub-tasks; the other children of an epic lose their parent."""
        with self.lock:
            for child in sorted(self.index.children(issue_id)):
                if self.level(self.issues[child]) < 0:
                    self.delete(at_ms, author, child)
                else:
                    self.edit(at_ms, author, child, {"parent": None})
            issue = self._write(issue_id)
            self.index.removed(issue)
            del self.issues[issue_id]
            self.deleted[issue_id] = issue
            self.meta_version += 1
            self._tell(Event("jira:issue_deleted", "issue_deleted", at_ms, author, issue))

    def archive(self, at_ms: int, author: str, issue_id: int, *, archived: bool = True) -> None:
        """Hides an issue from search (or brings it back). The changelog does not say so."""
        with self.lock:
            extras = self._extras(self._write(issue_id))
            extras.archived, extras.archived_by = (at_ms, author) if archived else (None, None)
            issue = self.issues[issue_id]
            self.index.updated(issue)
            kind = "issue_archived" if archived else "issue_restored"
            self._tell(Event("jira:issue_updated", kind, at_ms, author, issue))

    def comment(self, at_ms: int, author: str, issue_id: int, body: Any) -> Comment:
        """Adds a comment (text, or a document); bumps `updated`, leaves the changelog alone."""
        with self.lock:
            issue = self._write(issue_id)
            comment = Comment(self.next_id(), author, body, at_ms, at_ms, author)
            self._extras(issue).comments.append(comment)
            self.comment_issues[comment.id] = issue_id
            self._bump(issue, at_ms)
            self.tell_comment("comment_created", "issue_commented", at_ms, author, issue, comment)
            return comment

    def change_comment(
        self, at_ms: int, author: str, issue_id: int, comment_id: str, body: Any
    ) -> Comment | None:
        """Edits a comment, or deletes it where `body` is None; returns it, None where there is none such."""
        with self.lock:
            issue = self._write(issue_id)
            comments = self._extras(issue).comments
            found = next((c for c in comments if c.id == comment_id), None)
            if found is None:
                return None
            if body is None:
                comments.remove(found)
            else:
                found.body, found.updated, found.update_author = body, at_ms, author
            self._bump(issue, at_ms)
            kinds = (
                ("comment_deleted", "issue_comment_deleted")
                if body is None
                else ("comment_updated", "issue_comment_edited")
            )
            self.tell_comment(*kinds, at_ms, author, issue, found)
            return found

    def link(self, type_id: str, inward: int, outward: int) -> None:
        """Links two issues: no history of it is kept here."""
        with self.lock:
            self.last_other_id += 1
            for one, other, is_outward in ((inward, outward, True), (outward, inward, False)):
                made = (self.last_other_id, type_id, other, is_outward)
                self._extras(self._write(one)).links.append(made)

    def set_property(self, issue_id: int, key: str, value: Any) -> bool:
        """Writes an entity property (None deletes it): no changelog, no `updated`. True where it is new."""
        with self.lock:
            properties = self._extras(self.issues[issue_id]).properties
            is_new = key not in properties
            if value is None:
                properties.pop(key, None)
            else:
                properties[key] = value
            return is_new

    def next_id(self) -> str:
        """The next id of anything that is neither issue nor history."""
        self.last_other_id += 1
        return str(self.last_other_id)

    def load_issue(self, issue: Issue, key: str) -> None:
        """Takes in an issue of an export as it is; nobody is told."""
        with self.lock:
            self._insert(issue)
            self.keys[key.upper()] = issue.id
            self.last_issue_id = max(self.last_issue_id, issue.id)
            if issue.changes:
                self.last_history_id = max(self.last_history_id, *(c.history_id for c in issue.changes))

    # ---------------------------------------------------------------- inside

    def _space(self, id_or_key: str) -> Space:
        found = self.space(id_or_key)
        if found is None:
            raise KeyError(f"no space {id_or_key!r}")
        return found

    def _write(self, issue_id: int) -> Issue:
        issue = self.issues[issue_id]
        if self.index.lag_ms:
            old = copy.copy(issue)
            old.extras = copy.copy(issue.extras)
            self.index.before_write(self.now(), issue_id, old)
        return issue

    def _insert(self, issue: Issue) -> None:
        self.issues[issue.id] = issue
        self.keys[self.key_of(issue).upper()] = issue.id
        home = self.spaces[issue.space]
        home.last_number = max(home.last_number, issue.number)
        self.index.added(issue)

    def _extras(self, issue: Issue) -> Extras:
        if issue.extras is None:
            issue.extras = Extras()
        return issue.extras

    def _bump(self, issue: Issue, at_ms: int) -> None:
        issue.updated = max(issue.updated, at_ms)
        if issue.given is not None:
            issue.touched = (issue.touched or frozenset()) | {"updated", "comment"}
        self.index.updated(issue)

    def _record(self, at_ms: int, author: str, issue: Issue, items: Iterable[Item]) -> tuple[Change, ...]:
        self.last_history_id += 1
        history = tuple(Change(self.last_history_id, at_ms, author, *item) for item in items)
        issue.changes += history
        self._bump(issue, at_ms)
        return history

    def _move_one(self, at_ms: int, author: str, issue_id: int, target: Space) -> int:
        issue = self._write(issue_id)
        origin, old_key = self.spaces[issue.space], self.key_of(issue)
        if origin is target:
            raise ValueError(f"{old_key} is in {target.key} already")
        target.last_number += 1
        issue.space, issue.number = target.id, target.last_number
        new_key = self.key_of(issue)
        self.keys[new_key.upper()] = issue.id
        items: list[Item] = [
            (self.field_shape("project"), origin.id, origin.name, target.id, target.name),
            (self.shape("Key", "jira", None), None, old_key, None, new_key),
        ]
        if issue.given is not None:
            issue.touched = (issue.touched or frozenset()) | {"project"}
        type_id, status_id = fitting(self, issue, target)
        items += change(self, issue, "type", type_id, at_ms) + change(self, issue, "status", status_id, at_ms)
        history = self._record(at_ms, author, issue, items)
        self.index.moved(issue, origin.id, issue.parent)
        self._tell(Event("jira:issue_updated", "issue_moved", at_ms, author, issue, history))
        return history[0].history_id

    def _note_epic_child(
        self, at_ms: int, author: str, issue: Issue, before: int | None, after: int | None
    ) -> None:
        """Data Center also writes the link into the history of the epic."""
        if self.cloud or before == after or self.level(issue) != 0:
            return
        shape, key = self.shape("Epic Child", "jira", None), self.key_of(issue)
        for epic, item in (
            (before, (shape, str(issue.id), key, None, None)),
            (after, (shape, None, None, str(issue.id), key)),
        ):
            if epic in self.issues:
                self._record(at_ms, author, self._write(epic), [item])

    def tell_comment(
        self, kind: str, type_name: str, at_ms: int, author: str, issue: Issue, comment: Comment
    ) -> None:
        """Data Center also says `jira:issue_updated` of a comment, without a changelog."""
        self._tell(Event(kind, None, at_ms, author, issue, comment=comment))
        if not self.cloud:
            self._tell(Event("jira:issue_updated", type_name, at_ms, author, issue, comment=comment))

    def _tell(self, event: Event) -> None:
        for listener in self.listeners:
            listener(event)
