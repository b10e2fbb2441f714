"""What is recorded of a project is shown on its epic, where that is turned on: an entity property and a link.

Called by `ground` in the transaction of each edit. No person stands in either.
"""

from typing import Any

from phasewise.store.db import Connection
from phasewise.store.effects import Effect, EffectKind, add_effect
from phasewise.store.project_records import Kept, latest
from phasewise.store.record_nouns import AB_TEST, DELIVERABLE, RESULT, plans_of
from phasewise.usecases.deps import Deps

PROPERTY = "phasewise.records"
"""The name of the property: JQL and automations may ask for what is in it."""


def show_in_jira(connection: Connection, deps: Deps, kept: Kept[Any], word: str) -> None:
    """Have the epic show what is recorded now; of several edits that wait, the newest does."""
    if not deps.records_in_jira or deps.rulebook(connection).default.newest.policy.dry_run:
        return
    project, now = kept.of.project, deps.now()
    address = f"{deps.base_url.rstrip('/')}/projects/{project}"
    shown = Effect(
        key=f"records:{project}:{word}:{kept.of.name}:{kept.edit}",
        kind=EffectKind.PROPERTY,
        target=str(project),
        body={"name": PROPERTY, "value": {"url": address, **_recorded(connection, deps.site_id, project)}},
        subject=f"records:{project}",
    )
    link = Effect(
        key=f"records-link:{project}:{address}"[:255],
        kind=EffectKind.LINK,
        target=str(project),
        body={
            "global_id": f"phasewise:project:{project}",
            "url": address,
            "title": "Phasewise: plan and phases",
        },
    )
    for effect in (shown, link):
        add_effect(connection, deps.site_id, effect, now)


def _recorded(connection: Connection, site_id: int, project: int) -> dict[str, Any]:
    plan = plans_of(connection, site_id, [project], None).get(project)
    deliverables = latest(connection, site_id, DELIVERABLE, [project], None)
    tests = latest(connection, site_id, AB_TEST, [project], None)
    results = latest(connection, site_id, RESULT, [project], None)
    weeks = {one.phase.value: one.likely for one in plan.needed} if plan else {}
    return {
        "plan_version": plan.version if plan else None,
        "planned_weeks": plan.likely_weeks if plan else None,
        "weeks": weeks,
        "not_needed": [one.phase.value for one in plan.phases if not one.is_needed] if plan else [],
        "deliverables": {one.of.name: one.value.state.value for one in deliverables},
        "ab_tests": [one.value.state.value for one in tests],
        "results": [one.value.verdict.value for one in results],
    }
