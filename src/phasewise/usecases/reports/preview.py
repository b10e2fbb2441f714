"""A weekly report as the mail that is sent, made in the same way for somebody who is not there. For web."""

from dataclasses import dataclass

from phasewise.mail.message import Mail
from phasewise.mail.report.reader import Occasion
from phasewise.store.report_recipients import Recipient
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.due_weeks import team_plans
from phasewise.usecases.reports.forming import SOMEBODY, Forms
from phasewise.usecases.reports.show_report import ReportShown

ADDRESS = "you@example.com"


@dataclass(frozen=True, slots=True)
class ReadAs:
    """In which way it is read; the zone is the team's."""

    audience: str
    language: str
    format: str = "html"


def preview_mail(deps: Deps, shown: ReportShown, read_as: ReadAs) -> Mail:
    """What is sent, byte for byte but for the recipient. Who may see no person sees none in it either."""
    recipient = Recipient(
        recipient_id="preview",
        team=shown.report.team,
        address=ADDRESS,
        name="",
        audience=read_as.audience,
        language=read_as.language,
        format=read_as.format,
        created_at=0,
        created_by="",
        secret=SOMEBODY,
        account_id="preview" if read_as.audience == "team" else None,
    )
    with deps.database.read() as connection:
        plans = {plan.team: plan for plan in team_plans(deps, connection)}
    plan = plans.get(shown.report.team)
    forms = Forms(shown.digest, deps.base_url, None if plan is None else plan.reply_to)
    return forms.mail("preview", recipient, Occasion.DUE)
