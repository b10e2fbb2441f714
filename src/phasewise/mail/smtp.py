"""Hands one mail to the mail server, step by step, and says exactly how far it came.

Called by usecases/doing/mailing and check_site. Before the final dot nothing was delivered; after it only the
server knows, until it answers.
"""

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from phasewise.errors import PhasewiseError
from phasewise.mail.access import SmtpAccess
from phasewise.mail.message import one_line
from phasewise.reach import PrivateAddressError, watched

STEP_SECONDS = 30.0
ANSWER_SECONDS = 630.0
"""After the final dot the server may take ten minutes to answer (RFC 5321, 4.5.3.2.6)."""

LINE_START = re.compile(rb"(?m)^\.")
POLICY = re.compile(rb"5\.(?:2\.[02-9]|[3-7]\.)")
"""How an answer begins that blames something else than the address (RFC 3463): a full mailbox, our rights."""

RECIPIENT = "the recipient"
NO_ANSWER = (-1, b"")


class MailError(PhasewiseError):
    """The mail server cannot be used; one sentence that says what to do."""

    http_status = 502
    title = "Mail"


class Fate(StrEnum):
    """`later`: not delivered, and may be tried again. `stopped`: we were told not to end it."""

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of a mail, with a line for people. `is_no_address`: nobody has that
    address there."""

    fate: Fate
    said: str = ""
    is_no_address: bool = False


class NoLuckError(Exception):
    """The steps end here, with this result."""

    def __init__(self, fate: Fate, said: str, *, is_no_address: bool = False) -> None:
        super().__init__(said)
        self.handed = Handed(fate, said, is_no_address)


class Smtp:
    """One mail server. Any thread may call it."""

    def __init__(
        self,
        access: SmtpAccess,
        *,
        step_seconds: float = STEP_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.access = access
        self.step_seconds = step_seconds
        self.answer_seconds = answer_seconds
        self._given_context = context

    def send(self, message: bytes, recipient: str, may_end: Callable[[], bool]) -> Handed:
        """Hand over one mail, in a session of its own. As `Round.send`."""
        one = Round(self)
        try:
            return one.send(message, recipient, may_end)
        finally:
            one.end()

    def probe(self) -> None:
        """Connect, secure, log in. MailError with one sentence where that fails."""
        try:
            _close(self.connected())
        except NoLuckError as error:
            at = f"{self.access.host}:{self.access.port}"
            raise MailError(f"{error} ({at}); check PHASEWISE_SMTP_URL") from None

    def connected(self) -> smtplib.SMTP:
        """A session that is secured and logged in. Nothing here says anything of a mail yet, so that each
        trouble may pass. Raises NoLuckError."""
        with _explained("the mail server cannot be reached"):
            smtp = self._connect()
        try:
            with _explained("the mail server broke off before the mail"):
                self._open(smtp)
        except BaseException:
            _close(smtp)
            raise
        return smtp

    def _connect(self) -> smtplib.SMTP:
        access, domain = self.access, self.access.sender.rpartition("@")[2]
        if access.is_tls:
            return _Secure(access.host, access.port, domain, timeout=self.step_seconds, context=self._context)
        return _Plain(access.host, access.port, domain, timeout=self.step_seconds)

    def _open(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        if not self.access.is_tls and smtp.has_extn("starttls"):
            smtp.starttls(context=self._context)
            smtp.ehlo_or_helo_if_needed()
        elif not self.access.is_tls and self.access.user:
            raise NoLuckError(
                Fate.LATER, "the mail server offers no STARTTLS, and a password is never sent in clear text"
            )
        if self.access.user and self.access.password:
            smtp.login(self.access.user, self.access.password)

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return self._given_context or ssl.create_default_context()


class Round:
    """Mails one after another to a server, in one session for as long as it takes them: for one thread."""

    def __init__(self, server: Smtp) -> None:
        self._server = server
        self._left_open: smtplib.SMTP | None = None

    @property
    def sender(self) -> str:
        """The address that the mails come from."""
        return self._server.access.sender

    def send(self, message: bytes, recipient: str, may_end: Callable[[], bool]) -> Handed:
        """Hand it over. `may_end` is asked immediately before the final dot: False breaks off, undelivered.

        `recipient` is an address as `mail_address` gives it.
        """
        handed: Handed | None = None
        try:
            smtp = self._begun(recipient)
        except NoLuckError as error:
            return error.handed
        try:
            handed = self._hand_over(smtp, message, recipient, may_end)
        finally:
            if handed is not None and handed.fate is Fate.SENT:
                self._left_open = smtp
            else:
                _close(smtp)
        return handed

    def end(self) -> None:
        """No other mail follows."""
        smtp, self._left_open = self._left_open, None
        if smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            _close(smtp)

    # ------------------------------------------------------------ the steps

    def _begun(self, recipient: str) -> smtplib.SMTP:
        """A session in which a mail was begun. The one that was left open may be over by now, or have had as
        many mails as the server takes in one: whatever it says to another mail, a new session is asked."""
        smtp, self._left_open = self._left_open, None
        if smtp is not None:
            try:
                return self._begin(smtp, recipient)
            except NoLuckError:
                _close(smtp)
        smtp = self._server.connected()
        try:
            return self._begin(smtp, recipient)
        except NoLuckError:
            _close(smtp)
            raise

    def _begin(self, smtp: smtplib.SMTP, recipient: str) -> smtplib.SMTP:
        options: list[str] = []
        smtp.command_encoding = "ascii"
        if not recipient.isascii():
            if not smtp.has_extn("smtputf8"):
                raise NoLuckError(Fate.REFUSED, "the mail server takes no address with such characters")
            options, smtp.command_encoding = ["SMTPUTF8"], "utf-8"
        with _explained("the mail server broke off before the mail"):
            _expect(smtp.mail(self.sender, options), 250, "the sender")
        return smtp

    def _hand_over(
        self, smtp: smtplib.SMTP, message: bytes, recipient: str, may_end: Callable[[], bool]
    ) -> Handed:
        try:
            with _explained("the mail server broke off before the mail"):
                _expect(smtp.rcpt(recipient), 250, RECIPIENT)
                _expect(smtp.docmd("DATA"), 354, "the mail")
            return self._transfer(smtp, message, may_end)
        except NoLuckError as error:
            return error.handed

    def _transfer(self, smtp: smtplib.SMTP, message: bytes, may_end: Callable[[], bool]) -> Handed:
        with _explained("the mail server broke off during the mail"):
            smtp.send(LINE_START.sub(b"..", message))
        if not may_end():
            return Handed(Fate.STOPPED, "somebody else has taken it over")
        try:
            assert smtp.sock is not None  # noqa: S101 - it is connected
            smtp.sock.settimeout(self._server.answer_seconds)
            smtp.send(b".\r\n" if message.endswith(b"\r\n") else b"\r\n.\r\n")
            answer = smtp.getreply()
            smtp.sock.settimeout(self._server.step_seconds)
        except (smtplib.SMTPException, OSError):
            answer = NO_ANSWER
        if answer[0] // 100 == 2:
            return Handed(Fate.SENT)
        if answer[0] // 100 not in (4, 5):  # nothing, or nothing that SMTP knows
            said = "the mail server gave no answer after the whole mail: it may have delivered it, or not"
            return Handed(Fate.UNKNOWN, said)
        raise _refused(answer, "the mail")


class _Plain(smtplib.SMTP):
    """Looks where the connection leads before anything is read or said on it (`reach`)."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return watched(super()._get_socket(host, port, timeout))  # type: ignore[misc]  # the stubs leave it out


class _Secure(smtplib.SMTP_SSL, _Plain):
    """The same, before TLS begins: that is put around what `_Plain` connected."""


def _close(smtp: smtplib.SMTP) -> None:
    with suppress(smtplib.SMTPException, OSError):
        smtp.close()


def _expect(answer: tuple[int, bytes], code: int, what: str) -> None:
    """4xx passes, 5xx does not; 251 is a 250 that was forwarded."""
    if answer[0] // 10 == code // 10:
        return
    raise _refused(answer, what)


def _refused(answer: tuple[int, bytes], what: str) -> NoLuckError:
    fate = Fate.REFUSED if 500 <= answer[0] < 600 else Fate.LATER
    is_no_address = what == RECIPIENT and fate is Fate.REFUSED and not POLICY.match(answer[1])
    said = f"the mail server refused {what}: {_reply(*answer)}"
    return NoLuckError(fate, said, is_no_address=is_no_address)


def _reply(code: int, text: bytes | str) -> str:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return one_line(f"{code} {said}")


@contextmanager
def _explained(otherwise: str) -> Iterator[None]:
    """What the library raises, as a sentence. All of it may pass: a certificate is renewed, a password
    corrected; until then nothing goes out."""
    try:
        yield
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", "") or error.reason or ""
        raise NoLuckError(
            Fate.LATER, one_line(f"the mail server's TLS cannot be trusted: {reason}")
        ) from None
    except smtplib.SMTPAuthenticationError as error:
        said = _reply(error.smtp_code, error.smtp_error)
        raise NoLuckError(Fate.LATER, f"the mail server refused user and password: {said}") from None
    except smtplib.SMTPResponseException as error:
        raise NoLuckError(Fate.LATER, f"{otherwise}: {_reply(error.smtp_code, error.smtp_error)}") from None
    except PrivateAddressError as error:
        raise NoLuckError(Fate.LATER, str(error)) from None
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        reason = "it did not answer in time" if isinstance(error, TimeoutError) else type(error).__name__
        raise NoLuckError(Fate.LATER, f"{otherwise}: {reason}") from None
