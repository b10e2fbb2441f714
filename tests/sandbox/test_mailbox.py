"""The demo's mailbox takes what a sender sends, and shows it as it looks."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from phasewise.sandbox.mailbox import PATH, Mailbox, routes


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    found = Mailbox()
    found.start()
    yield found
    found.stop()


def letter(subject: str, html: str | None = None) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.com", "lead@example.com", subject
    message.set_content("All is <well>.\n.\nReally.\n")
    if html is not None:
        message.add_alternative(html, subtype="html")
        shown = message.get_payload()[1]  # type: ignore[index]
        shown.add_related(b"\x89PNG", "image", "png", cid="<one@x>")  # type: ignore[union-attr]
    return message


def page(mailbox: Mailbox, path: str = PATH) -> str:
    app = FastAPI()
    app.include_router(routes(mailbox))
    return TestClient(app).get(path).text


def test_a_mail_is_kept_and_shown_as_text(mailbox: Mailbox) -> None:
    assert "No mail came yet" in page(mailbox)
    with smtplib.SMTP("127.0.0.1", mailbox.port) as smtp:
        smtp.send_message(letter("<Week> 47"))
        smtp.noop()
        assert smtp.docmd("TURN")[0] == 502
    assert "&lt;Week&gt; 47</a> to lead@example.com" in page(mailbox)
    assert "All is &lt;well&gt;.\n.\nReally." in page(mailbox, f"{PATH}/0").replace("\r\n", "\n")
    assert "No such mail" in page(mailbox, f"{PATH}/1")


def test_a_mail_with_pictures_is_shown_with_them(mailbox: Mailbox) -> None:
    with smtplib.SMTP("127.0.0.1", mailbox.port) as smtp:
        smtp.send_message(letter("Week 47", '<p>Hello <img src="cid:one@x" alt="A"></p>'))
    assert 'src="data:image/png;base64,iVBORw=="' in page(mailbox, f"{PATH}/0")


def test_what_is_too_big_is_refused(mailbox: Mailbox) -> None:
    mailbox.largest_bytes = 1_000
    with smtplib.SMTP("127.0.0.1", mailbox.port) as smtp, pytest.raises(smtplib.SMTPDataError):
        smtp.sendmail("a@example.com", ["b@example.com"], b"y\r\n" * 1_000)
    assert not mailbox.mails
