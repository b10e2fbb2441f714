"""What Jira told, what is written there, what was reported and decided, as rows of the models of the API.

Called by show_deliveries, show_effects, list_reports, show_audit_log and the tables of exports.
"""

from collections.abc import Mapping

from phasewise.store.audit_log import Entry
from phasewise.store.effect_pages import EffectRow
from phasewise.store.effects import EffectState
from phasewise.store.inbox import DeliveryRow
from phasewise.store.reports import Report
from phasewise.usecases.report_views import MailCounts, ReportListed
from phasewise.usecases.views import DeliveryShown, EffectShown, EntryShown


def delivery_row(row: DeliveryRow) -> DeliveryShown:
    issues = [str(issue) for issue in row.issue_ids]
    return DeliveryShown(
        id=row.delivery_id,
        received_at=row.received_at,
        event=row.event,
        issue_id=issues[0] if issues else None,
        issue_ids=issues,
        state=row.state,
        reason=row.reason,
        attempts=row.attempts,
    )


def effect_row(row: EffectRow) -> EffectShown:
    return EffectShown(
        key=row.key,
        kind=row.kind,
        target=row.target,
        state=row.state,
        attempts=row.attempts,
        created_at=row.created_at,
        next_at=row.next_at if row.state is EffectState.DUE else None,
        last_error=row.last_error,
        done_at=row.done_at,
    )


def report_row(report: Report, mails: Mapping[str, int] | None) -> ReportListed:
    """`mails` is how many of them are in which state; None: nothing for who asks."""
    return ReportListed(
        team=report.team,
        week=report.week,
        instant=report.instant,
        state=report.state,
        late=report.late,
        frozen_at=report.frozen_at,
        inputs_hash=report.inputs_hash,
        sent_at=report.sent_at,
        skip_reason=report.skip_reason,
        mails=None if mails is None else MailCounts(**mails),
    )


def entry_row(entry: Entry) -> EntryShown:
    return EntryShown(
        id=entry.entry_id,
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        subject=entry.subject,
        detail=dict(entry.detail),
        address=entry.address,
    )
