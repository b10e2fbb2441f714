"""The mails and posts of weekly reports, made when they are sent, and whether they are still wanted.

Called by mailing and posting.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from phasewise.core.digest import ReportState
from phasewise.core.send_times import after_quiet
from phasewise.mail.message import Mail
from phasewise.mail.report.reader import Occasion
from phasewise.store import report_recipients, reports
from phasewise.store.db import Connection
from phasewise.store.effects import Claimed
from phasewise.store.report_recipients import Recipient
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.due_weeks import TeamPlan, due_week, quiet_of, team_plans
from phasewise.usecases.reports.forming import Forms
from phasewise.usecases.reports.show_report import show_report

REMOVED = "not sent: they are no recipient any more"
UNSUBSCRIBED = "not sent: they unsubscribed"
SKIPPED = "not sent: the report was skipped"
OLD = "not sent: a later report is due"
GONE = "there is no such report"


class UnwantedError(Exception):
    """It is not sent, for this reason."""


class QuietError(Exception):
    """It is not sent before the quiet hours of its recipient end, in so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__("waits for the end of the recipient's quiet hours")
        self.seconds = seconds


@dataclass(slots=True)
class ReportMails:
    """Makes them of what is frozen. Plans and forms are kept as long as this is: until nothing is due."""

    deps: Deps
    plans: dict[str, TeamPlan] = field(default_factory=dict)
    forms: dict[tuple[str, str], Forms] = field(default_factory=dict)

    def mail_of(self, claimed: Claimed) -> Mail:
        """What is sent. Raises UnwantedError, QuietError; ValueError where it cannot be made."""
        about = report_in(claimed)
        with self.deps.database.read() as connection:
            plan = self._plan(connection, about["team"])
            recipient = self._wanted(connection, claimed, plan)
        self._hush(recipient, plan)
        occasion = Occasion.LATE if about.get("late") else Occasion.DUE
        return self._forms(about, plan).mail(claimed.effect.key, recipient, occasion)

    def test_of(self, claimed: Claimed) -> Mail:
        """A report as it is now, to try how it arrives. Raises as `show_report`."""
        about = claimed.effect.body["test"]
        shown, project = show_report(self.deps, about["week"], about["team"]), about.get("project")
        somebody = Recipient(
            recipient_id="",
            team=about["team"],
            address=claimed.effect.target,
            name="",
            audience=about.get("audience", "team"),
            language=about.get("language", "en"),
            format=about.get("format", "html"),
            created_at=0,
            created_by="",
            secret="",
            account_id="",
            project_id=int(project) if project else None,
        )
        forms = Forms(shown.digest, self.deps.base_url)
        return forms.mail(claimed.effect.key, somebody, Occasion.TEST)

    def post_of(self, claimed: Claimed) -> str:
        """What is posted of a report. Raises UnwantedError; ValueError where it cannot be made."""
        about = report_in(claimed)
        with self.deps.database.read() as connection:
            plan = self._plan(connection, about["team"])
            self._require_current(connection, claimed, plan)
        return self._forms(about, plan).post(plan.language)

    def why_unwanted(self, claimed: Claimed) -> str | None:
        """Why a mail is not to be sent any more, asked once more before its last byte; None: it is."""
        try:
            with self.deps.database.read() as connection:
                self._wanted(connection, claimed, self._plan(connection, report_in(claimed)["team"]))
        except UnwantedError as error:
            return str(error)
        return None

    # ------------------------------------------------------------ still wanted?

    def _wanted(self, connection: Connection, claimed: Claimed, plan: TeamPlan) -> Recipient:
        self._require_current(connection, claimed, plan)
        about = report_in(claimed)
        found = report_recipients.recipient_by_id(connection, self.deps.site_id, about["recipient"])
        if found is None or found.removed_at is not None:
            raise UnwantedError(REMOVED)
        if found.unsubscribed_at is not None:
            raise UnwantedError(UNSUBSCRIBED)
        return found

    def _require_current(self, connection: Connection, claimed: Claimed, plan: TeamPlan) -> None:
        """What waited while nobody worked is not sent beside the report of the week after. Whoever has an
        old one sent again by hand means it."""
        about = report_in(claimed)
        report = reports.report_of(connection, self.deps.site_id, about["team"], about["week"])
        if report is None or not report.is_frozen:
            raise UnwantedError(f"not sent: {GONE}")
        if report.state is ReportState.SKIPPED:
            raise UnwantedError(SKIPPED)
        due = due_week(plan, self.deps.now())
        if due.week.end > report.instant and due.ready_at > claimed.due_at:
            raise UnwantedError(OLD)

    def _hush(self, recipient: Recipient, plan: TeamPlan) -> None:
        quiet, now = quiet_of(recipient), self.deps.now()
        until = now if quiet is None else after_quiet(now, recipient.zone or plan.time.zone, quiet)
        if until > now:
            raise QuietError((until - now) / 1000)

    # ------------------------------------------------------------ what it says

    def _plan(self, connection: Connection, team: str) -> TeamPlan:
        if not self.plans:
            self.plans = {plan.team: plan for plan in team_plans(self.deps, connection)}
        if team not in self.plans:
            raise UnwantedError("not sent: there is no such team any more")
        return self.plans[team]

    def _forms(self, about: Mapping[str, Any], plan: TeamPlan) -> Forms:
        key = about["team"], about["week"]
        if key not in self.forms:
            shown = show_report(self.deps, about["week"], about["team"])
            self.forms[key] = Forms(shown.digest, self.deps.base_url, plan.reply_to)
        return self.forms[key]


def report_in(claimed: Claimed) -> Mapping[str, Any]:
    """Which report it is about, and for whom; KeyError where it is about none."""
    about: Mapping[str, Any] = claimed.effect.body["report"]
    return about
