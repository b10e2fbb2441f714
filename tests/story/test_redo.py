"""`phasewise redo`, and the settings of mail, as an administrator meets them."""

from pathlib import Path

import pytest

from phasewise.bootstrap import clock, open_deps
from phasewise.errors import SettingsError
from phasewise.settings import load_settings
from phasewise.store.db import Database
from phasewise.store.effects import (
    JIRA_KINDS,
    Effect,
    EffectKind,
    EffectState,
    add_effect,
    claim_next,
    settle,
)
from tests.story.commands import LoadedShell

JIRA = "https://example.atlassian.net"


def failed_effects(folder: Path, count: int) -> None:
    database = Database(f"sqlite:///{folder / 'data' / 'phasewise.db'}")
    with database.write() as connection:
        for number in range(count):
            add_effect(connection, 1, Effect(f"c:{number}", EffectKind.COMMENT, str(number), {}), clock())
            claimed = claim_next(connection, 1, "n", JIRA_KINDS, clock() + 1000 * number, clock() + 60_000)
            assert claimed is not None
            settle(connection, 1, claimed, EffectState.FAILED, clock(), note="no")
    database.close()


def test_what_failed_is_due_again(tmp_path: Path) -> None:
    shell = LoadedShell(tmp_path, DATA_DIR=str(tmp_path / "data"), JIRA_URL=JIRA)
    assert shell.run("redo", "--failed").out == "0 are due again\n"
    failed_effects(tmp_path, 3)
    assert shell.run("redo", "c:0").out == "1 is due again\n"
    assert shell.run("redo", "--failed").out == "2 are due again\n"


def test_a_mistake_is_one_line(tmp_path: Path) -> None:
    shell = LoadedShell(tmp_path, DATA_DIR=str(tmp_path / "data"), JIRA_URL=JIRA)
    for arguments, said in ((("c:9",), "no failed or unknown effect"), ((), "Name one effect")):
        ran = shell.run("redo", *arguments)
        assert (ran.code, ran.out, said in ran.err, ran.err.count("\n")) == (1, "", True, 1)


@pytest.fixture
def _mail_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PHASEWISE_JIRA_URL", JIRA)
    monkeypatch.setenv("PHASEWISE_SMTP_URL", "smtp://me:c4nary@mail.example:2525")
    monkeypatch.setenv("PHASEWISE_MAIL_FROM", "phasewise@example.com")
    monkeypatch.setenv("PHASEWISE_ADMIN_EMAIL", "admin@example.com")


@pytest.mark.usefixtures("_mail_settings")
def test_the_settings_make_a_mailer() -> None:
    deps = open_deps(load_settings(), jira=False)
    deps.database.close()
    assert deps.mailer is not None
    assert (deps.mailer.access.host, deps.mailer.access.port) == ("mail.example", 2525)
    assert deps.admin_email == "admin@example.com"
    assert "c4nary" not in repr(deps) + repr(load_settings())


@pytest.mark.usefixtures("_mail_settings")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_URL", "http://c4nary"),
        ("MAIL_FROM", "c4nary"),
        ("ADMIN_EMAIL", "a@b, c4nary@d"),
        ("MAIL_FROM", ""),
    ],
)
def test_d14_a_wrong_one_is_named_without_its_value(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"PHASEWISE_{name}", value)
    with pytest.raises(SettingsError, match=f"PHASEWISE_{name}") as caught:
        open_deps(load_settings(), jira=False)
    assert "c4nary" not in str(caught.value)


@pytest.mark.usefixtures("_mail_settings")
def test_the_address_of_the_mail_server_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("smtp").write_text("smtps://mail.example\n")
    monkeypatch.delenv("PHASEWISE_SMTP_URL")
    monkeypatch.setenv("PHASEWISE_SMTP_URL_FILE", "smtp")
    deps = open_deps(load_settings(), jira=False)
    deps.database.close()
    assert deps.mailer is not None
    assert (deps.mailer.access.port, deps.mailer.access.is_tls) == (465, True)
