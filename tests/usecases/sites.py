"""A site as `map_site` leaves it, and what the tests do to it."""

from tests.store.records import NAMES, PHASE_FIELD, at

from phasewise.core.model import Instant, IssueRecord, Phase, Policy
from phasewise.store import issues, sites
from phasewise.store.census import mark_removed
from phasewise.store.db import Database
from phasewise.usecases.deps import Deps

OPTIONS = {"10101": Phase.RESEARCH, "10102": Phase.MODELING, "10103": Phase.AB_TESTING}


def deps_of(database: Database, policy: Policy | None = None) -> Deps:
    """The site with its fields, statuses and options."""
    with database.write() as connection:
        site_id = sites.site_of(connection, "https://example.atlassian.net")
        sites.save_site_fields(connection, site_id, sites.SiteFields(phase_field=PHASE_FIELD))
        sites.save_statuses(connection, site_id, [sites.Status(id, *named) for id, named in NAMES.items()])
        options = [sites.PhaseOption(id, phase.title(), phase) for id, phase in OPTIONS.items()]
        sites.save_phase_options(connection, site_id, options)
    return Deps(database, site_id, policy or Policy(), now=lambda: at(1000))


def save(deps: Deps, *records: IssueRecord) -> issues.SaveReport:
    with deps.database.write() as connection:
        return issues.save_records(connection, deps.site_id, records)


def remove(deps: Deps, issue: int, when: Instant) -> None:
    with deps.database.write() as connection:
        mark_removed(connection, deps.site_id, issue, when, exactly=True)
