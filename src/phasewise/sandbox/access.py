"""Who asks, and what that person is shown. `trouble` takes permissions away; the routes ask here."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from phasewise.sandbox.model import Issue


@dataclass(frozen=True, slots=True)
class Caller:
    """`user_id` is None for an anonymous caller, who is shown nothing. `zone` is that of the profile."""

    user_id: str | None
    zone: str = "UTC"
    hidden_spaces: AbstractSet[str] = frozenset()
    hidden_issues: AbstractSet[int] = frozenset()
    may_transition: bool = True
    is_admin: bool = True

    def may_browse(self, space_id: str) -> bool:
        return self.user_id is not None and space_id not in self.hidden_spaces

    def may_see(self, issue: Issue) -> bool:
        return self.may_browse(issue.space) and issue.id not in self.hidden_issues
