"""Whom Jira knows: by what somebody typed, and who had issues lately. Called by usecases/set_up."""

from dataclasses import dataclass

from phasewise.errors import JiraError
from phasewise.jira import jql
from phasewise.jira.reading import Reading, Row, rows_in
from phasewise.jira.retry import Caller
from phasewise.jira.text import one_line
from phasewise.jira.wire import Request

MOST_FOUND = 50
HIDDEN = (400, 403, 404)
"""Jira's answers to an account that may not look for people."""


@dataclass(frozen=True, slots=True)
class Known:
    """A person, by the id that histories have; `also` is login and e-mail address."""

    id: str
    name: str
    also: tuple[str, ...] = ()

    def is_called(self, text: str) -> bool:
        """Whether that is meant: small and capital letters are alike but in ids."""
        return text == self.id or folded(text) in {folded(one) for one in (self.name, *self.also)}


class People:
    """The people of one Jira."""

    def __init__(self, caller: Caller, reading: Reading, *, is_cloud: bool) -> None:
        self._caller = caller
        self._reading = reading
        self._is_cloud = is_cloud

    def lately(self, clause: str) -> list[Known]:
        """Who has issues that the clause matches and that changed lately, by name; of many issues the first
        page. Raises JiraError."""
        page = next(iter(self._reading.pages(jql.both(clause, jql.ASSIGNED_LATELY), ["assignee"])), [])
        users = (row["fields"].get("assignee") for row in page if isinstance(row.get("fields"), dict))
        known = {one.id: one for user in users if (one := known_of(user)) is not None}
        return sorted(known.values(), key=lambda one: (folded(one.name), one.id))

    def meant_by(self, text: str) -> list[Known]:
        """Who is called that, or has that e-mail address or id; none where the account may not look for
        people. Raises JiraError."""
        found = self._search({"query" if self._is_cloud else "username": text})
        if self._is_cloud and not found:
            found = self._search({"accountId": text})
        exact = [one for one in found if one.is_called(text)]
        # Cloud finds people by an e-mail address that it does not show.
        return exact or (found if len(found) == 1 and "@" in text else [])

    def _search(self, asked: dict[str, str]) -> list[Known]:
        path = f"/rest/api/{3 if self._is_cloud else 2}/user/search"
        try:
            data, _ = self._caller.call(Request("GET", path, {**asked, "maxResults": MOST_FOUND}))
        except JiraError as error:
            if error.status in HIDDEN:
                return []
            raise
        return [one for row in rows_in({"list": data}, "list") if (one := known_of(row)) is not None]


def known_of(user: Row | None) -> Known | None:
    """A user as Jira sent them: `accountId` on Cloud, user key on Data Center."""
    if not isinstance(user, dict):
        return None
    found = user.get("accountId") or user.get("key") or user.get("name")
    if not isinstance(found, str):
        return None
    also = [one for one in (user.get("name"), user.get("emailAddress")) if isinstance(one, str) and one]
    return Known(found, one_line(str(user.get("displayName") or found)), tuple(also))


def folded(text: str) -> str:
    return " ".join(text.split()).casefold()
