"""One mail as it goes over the wire. What comes from Jira cannot add a header, a recipient or an end.

Called by usecases/doing/mailing.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from hashlib import sha256

from phasewise.core.model import Instant

CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
SUBJECT_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Mail:
    """What is to be said to one recipient. `key` is the same for each try, and so is the Message-ID."""

    key: str
    recipient: str
    subject: str
    text: str
    html: str | None = None


def mail_address(text: str) -> str:
    """The address as the wire takes it, its domain in ASCII. ValueError where it is none."""
    text = text.strip()
    local, _, domain = text.rpartition("@")
    try:
        if not local or not domain or CONTROLS.search(text):
            raise ValueError
        address = Address(username=local, domain=domain.encode("idna").decode("ascii"))
        if address.addr_spec != str(address) or re.search(r"[\s,;<>\"]", address.addr_spec):
            raise ValueError
    except (ValueError, UnicodeError, HeaderParseError, IndexError):
        raise ValueError(f"{text[:100]!r} is no mail address") from None
    return address.addr_spec


def one_line(text: str, longest: int = SUBJECT_LONGEST) -> str:
    """`text` without line ends and controls, cut."""
    cleaned = UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", CONTROLS.sub(" ", text)).strip()
    return cleaned if len(cleaned) <= longest else cleaned[: longest - 1] + "…"


def message_id(key: str, sender: str) -> str:
    """Of its effect, so that a mail sent again by hand is the same mail to those who sort them."""
    return f"<{sha256(key.encode()).hexdigest()[:40]}@{sender.rpartition('@')[2]}>"


def rendered(mail: Mail, sender: str, now: Instant) -> bytes:
    """The mail with its headers, lines ended by CR LF. ValueError where an address is none."""
    recipient = mail_address(mail.recipient)
    policy = SMTP if recipient.isascii() else SMTPUTF8
    message = EmailMessage(policy=policy.clone(cte_type="7bit"))  # not every server takes eight bits
    message["From"] = f"Phasewise <{mail_address(sender)}>"
    message["To"] = recipient
    message["Subject"] = one_line(mail.subject)
    message["Date"] = datetime.fromtimestamp(now / 1000, UTC)
    message["Message-ID"] = message_id(mail.key, mail_address(sender))
    message["Auto-Submitted"] = "auto-generated"  # so that no absent person's answer comes back
    message.set_content(_body(mail.text))
    if mail.html is not None:
        message.add_alternative(_body(mail.html), subtype="html")
    return message.as_bytes()


def _body(text: str) -> str:
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))
