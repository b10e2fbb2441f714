"""A task that is over its limit is split: a sibling for the rest of it. `phasewise split`, and /ladder."""

import re
from functools import partial
from typing import Any

from phasewise.core.findings import seen_at
from phasewise.core.model import Instant, Rule
from phasewise.errors import ConflictError, NotFoundError
from phasewise.i18n.speaking import _
from phasewise.store import ladder, sites
from phasewise.store.audit_log import Entry, add_entry
from phasewise.store.boards import find_issue
from phasewise.store.db import Connection
from phasewise.store.effects import Effect, EffectKind, add_effect
from phasewise.store.splitting import Original, is_cloud, open_findings, original_of
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import present_by
from phasewise.usecases.own_teams import require_lead_of_task

SUMMARY_MOST = 255
NUMBERED = re.compile(r"^(.*) \((\d{1,3})\)$", re.DOTALL)


def split_task(deps: Deps, task: str, by: str) -> str:
    """Have the sibling of a task made in Jira, once for each finding; `task` is its key or id. The key of the
    effect that does it.

    Raises NotFoundError where there is no such task, ConflictError where it is not over its limit, or was
    split already.
    """
    return deps.database.transact(partial(_split, deps, task, by))


def _split(deps: Deps, task: str, by: str, connection: Connection) -> str:
    sites.lock(connection, ladder.ENFORCING, deps.site_id)
    at = present_by(deps.now(), sites.sync_state(connection, deps.site_id))
    known = find_issue(connection, deps.site_id, task)
    original = None if known is None else original_of(connection, deps.site_id, known.id)
    if original is None:
        raise NotFoundError(_("There is no task %(task)s, as far as is known", task=repr(task)))
    require_lead_of_task(deps, connection, original.id)
    key = f"split:{original.id}:{_over_since(deps, connection, original.id, at)}"
    body = {"fields": _fields(deps, connection, original)}
    effect = Effect(key, EffectKind.SPLIT, str(original.id), body)
    if not add_effect(connection, deps.site_id, effect, deps.now()):
        raise ConflictError(_("This task was split already: see %(key)s at /effects", key=key))
    add_entry(connection, deps.site_id, Entry(at, by, "task.split", str(original.id), {"effect": key}))
    sites.raise_revision(connection, deps.site_id)
    return key


def _over_since(deps: Deps, connection: Connection, task: int, at: Instant) -> Instant:
    """The start of the finding that says that the task is over its limit."""
    for whole in open_findings(connection, deps.site_id, Rule.FIVE_DAYS, str(task)):
        finding = seen_at(whole, at)
        if finding is not None and finding.breach_at is not None:
            return finding.start
    raise ConflictError(_("Only a task that is over the limit of working days is split"))


def _fields(deps: Deps, connection: Connection, original: Original) -> dict[str, Any]:
    """The sibling's fields: nobody's yet, in the same epic and phase."""
    known = sites.site_fields(connection, deps.site_id)
    fields: dict[str, Any] = {
        "project": {"id": original.space_id},
        "issuetype": {"id": original.type_id},
        "summary": _next_summary(original.summary),
    }
    if known.phase_field is not None and original.phase_option is not None:
        fields[known.phase_field] = {"id": original.phase_option}
    if is_cloud(connection, deps.site_id):
        if original.parent_id is not None:
            fields["parent"] = {"id": str(original.parent_id)}
    elif known.epic_link_field is not None and original.epic_key is not None:
        fields[known.epic_link_field] = original.epic_key
    return fields


def _next_summary(summary: str) -> str:
    """`Train it` as `Train it (2)`, and that as `Train it (3)`."""
    found = NUMBERED.match(summary)
    text, number = (found[1], int(found[2]) + 1) if found else (summary, 2)
    ending = f" ({number})"
    return text[: SUMMARY_MOST - len(ending)].rstrip() + ending
