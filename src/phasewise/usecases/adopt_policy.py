"""phasewise.toml applied: a changed policy becomes a version of each team it changes. Called when a service
or a synchronisation begins.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from phasewise.core.model import Policy
from phasewise.log import get_log
from phasewise.store import policies, sites
from phasewise.store.db import Connection
from phasewise.store.policies import ADOPTING, Adopted
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import present_by

log = get_log(__name__)


def adopt_policy(deps: Deps) -> list[Adopted]:
    """The versions that came to be, from now on; none where the file says what it said last. However many
    processes begin at once, one makes them. Raises StoreError."""
    adopted = deps.database.transact(partial(_adopt, deps))
    for one in adopted:
        if one.before is not None:
            version, changed = one.version, list(differences(one.before, one.version.policy))
            log.info("policy_changed", team=version.team, version=version.number, changed=changed)
    return adopted


def _adopt(deps: Deps, connection: Connection) -> list[Adopted]:
    sites.lock(connection, ADOPTING, deps.site_id)
    state = sites.sync_state(connection, deps.site_id)
    at = present_by(deps.now(), state)
    is_new = state.watermark is None
    return policies.adopt(connection, deps.site_id, deps.declared_rulebook, at, is_new=is_new)


def differences(before: Policy, after: Policy) -> Iterator[str]:
    """What differs between two policies, as `limits.five_days: 5.0 -> 4.0`, in the order of the names."""
    old, new = dict(_flat(policies.to_json(before))), dict(_flat(policies.to_json(after)))
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield f"{name}: {old.get(name, 'none')} -> {new.get(name, 'none')}"


def _flat(body: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, said in body.items():
        if isinstance(said, dict):
            yield from _flat(said, f"{above}{name}.")
        else:
            yield f"{above}{name}", said
