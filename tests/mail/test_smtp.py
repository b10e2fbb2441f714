"""How far a mail came, whatever the server does: faults M1 to M5, M7, M8 and M15."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.jira.certificate import self_signed
from tests.mail.post_office import SENDER, PostOffice, bare_server, post_office

from phasewise.mail.access import SmtpAccess, smtp_access
from phasewise.mail.message import Mail, rendered
from phasewise.mail.smtp import Fate, Handed, MailError, Round, Smtp

TO = "lead@example.com"
MESSAGE = rendered(Mail("report:1", TO, "Week 47", "All is well.\n"), SENDER, 1_795_000_000_000)


def handed(smtp: Smtp, to: str = TO, *, may_end: bool = True) -> Handed:
    return smtp.send(MESSAGE, to, lambda: may_end)


@contextmanager
def closing_round(office: PostOffice) -> Iterator[Round]:
    made = Round(office.smtp())
    try:
        yield made
    finally:
        made.end()


def fate(office: PostOffice) -> Fate:
    return handed(office.smtp()).fate


def test_a_mail_arrives_whole_and_once() -> None:
    with post_office() as office:
        assert handed(office.smtp()) == Handed(Fate.SENT)
        assert office.accepted == [(TO, MESSAGE)]


def sent(round_: Round, to: str = TO) -> Fate:
    return round_.send(MESSAGE, to, lambda: True).fate


def test_one_session_serves_for_many_mails() -> None:
    with post_office() as office, closing_round(office) as many:
        assert [sent(many, to) for to in (TO, "lühr@example.com", TO)] == [Fate.SENT] * 3
        assert [to for to, _ in office.accepted] == [TO, "lühr@example.com", TO]
        assert len([said for said in office.said if said.startswith("220")]) == 1
    assert office.said[-1].startswith("221")


def test_a_session_that_ended_meanwhile_is_replaced_and_nothing_is_sent_twice() -> None:
    with post_office() as office, closing_round(office) as many:
        assert sent(many) is Fate.SENT
        office.hang_up()
        assert sent(many) is Fate.SENT
        assert len(office.accepted) == 2


def test_a_server_that_takes_no_more_mails_in_a_session_is_asked_in_another() -> None:
    with post_office() as office, closing_round(office) as many:
        assert sent(many) is Fate.SENT
        office.mails_a_session = 1
        assert [sent(many), sent(many)] == [Fate.SENT] * 2
        assert len([said for said in office.said if said.startswith("421")]) == 2


def test_m3_a_refusal_in_a_session_that_was_left_open_is_no_question_asked_twice() -> None:
    with post_office() as office, closing_round(office) as many:
        assert sent(many) is Fate.SENT
        office.rcpt = lambda _: "550 5.1.1 nobody"
        asked = len(office.said)
        assert sent(many) is Fate.REFUSED
        assert len([said for said in office.said[asked:] if said.startswith("550")]) == 1


def test_a_line_that_is_a_dot_does_not_end_the_mail() -> None:
    message = rendered(Mail("k", TO, "Dots", "before\n.\n..\nafter\n"), SENDER, 0)
    with post_office() as office:
        assert office.smtp().send(message, TO, lambda: True).fate is Fate.SENT
        assert office.accepted[0][1].endswith(b"before\r\n.\r\n..\r\nafter\r\n")


@pytest.mark.parametrize("greeting", [b"421 busy\r\n", b"554 no\r\n", b"", None])
def test_m1_a_server_that_does_not_let_us_in_is_tried_later(greeting: bytes | None) -> None:
    with bare_server(greeting) as smtp:
        assert handed(smtp).fate is Fate.LATER


def test_m1_a_server_that_is_not_there_is_tried_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    answer = handed(Smtp(SmtpAccess("127.0.0.1", port, SENDER)))
    assert (answer.fate, "cannot be reached" in answer.said) == (Fate.LATER, True)


def test_m2_what_the_server_puts_off_is_tried_later() -> None:
    with post_office(mail="451 later") as office:
        assert fate(office) is Fate.LATER
    with post_office(rcpt=lambda _: "452 full") as office:
        assert fate(office) is Fate.LATER
    with post_office(end="451 later") as office:
        assert fate(office) is Fate.LATER


def test_m3_a_recipient_that_is_refused_does_not_keep_the_others_from_theirs() -> None:
    with post_office(rcpt=lambda to: "550 no such user" if to.startswith("gone") else "250 OK") as office:
        answers = [handed(office.smtp(), to) for to in (TO, "gone@example.com", "other@example.com")]
        assert [answer.fate for answer in answers] == [Fate.SENT, Fate.REFUSED, Fate.SENT]
        assert "550 no such user" in answers[1].said
        assert [to for to, _ in office.accepted] == [TO, "other@example.com"]


def test_m4_a_connection_lost_after_354_was_delivered_nowhere() -> None:
    with post_office(drop_after_354=True) as office:
        assert fate(office) in (Fate.LATER, Fate.UNKNOWN)
        assert office.accepted == []


def test_m5_a_connection_lost_after_the_final_dot_is_unknown() -> None:
    with post_office(drop_after_end=True) as office:
        assert fate(office) is Fate.UNKNOWN
        assert len(office.accepted) == 1


@pytest.mark.parametrize("answer", ["well done", "354 go on", ""])
def test_m5_an_answer_after_the_final_dot_that_nobody_understands_is_unknown(answer: str) -> None:
    with post_office(end=answer) as office:
        assert fate(office) is Fate.UNKNOWN


def test_any_good_answer_after_the_final_dot_means_that_it_was_sent() -> None:
    with post_office(end="200 done") as office:
        assert fate(office) is Fate.SENT


def test_m6_a_server_that_refuses_by_hanging_up_looks_the_same() -> None:
    with post_office(drop_after_end=True, end="554 never") as office:
        assert fate(office) is Fate.UNKNOWN


def test_m7_an_answer_that_takes_too_long_is_unknown() -> None:
    with post_office(slow_seconds=2) as office:
        assert handed(office.smtp(answer_seconds=0.2)).fate is Fate.UNKNOWN


def test_m7_the_answer_to_the_dot_may_take_longer_than_a_step() -> None:
    with post_office(slow_seconds=0.6) as office:
        assert handed(office.smtp(step_seconds=0.3)).fate is Fate.SENT


@pytest.mark.parametrize("answer", ["554 no thanks", "552 too big"])
def test_m8_a_mail_refused_after_the_dot_failed(answer: str) -> None:
    with post_office(end=answer) as office:
        assert handed(office.smtp()) == Handed(Fate.REFUSED, f"the mail server refused the mail: {answer}")


def test_m9_before_the_final_dot_it_is_asked_whether_it_may_end() -> None:
    with post_office() as office:
        assert handed(office.smtp(), may_end=False).fate is Fate.STOPPED
        assert office.accepted == []


# ------------------------------------------------------------ M15: never in clear text

LOGIN = {"user": "phasewise", "password": "s3cret"}


def test_m15_without_starttls_no_password_is_said() -> None:
    with post_office(login="phasewise:s3cret") as office:
        answer = handed(office.smtp(**LOGIN))
        assert (answer.fate, "clear text" in answer.said) == (Fate.LATER, True)
        assert office.accepted == []


def test_m15_a_certificate_that_cannot_be_trusted_is_no_reason_to_go_on(tmp_path: Path) -> None:
    with post_office(certificate=self_signed(tmp_path)) as office:
        answer = handed(office.smtp())
        assert (answer.fate, "TLS cannot be trusted" in answer.said) == (Fate.LATER, True)
        assert office.accepted == []


def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


def test_m15_a_good_certificate_and_password_are_used(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    with post_office(certificate=certificate, login="phasewise:s3cret") as office:
        smtp = office.smtp(context=trusting(certificate), **LOGIN)
        smtp.probe()
        assert handed(smtp).fate is Fate.SENT


def test_m15_a_wrong_password_is_tried_later_and_never_told(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    with post_office(certificate=certificate, login="phasewise:another") as office:
        smtp = office.smtp(context=trusting(certificate), **LOGIN)
        answer = handed(smtp)
        assert (answer.fate, "535" in answer.said, "s3cret" in answer.said) == (Fate.LATER, True, False)
        with pytest.raises(MailError, match="PHASEWISE_SMTP_URL"):
            smtp.probe()


def test_m16_an_address_with_other_letters_needs_a_server_that_takes_them() -> None:
    with post_office() as office:
        assert handed(office.smtp(), "lühr@example.com").fate is Fate.SENT
        assert office.accepted[0][0] == "lühr@example.com"


# ------------------------------------------------------------ the setting


def test_a_url_says_everything() -> None:
    access = smtp_access("smtps://me%40x:p%3Aw@mail.example:4650", SENDER)
    assert (access.host, access.port, access.is_tls) == ("mail.example", 4650, True)
    assert (access.user, access.password) == ("me@x", "p:w")
    assert "p:w" not in repr(access)
    assert (smtp_access("smtp://h", SENDER).port, smtp_access("smtps://h", SENDER).port) == (25, 465)


@pytest.mark.parametrize(
    "url",
    ["mail.example", "http://x", "smtp://", "smtp://u@h", "smtp://h:99999", "smtp://h/x", "smtp://h?a=b"],
)
def test_a_url_of_another_shape_is_refused_without_its_value(url: str) -> None:
    with pytest.raises(ValueError, match="must look like"):
        smtp_access(url, SENDER)
