"""`phasewise report send`, in this process: by hand, to all or to one address to try it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.logs import log_as_it_was
from tests.mail.post_office import PostOffice, post_office
from typer.testing import CliRunner, Result

from phasewise.bootstrap import open_deps
from phasewise.errors import BadRequestError
from phasewise.report_commands import report_commands
from phasewise.settings import load_settings
from phasewise.store import report_recipients, sites
from phasewise.store.report_recipients import Recipient


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """An installation with a mail server, that has read Jira."""
    monkeypatch.chdir(tmp_path)
    with post_office() as found:
        monkeypatch.setenv("PHASEWISE_JIRA_URL", "https://example.atlassian.net")
        monkeypatch.setenv("PHASEWISE_SMTP_URL", f"smtp://127.0.0.1:{found.port}")
        monkeypatch.setenv("PHASEWISE_MAIL_FROM", "phasewise@example.com")
        yield found


def run(*words: str) -> Result:
    with log_as_it_was():
        return CliRunner().invoke(report_commands, ["send", *words], catch_exceptions=False)


def add_recipients(*names: str) -> None:
    deps = open_deps(load_settings(), jira=False)
    with deps.database.write() as connection:
        sites.save_sync_state(connection, deps.site_id, last_success_at=1, watermark=deps.now())
        for name in names:
            address = f"{name}@example.com"
            made = Recipient(name, "default", address, "", "team", "en", "text", 0, "test", f"{name:0<43}")
            report_recipients.add_recipient(connection, deps.site_id, made)
    deps.database.close()


def test_a_report_is_tried_on_one_address(office: PostOffice) -> None:
    assert run("--to", "lead@example.com").stdout == "lead@example.com  sent\n"
    ((_, message),) = office.accepted
    assert b"Subject: Test: ML projects, week" in message


def test_a_report_is_sent_to_all_once_and_who_is_refused_is_named(office: PostOffice) -> None:
    add_recipients("ada", "gone")
    office.rcpt = lambda to: "550 5.1.1 no such user" if to.startswith("gone") else "250 OK"
    sent = run()
    assert sent.exit_code == 1
    assert sent.stdout.splitlines() == [
        "ada@example.com  sent",
        "gone@example.com  failed  the mail server refused the recipient: 550 5.1.1 no such user",
    ]
    again = run()
    assert (again.exit_code, "already" in again.stdout) == (0, True)
    assert [to for to, _ in office.accepted] == ["ada@example.com"]


def test_with_nobody_to_send_it_to_it_is_said_what_to_do(office: PostOffice) -> None:
    with pytest.raises(BadRequestError, match="add recipients first"):
        run()
