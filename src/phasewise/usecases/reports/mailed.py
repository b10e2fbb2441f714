"""The mail of a report as its recipient got it, to read it in a browser. Called by web/report_mailed.

The secret is that of the mail itself: whoever has it has the mail. It shows no other week than those mailed.
"""

from dataclasses import replace

from phasewise.core.rights import Asker, Role
from phasewise.errors import NotFoundError
from phasewise.i18n.speaking import _
from phasewise.mail.message import Mail
from phasewise.mail.report.reader import Audience, Occasion
from phasewise.store import report_sending
from phasewise.store.report_recipients import Recipient
from phasewise.store.reports import mail_key
from phasewise.usecases.accounts.throttle import Client
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.forming import Forms
from phasewise.usecases.reports.show_report import show_report
from phasewise.usecases.reports.subscription import recipient_of


def mailed_report(deps: Deps, secret: str, week: str, client: Client) -> Mail:
    """What was sent of a week, with its pictures. Raises NotFoundError where nothing was, or nobody has the
    secret, TooOftenError after many of those."""
    recipient = recipient_of(deps, secret, client)
    key = mail_key(recipient.team, week, recipient.recipient_id)
    with deps.database.read() as connection:
        if not report_sending.states_of(connection, deps.site_id, [key]):
            raise NotFoundError(_("Nothing was mailed to you of this week"))
    shown = show_report(replace(deps, asker=_asker(recipient)), week, recipient.team)
    return Forms(shown.digest, deps.base_url).mail(key, replace(recipient, format="html"), Occasion.DUE)


def _asker(recipient: Recipient) -> Asker:
    """They read what they were mailed: with people or without."""
    role = Role.MEMBER if recipient.audience == Audience.TEAM else Role.STAKEHOLDER
    return Asker(role, recipient.address, only_reads=True)
