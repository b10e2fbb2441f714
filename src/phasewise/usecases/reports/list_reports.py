"""The archive of weekly reports for programs, and what differs between two of them. For
web/api_reports.
"""

from phasewise.core.digest_difference import Difference, difference
from phasewise.core.model import Instant
from phasewise.store import reports
from phasewise.store.boards import Page
from phasewise.store.reports import REPORT_PLACE, Report
from phasewise.usecases.as_of.work_rows import report_row
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import listing, moment
from phasewise.usecases.paging import Paging, Place, cut
from phasewise.usecases.policies.naming import team_named
from phasewise.usecases.report_views import ReportListed
from phasewise.usecases.reports.show_report import show_report
from phasewise.usecases.views import Listing

__all__ = ["REPORTS", "REPORT_PLACE", "list_reports", "show_difference"]

REPORTS = "reports"


def list_reports(
    deps: Deps, as_of: Instant | None, asked: Paging, team: str | None = None
) -> Listing[ReportListed]:
    """The reports of weeks that ended by `as_of` (None: now), of a team or of all, latest first: those in
    which something was said, or that were frozen. Raises NotFoundError for a team that there is not."""
    with moment(deps, as_of) as at:
        name = None if team is None else team_named(at.policies.rulebook, team).name
        page = Page(asked.limit + 1, asked.after)
        found, last = cut(
            reports.reports_page(at.connection, at.site_id, name, page, at.as_of), asked, _place_of
        )
        # Who gets the report is nothing for whoever may not know who does what.
        sees_all = deps.asker.sees_people
        mails = reports.mail_counts(at.connection, at.site_id, found) if sees_all else {}
        rows = [report_row(one, mails.get((one.team, one.week))) for one in found]
        return listing(at, REPORTS, rows, last)


def show_difference(deps: Deps, week: str, before: str, team: str | None = None) -> Difference:
    """What differs from the report of the week `before` to that of `week`. Raises as `show_report`."""
    return difference(show_report(deps, before, team).digest, show_report(deps, week, team).digest)


def _place_of(report: Report) -> Place:
    return report.instant, report.team
