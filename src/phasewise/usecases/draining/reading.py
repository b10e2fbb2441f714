"""Issues read for a drain: one that breaks the read is found out and read alone, and the others come.

A Jira that is away is nobody's fault and ends the read.
"""

from phasewise.errors import JiraError, PhasewiseError
from phasewise.jira.trouble import LoginRefusedError, UnreachableError
from phasewise.log import get_log
from phasewise.usecases.sync_run import Batch, SyncRun

log = get_log("drain")

OF_NO_ISSUE = frozenset({400, 401, 403, 404, 410, 429, 503})
"""What Jira answers whatever the issue: settings, permissions, limits, maintenance."""


def read_tolerantly(run: SyncRun, ids: list[int]) -> Batch:
    """Issues read whole, and asked whether the scope matches them; what cannot be read is `unreadable`.

    JiraError where Jira is away, limits us or refuses us altogether.
    """
    try:
        return run.asked(ids)
    except Exception as error:  # whatever one issue does to a read, the others must come
        if not _is_of_issue(run, error):
            raise
        if len(ids) == 1:
            log.warning("issue_unreadable", issue=ids[0], error=reason_of(error))
            return Batch(list(ids), [], {str(ids[0]): reason_of(error)}, frozenset(), {})
    alone = [read_tolerantly(run, [issue_id]) for issue_id in ids]
    return sum(alone[1:], alone[0])


def _is_of_issue(run: SyncRun, error: Exception) -> bool:
    """Whether an issue is to blame, and not Jira, the network, the settings or the database."""
    if not isinstance(error, JiraError):
        return not isinstance(error, PhasewiseError)
    if isinstance(error, UnreachableError | LoginRefusedError) or error.status in OF_NO_ISSUE:
        return False
    try:
        run.client.server()
    except JiraError:
        return False
    return True


def reason_of(error: Exception) -> str:
    """What an admin is shown of an error that nobody foresaw, or of Jira's."""
    if isinstance(error, PhasewiseError):
        return str(error)
    return f"It cannot be applied ({type(error).__name__}: {str(error)[:500]}); please report this"
