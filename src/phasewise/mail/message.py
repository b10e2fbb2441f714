"""One mail as it goes over the wire. What comes from Jira cannot add a header, a recipient or an end.

Called by usecases/doing/mailing. A mail with HTML is an alternative: its text, or the HTML with its pictures.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.mime.image import MIMEImage
from email.policy import SMTP, EmailPolicy
from functools import lru_cache
from hashlib import sha256

from phasewise.core.model import Instant

CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
SUBJECT_LONGEST = 200
NAME_LONGEST = 100
BODIES_KEPT = 16
"""Ways to read a report whose bodies are kept as they stand in a mail, some hundred kilobytes each."""

PLACE = "here-stands-what-is-the-recipients-own"
"""In a body that is kept. No capital and no digit is in it, so that none of it looks like an escape of
quoted-printable."""

BROKEN_PLACE = re.compile("(?:=\r\n)?".join(map(re.escape, PLACE)).encode())
OWN = re.compile(r"[A-Za-z0-9_-]+")

ADDRESS_LONGEST = 900
"""A header's line has at most 998 characters, and no address in one is ever folded."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture inside a mail: the HTML shows it as `cid:{cid}`, `alt` says the same in words."""

    cid: str
    alt: str
    png: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """What is to be said to one recipient. `key` is the same for each try, and so is the Message-ID.

    `name` is whose the address is; answers go to `reply_to`. `unsubscribe` is an address of the web where a
    POST ends these mails. `own` is what of text and HTML is the recipient's alone, in ASCII: all the rest is
    the same for whoever reads it in the same way, and encoded only once.
    """

    key: str
    recipient: str
    subject: str
    text: str
    html: str | None = None
    images: tuple[Image, ...] = ()
    name: str = ""
    reply_to: str | None = None
    unsubscribe: str | None = None
    own: str = ""


class AddressesWhole(EmailPolicy):
    """Writes headers as the library does, but for an address of the web: where it is longer than a line, the
    library would encode it, and then nobody can follow it any more."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """One header as it goes over the wire."""
        if name == "List-Unsubscribe":
            return f"{name}: {value}\r\n".encode("ascii")
        return super().fold_binary(name, value)


BODY = AddressesWhole(linesep="\r\n", cte_type="7bit")
"""Not every server takes eight bits."""


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
    message = EmailMessage(policy=BODY.clone(utf8=not recipient.isascii()))
    message["From"] = f"Phasewise <{mail_address(sender)}>"
    message["To"] = Address(one_line(mail.name, NAME_LONGEST), *recipient.rsplit("@", 1))
    message["Subject"] = one_line(mail.subject)
    message["Date"] = datetime.fromtimestamp(now / 1000, UTC)
    message["Message-ID"] = message_id(mail.key, mail_address(sender))
    message["Auto-Submitted"] = "auto-generated"  # so that no absent person's answer comes back
    if mail.reply_to is not None:
        message["Reply-To"] = mail_address(mail.reply_to)
    if mail.unsubscribe is not None:
        message["List-Unsubscribe"] = f"<{_web_address(mail.unsubscribe)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    own = mail.own if OWN.fullmatch(mail.own) else ""
    html = None if mail.html is None else _without(mail.html, own)
    shared = _body(_without(mail.text, own), html, mail.images)
    body = shared.replace(PLACE.encode(), own.encode()) if own else shared
    return message.as_bytes().removesuffix(b"\r\n") + body


def _without(text: str, own: str) -> str:
    return text.replace(own, PLACE) if own else text


@lru_cache(maxsize=BODIES_KEPT)
def _body(text: str, html: str | None, images: tuple[Image, ...]) -> bytes:
    """What follows the headers of a mail, from its own on: that takes longer than all the rest of it. No line
    end of the encoding is within the place of what is the recipient's own."""
    text, html = _printable(text), None if html is None else _printable(html)
    message = EmailMessage(policy=BODY)
    coding = "quoted-printable" if PLACE in text else None
    message.set_content(text, cte=coding)
    if html is not None:
        message.add_alternative(html, subtype="html", cte=coding)
        message.set_boundary(_boundary("both", text, html))
    written = _with_images(message, html, images) if html and images else message.as_bytes()
    return BROKEN_PLACE.sub(b"=\r\n" + PLACE.encode() + b"=\r\n", written)


def _boundary(which: str, *parts: str) -> str:
    return f"=_{sha256(which.encode() + b' '.join(map(str.encode, parts))).hexdigest()[:32]}"


def _with_images(message: EmailMessage, html: str, images: tuple[Image, ...]) -> bytes:
    """Beside the HTML, not beside the text: else some clients list them as attachments. They are put in as
    bytes: the library would write each of them twice."""
    shown = list(message.iter_parts())[-1]
    assert isinstance(shown, EmailMessage)  # noqa: S101 - the alternative just added
    boundary = _boundary("shown", html)
    shown.make_related(boundary=boundary)
    start, end = f"\r\n--{boundary}\r\n".encode(), f"\r\n--{boundary}--\r\n".encode()
    before, _, after = message.as_bytes().partition(end)
    parts = (_image_part(image).as_bytes(policy=SMTP).removesuffix(b"\r\n") for image in images)
    return b"".join((before, start, start.join(parts), end, after))


def _image_part(image: Image) -> Message:
    part = MIMEImage(image.png, "png")
    part["Content-ID"] = f"<{_content_id(image.cid)}>"
    part["Content-Disposition"] = "inline"
    return part


def _content_id(cid: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,100}@[A-Za-z0-9.-]{1,100}", cid):
        raise ValueError(f"{cid[:100]!r} is no Content-ID")
    return cid


def _web_address(address: str) -> str:
    if not re.fullmatch(r"https?://[!-;=?-~]+", address) or len(address) > ADDRESS_LONGEST:
        raise ValueError(f"{address[:100]!r} is no address of the web")
    return address


def _printable(text: str) -> str:
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))
