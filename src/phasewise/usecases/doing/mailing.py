"""One attempt at a mail. What happens to it after its last byte cannot be looked up. Called by do_effects."""

from collections.abc import Callable
from dataclasses import dataclass

from phasewise.core.model import Instant
from phasewise.errors import BadRequestError, NotFoundError
from phasewise.mail.message import Mail, mail_address, rendered
from phasewise.mail.smtp import Fate, Handed, Round
from phasewise.store import effect_pages, report_recipients
from phasewise.store.db import Connection
from phasewise.store.effects import Claimed
from phasewise.usecases.doing.reporting import QuietError, ReportMails, UnwantedError, report_in
from phasewise.usecases.doing.verdicts import (
    ClaimLostError,
    Confirm,
    Verdict,
    done,
    dropped,
    failed,
    later,
    unknown,
)

OWN_WORDS_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Mailing:
    """Attempts by one mail server, one after another."""

    round: Round
    now: Callable[[], Instant]
    reports: ReportMails

    def attempt(self, claimed: Claimed, confirm: Confirm) -> Verdict:
        """Try it once. ClaimLostError where another node has it now."""
        is_report = "report" in claimed.effect.body
        try:
            mail = self._mail_of(claimed)
            message = rendered(mail, self.round.sender, self.now())
            recipient = mail_address(mail.recipient)
        except UnwantedError as reason:
            return dropped(str(reason))
        except QuietError as wait:
            return later(str(wait), wait.seconds)
        except (ValueError, KeyError, TypeError, BadRequestError, NotFoundError) as error:
            return failed(f"the mail cannot be written: {error}")
        unwanted: list[str] = []

        def may_end() -> bool:
            if is_report and (reason := self.reports.why_unwanted(claimed)):
                unwanted.append(reason)
            return not unwanted and confirm(is_sending=True)

        handed = self.round.send(message, recipient, may_end)
        return dropped(unwanted[0]) if unwanted else self._verdict(claimed, handed)

    def _mail_of(self, claimed: Claimed) -> Mail:
        if "report" in claimed.effect.body:
            return self.reports.mail_of(claimed)
        return self.reports.test_of(claimed) if "test" in claimed.effect.body else _mail_of(claimed)

    def _verdict(self, claimed: Claimed, handed: Handed) -> Verdict:
        if handed.fate is Fate.STOPPED:
            raise ClaimLostError
        if handed.fate is Fate.SENT:
            return done().noting(self._forgotten(claimed)) if claimed.effect.body.get("secret") else done()
        verdict = {Fate.LATER: later, Fate.REFUSED: failed, Fate.UNKNOWN: unknown}[handed.fate](handed.said)
        if handed.is_no_address and "report" in claimed.effect.body:
            return verdict.noting(self._bounced(claimed, handed.said))
        return verdict

    def _forgotten(self, claimed: Claimed) -> Callable[[Connection, int], object]:
        """A link that lets somebody in is kept no longer than until it was sent."""
        return lambda connection, site_id: effect_pages.forget_body(connection, site_id, claimed.effect.key)

    def _bounced(self, claimed: Claimed, said: str) -> Callable[[Connection, int], object]:
        """The recipient has no such address: nothing more is sent there until a lead looked at it."""
        values = {"bounced_at": self.now(), "bounce": said[:OWN_WORDS_LONGEST]}
        recipient = report_in(claimed).get("recipient", "")

        def note(connection: Connection, site_id: int) -> object:
            return report_recipients.change_recipient(connection, site_id, recipient, **values)

        return note


def _mail_of(claimed: Claimed) -> Mail:
    body = claimed.effect.body
    html = body.get("html")
    return Mail(
        key=claimed.effect.key,
        recipient=claimed.effect.target,
        subject=str(body["subject"]),
        text=str(body["text"]),
        html=None if html is None else str(html),
    )
