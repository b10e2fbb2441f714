"""Makes the phase field on Jira Cloud, where there is none: `set_up` offers it. It takes Administer Jira.

Step by step, and each step is looked for before it is done, so that a half-made field is made whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from phasewise.errors import JiraError
from phasewise.jira.reading import Row, rows_in
from phasewise.jira.retry import Caller
from phasewise.jira.sending import Outcome, send_once
from phasewise.jira.wire import Request

SELECT = "com.atlassian.jira.plugin.system.customfieldtypes:select"
SEARCHER = "com.atlassian.jira.plugin.system.customfieldtypes:multiselectsearcher"
ABOUT = "Which phase of its project a task belongs to. Made by Phasewise."
MOST = 100
"""Projects in one request, and things in a page."""


@dataclass(frozen=True, slots=True)
class Made:
    """The field, and a line for each step that was done."""

    field_id: str
    said: tuple[str, ...]


class PhaseField:
    """The field of one Jira Cloud, to be made."""

    def __init__(self, caller: Caller, name: str, options: Sequence[str]) -> None:
        self._caller = caller
        self._name = name
        self._options = options

    def plan(self) -> tuple[str, ...]:
        """What `make` would do, for people: nothing is changed."""
        return (
            f"make a select field named {self._name}, for all projects and issue types",
            f"give it the options {', '.join(self._options)}",
            "put it on the default screens, and into the projects of the scope",
        )

    def make(self, project_ids: Sequence[str]) -> Made:
        """Make what is missing. Raises JiraError with what was refused; what was done by then stays, and is
        found by the next try."""
        said: list[str] = []
        field_id = self._existing() or self._made(said)
        context = self._context(field_id)
        self._complete(field_id, context, said)
        self._show(field_id, project_ids, said)
        return Made(field_id, tuple(said))

    def _existing(self) -> str | None:
        """The field of an earlier try, by its name and what is said about it."""
        rows, _ = self._caller.call(Request("GET", "/rest/api/3/field"))
        for row in rows_in({"list": rows}, "list"):
            schema = row.get("schema")
            if row.get("name") == self._name and isinstance(schema, dict) and schema.get("custom") == SELECT:
                return str(row["id"])
        return None

    def _made(self, said: list[str]) -> str:
        body = {"name": self._name, "description": ABOUT, "type": SELECT, "searcherKey": SEARCHER}
        answer = self._send("POST", "/rest/api/3/field", body)
        if not isinstance(answer, dict) or not answer.get("id"):
            raise JiraError("Jira made the field and did not say which one it is: look at its custom fields")
        said.append(f"made the field {self._name} ({answer['id']})")
        return str(answer["id"])

    def _context(self, field_id: str) -> str:
        """The one for all projects: its name is in the language of the site, so it is found by what it is."""
        for row in self._pages(f"/rest/api/3/field/{field_id}/context"):
            if row.get("isGlobalContext"):
                return str(row["id"])
        raise JiraError(
            f"The field {self._name} is not for all projects: add its options in Jira's custom fields"
        )

    def _complete(self, field_id: str, context: str, said: list[str]) -> None:
        path = f"/rest/api/3/field/{field_id}/context/{context}/option"
        there = {str(row.get("value")) for row in self._pages(path)}
        missing = [{"value": option} for option in self._options if option not in there]
        if missing:
            self._send("POST", path, {"options": missing})
            said.append(f"gave it the options {', '.join(option['value'] for option in missing)}")

    def _show(self, field_id: str, project_ids: Sequence[str], said: list[str]) -> None:
        self._send("POST", f"/rest/api/3/screens/addToDefault/{field_id}", None, may_be_done=True)
        for start in range(0, len(project_ids), MOST):
            contexts = [
                {"type": "PROJECT_ID", "identifier": int(one)} for one in project_ids[start : start + MOST]
            ]
            field = {"type": "FIELD_ID", "identifier": field_id}
            body = {"associationContexts": contexts, "fields": [field]}
            self._send("PUT", "/rest/api/3/field/association", body)
        said.append(f"put it on the default screens and into {len(project_ids)} projects")

    def _pages(self, path: str) -> Iterator[Row]:
        seen, is_last = 0, False
        while not is_last:
            data, _ = self._caller.call(Request("GET", path, params={"startAt": seen, "maxResults": MOST}))
            page = rows_in(data, "values")
            yield from page
            seen += len(page)
            is_last = not page or data.get("isLast") is not False

    def _send(self, method: str, path: str, body: object, *, may_be_done: bool = False) -> object:
        sent = send_once(self._caller, Request(method, path, body=body, is_write=True))
        if sent.outcome is Outcome.APPLIED or (may_be_done and sent.status == 400):
            return sent.answer
        if sent.status in (401, 403):
            raise JiraError(
                "The account may not do this: it takes the permission Administer Jira; ask an administrator "
                "of Jira for it, or for the field",
                status=sent.status,
            )
        raise JiraError(sent.said, status=sent.status)
