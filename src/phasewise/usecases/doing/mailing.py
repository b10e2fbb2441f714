"""One attempt at a mail. What happens to it after its last byte cannot be looked up. Called by do_effects."""

from collections.abc import Callable
from dataclasses import dataclass

from phasewise.core.model import Instant
from phasewise.mail.message import Mail, mail_address, rendered
from phasewise.mail.smtp import Fate, Smtp
from phasewise.store.effects import Claimed
from phasewise.usecases.doing.verdicts import ClaimLostError, Confirm, Verdict, done, failed, later, unknown


@dataclass(frozen=True, slots=True)
class Mailing:
    """Attempts by one mail server."""

    smtp: Smtp
    now: Callable[[], Instant]

    def attempt(self, claimed: Claimed, confirm: Confirm) -> Verdict:
        """Try it once. ClaimLostError where another node has it now."""
        try:
            mail = _mail_of(claimed)
            message = rendered(mail, self.smtp.access.sender, self.now())
            recipient = mail_address(mail.recipient)
        except (ValueError, KeyError, TypeError) as error:
            return failed(f"the mail cannot be written: {error}")
        handed = self.smtp.send(message, recipient, lambda: confirm(is_sending=True))
        if handed.fate is Fate.STOPPED:
            raise ClaimLostError
        if handed.fate is Fate.SENT:
            return done()
        verdict = {Fate.LATER: later, Fate.REFUSED: failed, Fate.UNKNOWN: unknown}[handed.fate]
        return verdict(handed.said)


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
