"""A lead keeps a decision on a project, and by what it would be stopped."""

from collections.abc import Mapping
from dataclasses import replace

from phasewise.core.decisions import Decision, KillCriterion, read_criterion, read_decision
from phasewise.store.project_records import Kept, RecordId, latest
from phasewise.store.record_nouns import DECISION, KILL_CRITERION
from phasewise.usecases.deps import Deps
from phasewise.usecases.records.ground import Wanted, ground_of, keep, require_well_typed, typed_of


def decide(deps: Deps, key: str, name: str, fields: Mapping[str, str], after: int) -> Kept[Decision]:
    """Keep the decision of this name, as it was typed after reading the edit `after` (0: a new one).

    Raises FormError, EditedMeanwhileError, NotFoundError, ConflictError.
    """
    ground = ground_of(deps, key)
    typed = typed_of(ground, fields)
    decision = read_decision(typed)
    require_well_typed(typed)
    of = RecordId(ground.project, name)
    return keep(deps, DECISION, decision, Wanted(of, after, f"decision.{decision.choice}"))


def decide_anew(deps: Deps, key: str, name: str, fields: Mapping[str, str]) -> Kept[Decision]:
    """Keep it in the place of whatever was decided under this name before. Raises as `decide`."""
    kept = _kept(deps, ground_of(deps, key).project, name)
    return decide(deps, key, name, fields, kept.edit if kept else 0)


def withdraw(deps: Deps, key: str, name: str) -> None:
    """What was decided under this name counts no longer; where nothing was, nothing happens. Raises as
    `decide`."""
    kept = _kept(deps, ground_of(deps, key).project, name)
    if kept is not None and not kept.value.withdrawn:
        gone = replace(kept.value, withdrawn=True)
        keep(deps, DECISION, gone, Wanted(kept.of, kept.edit, "decision.withdrawn"))


def _kept(deps: Deps, project: int, name: str) -> Kept[Decision] | None:
    with deps.database.read() as connection:
        kept = latest(connection, deps.site_id, DECISION, [project], None)
    return next((one for one in kept if one.of.name == name), None)


def set_criterion(
    deps: Deps, key: str, name: str, fields: Mapping[str, str], after: int
) -> Kept[KillCriterion]:
    """Keep the kill criterion of this name: what would stop the project, when it asks. Raises as `decide`."""
    ground = ground_of(deps, key)
    typed = typed_of(ground, fields)
    criterion = read_criterion(typed)
    require_well_typed(typed)
    of = RecordId(ground.project, name)
    return keep(deps, KILL_CRITERION, criterion, Wanted(of, after, "kill_criterion.saved"))
