"""What an export's issues refer to: people, statuses, types, priorities, spaces, as first seen."""

from typing import Any

from phasewise.sandbox import catalogue
from phasewise.sandbox.model import IssueType, Named, Space, Status, User
from phasewise.sandbox.world import World

Json = dict[str, Any]


class GivenRefs:
    """Takes references into a world, and gives their ids."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._only_in_histories: set[str] = set()

    def user(self, given: Json | None) -> str | None:
        """The accountId, the key or the name; a person of whom only a name to show is left has that as id."""
        if not given:
            return None
        id = given.get("accountId") or given.get("key") or given.get("name") or given.get("displayName")
        if not id:
            return None
        known = self.world.users.get(str(id))
        if known is None or known.given is None:
            self.world.users[str(id)] = User(
                str(id),
                str(given.get("displayName") or id),
                str(given.get("name") or id),
                given.get("emailAddress"),
                str(given.get("timeZone") or "UTC"),
                bool(given.get("active", True)),
                given=given,
            )
        return str(id)

    def user_of_history(self, id: str, text: str | None) -> None:
        self.world.users.setdefault(id, User(id, text or id, id))

    def status(self, given: Json | None) -> str:
        if not given:
            return self.status_of_history("0", "Unknown")
        id = str(given["id"])
        if id not in self.world.statuses or id in self._only_in_histories:
            category = str((given.get("statusCategory") or {}).get("key") or "undefined")
            known = category if category in catalogue.CATEGORIES else "undefined"
            self.world.statuses[id] = Status(id, str(given.get("name") or id), known, given=given)
            self._only_in_histories.discard(id)
        return id

    def status_of_history(self, id: str, text: str | None) -> str:
        """A status no issue is in any more: its category is not known."""
        if id not in self.world.statuses:
            self.world.statuses[id] = Status(id, text or id, "undefined")
            self._only_in_histories.add(id)
        return id

    def type(self, given: Json | None) -> str:
        given = given or {"id": "0", "name": "Unknown", "subtask": False}
        id = str(given["id"])
        if id not in self.world.types:
            level = given.get("hierarchyLevel")
            self.world.types[id] = IssueType(
                id,
                str(given.get("name") or id),
                level if isinstance(level, int) else None,
                bool(given.get("subtask")),
                given=given,
            )
        return id

    def named(self, registry: dict[str, Named], given: Json | None) -> str | None:
        if not given or given.get("id") is None:
            return None
        id = str(given["id"])
        registry.setdefault(id, Named(id, str(given.get("name") or id), given))
        return id

    def space(self, given: Json | None, key: str) -> Space:
        """The project of an issue; where the export leaves it out, one made up from the issue's key."""
        name = key.rpartition("-")[0]
        given = given or {}
        id = str(given.get("id") or self.world.space_ids.get(name) or 10_000 + len(self.world.spaces))
        found = self.world.spaces.get(id)
        if found is None:
            managed = given.get("style") == "next-gen" or given.get("simplified") is True
            shown = given if given.get("id") else None
            found = Space(id, name, str(given.get("name") or name), team_managed=managed, given=shown)
            self.world.spaces[id] = found
            self.world.space_ids[name.upper()] = id
        return found
