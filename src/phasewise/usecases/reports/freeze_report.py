"""A report is frozen: from now on its numbers stay as they are. Called by send_due, and by send now."""

from phasewise.core.digest import ReportState, to_json
from phasewise.errors import ConflictError
from phasewise.i18n.speaking import _
from phasewise.store import reports, sites
from phasewise.store.db import Connection
from phasewise.store.reports import Frozen
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import moment
from phasewise.usecases.policies.naming import team_named
from phasewise.usecases.reports.build_digest import build_digest
from phasewise.usecases.reports.inputs import inputs_hash
from phasewise.usecases.reports.show_report import (
    draft_of,
    said_in,
    seen_at_end,
    wanted,
    week_of,
    without_reasons,
)


def freeze_report(
    deps: Deps, team: str, week: str, *, late: bool = False, state: ReportState = ReportState.FROZEN
) -> bool:
    """Freeze the report of a week that is over, as `state`: frozen, to be sent, or archived. Who does it last
    changes nothing: False where it was frozen or skipped before.

    Raises ConflictError while the week runs, otherwise as `show_report`.
    """
    with moment(deps, None) as at:
        team = team_named(at.policies.rulebook, team).name
        which = week_of(at, team, week)
        if which.end > at.as_of:
            raise ConflictError(
                _("%(week)s is not over yet: its report can be looked at, but not sent", week=week)
            )
        kept = reports.report_of(at.connection, at.site_id, team, which.label)
        if kept is not None and kept.state is not ReportState.DRAFT:
            return False
        built = build_digest(seen_at_end(at, which), wanted(at, team, which))
        digest, hashed = built.digest, inputs_hash(built.ground, built.digest)
        report = draft_of(at, team, which)

    def work(connection: Connection) -> bool:
        sites.lock(connection, sites.WRITING_REPORTS, deps.site_id)
        reports.begin(connection, deps.site_id, report)
        said = reports.report_of(connection, deps.site_id, team, which.label) or report
        notes = reports.notes_of(connection, deps.site_id, team, which.label)
        body = to_json(without_reasons(said_in(digest, said, notes)))
        frozen = Frozen(body, hashed, deps.now(), state, late)
        is_ours = reports.freeze(connection, deps.site_id, team, which.label, frozen)
        if is_ours:
            sites.raise_revision(connection, deps.site_id)
        return is_ours

    return deps.database.transact(work)
