"""What a mail says on the wire: fault M13, and addresses (M16)."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest

from phasewise.mail.message import Image, Mail, mail_address, message_id, rendered

SENDER = "phasewise@example.com"


def read(subject: str = "Week 47", text: str = "All is well.", **more: Any) -> EmailMessage:
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


RIBBON = Image("ribbon-1@phasewise", "Research", b"\x89PNG")


def test_pictures_go_with_the_html_and_the_text_comes_first() -> None:
    found = read(html="<img>", images=(RIBBON,))
    plain, shown = found.iter_parts()
    assert (found.get_content_type(), plain.get_content_type()) == ("multipart/alternative", "text/plain")
    html, picture = shown.iter_parts()
    assert (shown.get_content_type(), html.get_content_type()) == ("multipart/related", "text/html")
    assert (picture.get_content_type(), picture.get_content()) == ("image/png", b"\x89PNG")
    assert (picture["Content-ID"], picture.get_content_disposition()) == ("<ribbon-1@phasewise>", "inline")


@pytest.mark.parametrize("filling", range(70, 80))
def test_what_is_the_recipients_own_is_put_whole_into_what_is_encoded_once(filling: int) -> None:
    """Wherever a line of the encoding ends, and whatever letters stand around it."""
    for own in ("s3cret_-" * 5, "ANOTHER" * 6):
        said = f"{'é' * (filling // 3)}{'=' * filling}https://x.example/m/{own}/2026-W47 \N{SNOWMAN}\n{own}\n"
        found = read(text=said, html=f"<a>{said}</a>", images=(RIBBON,), own=own)
        assert found.get_body(("plain",)).get_content() == said.replace("\n", "\r\n")  # type: ignore[union-attr]
        assert found.get_body(("html",)).get_content() == f"<a>{said}</a>\n".replace("\n", "\r\n")  # type: ignore[union-attr]
        assert not found.defects


def test_what_cannot_stand_in_the_encoding_as_it_is_is_encoded_with_the_rest() -> None:
    found = read(text="of é = only", own="é =")
    assert found.get_content() == "of é = only\r\n"


def test_a_long_address_to_unsubscribe_is_written_as_it_is() -> None:
    """RFC 8058: a mail program takes it from the header and posts to it."""
    address = f"https://phasewise.example/unsubscribe/{'s' * 400}"
    message = rendered(Mail("k", "a@b.c", "s", "t", unsubscribe=address), SENDER, 0)
    assert f"\r\nList-Unsubscribe: <{address}>\r\n".encode() in message
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in message


@pytest.mark.parametrize(
    "address", ["javascript:1", "https://x>,<mailto:a@b.c", "https://x\r\nBcc: a@b.c", "https://é"]
)
def test_m13_what_is_no_address_of_the_web_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="no address of the web"):
        read(unsubscribe=address)


def test_answers_go_where_the_lead_wants_them() -> None:
    assert read(reply_to="lead@example.com")["Reply-To"] == "lead@example.com"
    with pytest.raises(ValueError, match="no mail address"):
        read(reply_to="lead@example.com\r\nBcc: a@b.c")


@pytest.mark.parametrize("name", ['Ada, "the" <b@c.d>', "Ada\r\nBcc: x@y.z", "李伟 " * 40, "\u202eAda"])
def test_m13_a_name_adds_no_recipient(name: str) -> None:
    found = read(name=name)
    assert [one.addr_spec for one in found["To"].addresses] == ["lead@example.com"]
    assert set(found.keys()) == set(read().keys())


def test_m13_a_picture_adds_no_header() -> None:
    with pytest.raises(ValueError, match="no Content-ID"):
        read(html="<img>", images=(Image("a@b>\r\nX: y", "", b""),))


def test_no_line_of_a_header_is_longer_than_mail_programs_take() -> None:
    message = rendered(Mail("k", "a@b.c", "日本語" * 60, "t", name="李伟" * 40), SENDER, 0)
    assert max(map(len, message.split(b"\r\n\r\n")[0].split(b"\r\n"))) <= 78
