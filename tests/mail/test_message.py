"""What a mail says on the wire: fault M13, and addresses (M16)."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from phasewise.mail.message import Mail, mail_address, message_id, rendered

SENDER = "phasewise@example.com"


def read(subject: str = "Week 47", text: str = "All is well.", **more: str) -> EmailMessage:
    mail = Mail("report:1", more.pop("recipient", "lead@example.com"), subject, text, **more)
    found = message_from_bytes(rendered(mail, SENDER, 1_795_000_000_000), policy=SMTP)
    assert isinstance(found, EmailMessage)
    return found


@pytest.mark.parametrize(
    "hostile",
    [
        "x\r\nBcc: all@example.com",
        "x\nBcc: all@example.com",
        "x\r\n\r\nbody",
        "x\x00y",
        "x\u2028Bcc: a@b.c",
        "x\rBcc: y",
    ],
)
def test_m13_a_subject_adds_no_header(hostile: str) -> None:
    found = read(subject=f"ML-1: {hostile}")
    assert set(found.keys()) == set(read().keys())
    assert found["Subject"].startswith("ML-1: x")
    assert found.get_content() == "All is well.\r\n"


@pytest.mark.parametrize(
    "recipient",
    [
        "a@example.com\r\nBcc: b@example.com",
        "a@example.com, b@example.com",
        "a b@example.com",
        "a@",
        "@x",
        "a",
        "",
        "<a@x>",
    ],
)
def test_m13_a_recipient_that_is_not_one_address_is_refused(recipient: str) -> None:
    with pytest.raises(ValueError, match="no mail address"):
        read(recipient=recipient)


def test_m13_text_and_html_come_as_they_are() -> None:
    text = "<img src=x> \u202e lone\ud800 nul\x00 ünï " + "long " * 400
    found = read(text=text, html="<p>&lt;img&gt;</p>")
    plain, html = found.iter_parts()
    assert plain.get_content().startswith("<img src=x> \u202e lone\ufffd nul\ufffd ünï long")
    assert html.get_content() == "<p>&lt;img&gt;</p>\r\n"
    assert max(map(len, rendered(Mail("k", "a@b.c", "s", text), SENDER, 0).split(b"\r\n"))) < 998


def test_the_same_effect_is_the_same_message() -> None:
    assert read()["Message-ID"] == read(subject="again")["Message-ID"] == message_id("report:1", SENDER)
    assert message_id("report:2", SENDER) != message_id("report:1", SENDER)


def test_the_headers_are_those_of_a_machine() -> None:
    found = read()
    assert (found["From"], found["To"]) == ("Phasewise <phasewise@example.com>", "lead@example.com")
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Date"].datetime.timestamp() == 1_795_000_000


def test_m16_a_domain_of_other_letters_is_written_in_ascii() -> None:
    assert mail_address("ada@bücher.example") == "ada@xn--bcher-kva.example"
    assert mail_address("lühr@example.com") == "lühr@example.com"


def test_a_long_subject_is_cut() -> None:
    assert len(read(subject="x" * 5000)["Subject"]) == 200
