"""A lead keeps an A/B test, looks after it while it runs, and says what came out."""

from collections.abc import Mapping

from phasewise.core.ab_tests import AbState, AbTest, read_ab_test, read_check_in
from phasewise.core.results import Result, ResultState, read_result
from phasewise.core.typed import marked
from phasewise.errors import NotFoundError
from phasewise.i18n.speaking import _
from phasewise.store.project_records import Kept, RecordId, edit_of, latest
from phasewise.store.record_nouns import AB_TEST, RESULT
from phasewise.usecases.deps import Deps
from phasewise.usecases.records.ground import (
    FormError,
    Ground,
    Wanted,
    ground_of,
    keep,
    require_well_typed,
    typed_of,
)


def record_test(deps: Deps, key: str, name: str, fields: Mapping[str, str], after: int) -> Kept[AbTest]:
    """Keep the A/B test of this name, as it was typed after reading the edit `after` (0: a new one).

    Raises FormError, EditedMeanwhileError, NotFoundError, ConflictError.
    """
    ground = ground_of(deps, key)
    typed = typed_of(ground, fields)
    test = read_ab_test(typed, _read(deps, ground, name, after))
    require_well_typed(typed)
    action = "saved" if test.state is AbState.PLANNED else test.state.value
    return keep(deps, AB_TEST, test, Wanted(RecordId(ground.project, name), after, f"ab_test.{action}"))


def check_in(deps: Deps, key: str, name: str, fields: Mapping[str, str], after: int) -> Kept[AbTest]:
    """Somebody looked at the test today. Raises as `record_test` does."""
    ground = ground_of(deps, key)
    before = _read(deps, ground, name, after)
    if before is None:
        raise NotFoundError(_("There is no such A/B test any more; load the page again"))
    typed = typed_of(ground, fields)
    test = read_check_in(typed, before)
    require_well_typed(typed)
    return keep(deps, AB_TEST, test, Wanted(RecordId(ground.project, name), after, "ab_test.checked"))


def record_result(deps: Deps, key: str, name: str, fields: Mapping[str, str], after: int) -> Kept[Result]:
    """Keep what came out, of an A/B test or of the project. Raises as `record_test` does."""
    ground = ground_of(deps, key)
    typed = typed_of(ground, fields)
    result = read_result(typed)
    require_well_typed(typed)
    if result.test and result.test not in _tests_of(deps, ground):
        typed.wrong("test", marked("Choose one of the list"))
        raise FormError(typed.problems)
    action = "saved" if result.state is ResultState.DRAFT else result.state.value
    return keep(deps, RESULT, result, Wanted(RecordId(ground.project, name), after, f"result.{action}"))


def _tests_of(deps: Deps, ground: Ground) -> set[str]:
    with deps.database.read() as connection:
        kept = latest(connection, deps.site_id, AB_TEST, [ground.project], None)
    return {one.of.name for one in kept}


def _read(deps: Deps, ground: Ground, name: str, after: int) -> AbTest | None:
    with deps.database.read() as connection:
        found = edit_of(connection, deps.site_id, AB_TEST, RecordId(ground.project, name), after)
    return found.value if found else None
