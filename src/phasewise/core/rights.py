"""Who may see and do what: roles, and somebody who asks. `web` names who asks, use cases filter by it."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """From the one who sees least to the one who may do everything."""

    STAKEHOLDER = "stakeholder"
    MEMBER = "member"
    LEAD = "lead"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        """Whether whoever has this role may do what the other one may."""
        return _RANKS[self] >= _RANKS[other]


_RANKS = {role: rank for rank, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who asks. `name` is what the audit log calls them, `account` the id of their account,
    `person` their id in Jira. `sees_private`: also hints that are still somebody's own. `leads` are the teams
    that they lead while their role is less than a lead's.
    """

    role: Role
    name: str
    account: str | None = None
    person: str | None = None
    sees_private: bool = False
    only_reads: bool = False
    leads: frozenset[str] = frozenset()

    def may(self, least: Role) -> bool:
        """Whether they may do what takes at least this role."""
        return self.role.includes(least)

    def leads_team(self, team: str) -> bool:
        """Whether they may do for this team what takes a lead."""
        return self.may(Role.LEAD) or (self.may(Role.MEMBER) and team in self.leads)

    @property
    def leads_any(self) -> bool:
        """Whether they are a lead, of one team at least."""
        return self.may(Role.LEAD) or (self.may(Role.MEMBER) and bool(self.leads))

    @property
    def sees_people(self) -> bool:
        """Whether they may know who does what: stakeholders see projects, never persons."""
        return self.may(Role.MEMBER)

    def sees_work_of(self, person: str | None) -> bool:
        """Whether they may see what is private to this person."""
        return self.sees_private or (person is not None and person == self.person)


OPERATOR = Asker(Role.ADMIN, "command line", sees_private=True)
"""Whoever runs commands on this machine: they can read the database anyway."""

ANONYMOUS_ADMIN = Asker(Role.ADMIN, "this machine")
"""Whoever opens the pages on this machine while there is no account yet."""
