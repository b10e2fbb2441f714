"""What was set up so far: a file in the data folder, so that each step can be left and come back to.

It holds the token, as `.env` will; only its owner may read it, and it is gone when the set-up is complete.
"""

import json
import os
import threading
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from phasewise.errors import ConflictError, StoreError
from phasewise.i18n.speaking import _, marked

OWNER_ONLY = 0o600
OF_ONE_JIRA = ("JIRA_EMAIL", "JIRA_TOKEN", "JIRA_SCOPE", "JIRA_PHASE_FIELD")
"""Settings that mean nothing to another Jira."""
CHANGED = marked(
    "Somebody else changed the set-up meanwhile. This is how it stands now; look at it and send yours again"
)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a team: their id and name at Jira, how they were `typed`, and the days (`period`, as
    phasewise.toml has it; "" for always)."""

    id: str
    name: str
    typed: str
    period: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """`values` are settings by their name behind PHASEWISE_; `phases` and `statuses` what differs from what
    was proposed, by id; `teams` the scope of each team of its own, `leads` who leads it and `members` who is
    in it, by its name. `passed` are the steps that were completed, `edit` counts the changes."""

    edit: int = 0
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    phases: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    teams: Mapping[str, str] = field(default_factory=dict)
    leads: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, tuple[Member, ...]] = field(default_factory=dict)
    passed: tuple[str, ...] = ()
    is_cloud: bool = True

    def get(self, name: str) -> str:
        return self.values.get(name, "")

    def without(self, step: str) -> "Draft":
        return replace(self, passed=tuple(one for one in self.passed if one != step))


class DraftFile:
    """The draft of one installation. Any thread may call it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def read(self) -> Draft:
        """As it stands; empty where nothing was kept. Raises StoreError where it cannot be read."""
        try:
            return _draft_of(json.loads(self._path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return Draft()
        except (OSError, ValueError, TypeError) as error:
            raise StoreError(f"{self._path} cannot be read: delete it to begin again ({error})") from None

    def keep(self, step: str, edit: int, again: Collection[str] = (), **changes: Any) -> Draft:
        """Complete a step; those of `again` are open again. ConflictError where it is no longer the edit
        that was looked at."""
        with self._lock:
            before = self.read()
            if before.edit != edit:
                raise ConflictError(_(CHANGED))
            values = {**before.values, **changes.pop("values", {})}
            passed = (*(one for one in before.passed if one not in {step, *again}), step)
            draft = replace(
                before,
                edit=edit + 1,
                values={name: value for name, value in values.items() if value},
                passed=passed,
                **changes,
            )
            self._write(draft)
            return draft

    def keep_jira(self, edit: int, url: str, *, is_cloud: bool) -> Draft:
        """Where Jira is. Another one is never sent the token of the one before, and has values of its own:
        the steps about it are taken again. ConflictError as in `keep`."""
        if url == self.read().get("JIRA_URL"):
            return self.keep("jira", edit, is_cloud=is_cloud)
        values = dict.fromkeys(OF_ONE_JIRA, "") | {"JIRA_URL": url}
        return self.keep(
            "jira",
            edit,
            ("account", "scope", "mapping"),
            values=values,
            is_cloud=is_cloud,
            phases={},
            statuses={},
            teams={},
            leads={},
            members={},
        )

    def forget(self) -> None:
        self._path.unlink(missing_ok=True)

    def _write(self, draft: Draft) -> None:
        """All of it or nothing."""
        beside = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY), "w") as file:
                json.dump(asdict(draft), file)
            beside.replace(self._path)
        except OSError as error:
            raise StoreError(f"{self._path} cannot be written: {error.strerror}") from None


def _draft_of(kept: dict[str, Any]) -> Draft:
    members = {
        team: tuple(Member(**one) for one in several) for team, several in kept.get("members", {}).items()
    }
    return Draft(**{**kept, "passed": tuple(kept.get("passed", ())), "members": members})
