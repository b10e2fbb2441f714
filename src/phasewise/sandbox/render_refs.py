"""The JSON of what issues refer to: people, statuses, types, priorities, spaces, options, per API version.

Rendered once and kept as bytes: ten thousand issues share a handful of statuses.
"""

from typing import Any

import orjson

from phasewise.sandbox import catalogue
from phasewise.sandbox.model import IssueType, Named, Option, Space, Status, User
from phasewise.sandbox.world import World

Json = dict[str, Any]
Fragments = dict[tuple[str, str], orjson.Fragment]


class Refs:
    """References of one API version ("2" or "3")."""

    def __init__(self, world: World, base_url: str, version: str) -> None:
        self.world = world
        self.base_url = base_url
        self.api = f"{base_url}/rest/api/{version}"
        self._kept: Fragments = {}
        self._meta_version = -1

    def kept(self, kind: str, id: str | None) -> orjson.Fragment | None:
        """The rendered reference of a kind, as JSON bytes; None for no reference or an unknown one."""
        if id is None:
            return None
        if self._meta_version != self.world.meta_version:
            self._kept.clear()
            self._meta_version = self.world.meta_version
        found = self._kept.get((kind, id))
        if found is None:
            made = getattr(self, f"{kind}_by_id")(id)
            if made is None:
                return None
            found = self._kept[kind, id] = orjson.Fragment(orjson.dumps(made))
        return found

    # ---------------------------------------------------------------- by id

    def user_by_id(self, id: str) -> Json | None:
        user = self.world.users.get(id)
        return self.user(user) if user else None

    def status_by_id(self, id: str) -> Json | None:
        status = self.world.statuses.get(id)
        return self.status(status) if status else None

    def type_by_id(self, id: str) -> Json | None:
        kind = self.world.types.get(id)
        return self.type(kind) if kind else None

    def priority_by_id(self, id: str) -> Json | None:
        found = self.world.priorities.get(id)
        return self.named("priority", found) if found else None

    def resolution_by_id(self, id: str) -> Json | None:
        found = self.world.resolutions.get(id)
        return self.named("resolution", found) if found else None

    def space_by_id(self, id: str) -> Json | None:
        return self.space(self.world.spaces[id])

    # ---------------------------------------------------------------- the shapes

    def avatars(self, path: str) -> Json:
        return {f"{size}x{size}": f"{self.base_url}/{path}?size={size}" for size in (48, 24, 16, 32)}

    def user(self, user: User) -> Json:
        if user.given is not None:
            return user.given
        shared = {
            "emailAddress": user.email or "",
            "avatarUrls": self.avatars(f"avatar/{user.id}"),
            "displayName": user.display_name,
            "active": user.active,
            "timeZone": user.zone,
        }
        if self.world.cloud:
            own = {"self": f"{self.api}/user?accountId={user.id}", "accountId": user.id}
            return {**own, **shared, "accountType": user.account_type}
        return {"self": f"{self.api}/user?username={user.name}", "name": user.name, "key": user.id, **shared}

    def category(self, key: str) -> Json:
        number, name, colour, _ = catalogue.CATEGORIES[key]
        return {
            "self": f"{self.api}/statuscategory/{number}",
            "id": number,
            "key": key,
            "colorName": colour,
            "name": self.world.localised(name),
        }

    def status(self, status: Status) -> Json:
        if status.given is not None:
            return status.given
        made = {
            "self": f"{self.api}/status/{status.id}",
            "description": "",
            "iconUrl": f"{self.base_url}/images/icons/statuses/generic.png",
            "name": status.name,
            "id": status.id,
            "statusCategory": self.category(status.category),
        }
        return made | self._scope(status.space)

    def type(self, kind: IssueType) -> Json:
        """Data Center does not say the hierarchy level."""
        if kind.given is not None:
            return kind.given
        made: Json = {
            "self": f"{self.api}/issuetype/{kind.id}",
            "id": kind.id,
            "description": "",
            "iconUrl": f"{self.base_url}/images/icons/issuetypes/{kind.id}.svg",
            "name": kind.name,
            "subtask": kind.subtask,
            "avatarId": 10318,
        }
        if self.world.cloud and kind.level is not None:
            made["hierarchyLevel"] = kind.level
        return made | self._scope(kind.space)

    def _scope(self, space: str | None) -> Json:
        return {"scope": {"type": "PROJECT", "project": {"id": space}}} if space else {}

    def named(self, path: str, named: Named) -> Json:
        if named.given is not None:
            return named.given
        made = {"self": f"{self.api}/{path}/{named.id}", "name": named.name, "id": named.id}
        if path == "priority":
            made["iconUrl"] = f"{self.base_url}/images/icons/priorities/{named.id}.svg"
        else:
            made["description"] = ""
        return made

    def space(self, space: Space) -> Json:
        if space.given is not None:
            return space.given
        made: Json = {
            "self": f"{self.api}/project/{space.id}",
            "id": space.id,
            "key": space.key,
            "name": space.name,
            "projectTypeKey": "software",
            "avatarUrls": self.avatars(f"secure/projectavatar/{space.id}"),
        }
        if self.world.cloud:
            made["simplified"] = space.team_managed
        return made

    def option(self, option: Option) -> Json:
        made: Json = {
            "self": f"{self.api}/customFieldOption/{option.id}",
            "value": option.name,
            "id": option.id,
        }
        if not self.world.cloud:
            made["disabled"] = option.disabled
        return made
