"""The log: one line for one event, whoever logs it; nothing in it that can be mistaken or misused."""

import json
import logging
import os
import sys
import threading
from collections.abc import Iterator

import pytest
import structlog

from phasewise.errors import JiraError
from phasewise.log import configure_log, get_log
from phasewise.masking import hide, masked
from phasewise.settings import PREFIX, load_settings

TOUCHED = (logging.getLogger(), logging.getLogger("phasewise"), logging.getLogger("dbos"))


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    before = [(one, one.handlers[:], one.level, one.propagate) for one in TOUCHED]
    hooks = sys.excepthook, threading.excepthook
    yield
    for one, handlers, level, propagate in before:
        one.handlers[:], one.propagate = handlers, propagate
        one.setLevel(level)
    sys.excepthook, threading.excepthook = hooks
    structlog.reset_defaults()
    hide(())


def written(capfd: pytest.CaptureFixture[str]) -> list[str]:
    return capfd.readouterr().err.splitlines()


def test_an_event_is_one_line_of_json(capfd: pytest.CaptureFixture[str]) -> None:
    configure_log("json")
    get_log("poller").warning("poll_failed", error="no\nanswer", tries=3)
    [line] = written(capfd)
    told = json.loads(line)
    assert {name: told[name] for name in ("event", "level", "module", "error", "tries")} == {
        "event": "poll_failed",
        "level": "warning",
        "module": "poller",
        "error": "no\nanswer",
        "tries": 3,
    }


@pytest.mark.parametrize("name", ["uvicorn.error", "sqlalchemy.pool", "dbos", "asyncio"])
def test_what_a_library_logs_is_an_event_of_its_name(capfd: pytest.CaptureFixture[str], name: str) -> None:
    configure_log("json")
    logging.getLogger(name).error("lost %s", "it")
    [line] = written(capfd)
    told = json.loads(line)
    assert (told["event"], told["message"], told["level"]) == (name, "lost it", "error")


def test_s22_nothing_begins_another_line_or_moves_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    configure_log("console")
    evil = "x\r\n2026-11-21 [error] forged \x1b[31m\x9b1m\u2028\u202e"
    get_log("poller").warning("poll_failed", error=evil, seen=[evil], odd={"a": evil})
    logging.getLogger("uvicorn.error").warning(evil)
    text = "\n".join(written(capfd))
    assert text.count("\n") == 1
    assert not set(text) & set("\r\x1b\x9b\u2028\u202e")


def test_s22_a_traceback_cannot_forge_an_event(capfd: pytest.CaptureFixture[str]) -> None:
    configure_log("console")
    try:
        raise ValueError("x\n2026-11-21 [error] forged\x1b[31m")
    except ValueError:
        get_log("poller").exception("poll_crashed")
    first, *rest = written(capfd)
    assert "poll_crashed" in first
    assert any("forged" in line for line in rest)
    assert all(line.startswith("    | ") for line in rest)
    assert "\x1b" not in "".join(rest)


CANARIES = {
    "JIRA_TOKEN": "canary-token/1",
    "JIRA_EMAIL": "me@example.com",
    "SECRET_KEY": "canary-key-2",
    "WEBHOOK_SECRET": "canary-hook-3,canary-hook-4",
    "DATABASE_URL": "postgresql://me:canary%2Fpass-5@host/name",
}
READABLE = (
    "canary-token/1",
    "canary-token%2F1",
    "bWVAZXhhbXBsZS5jb206Y2FuYXJ5LXRva2VuLzE=",
    "canary-key-2",
    "canary-hook-3",
    "canary-hook-4",
    "canary%2Fpass-5",
    "canary/pass-5",
)


@pytest.fixture
def hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}JIRA_URL", "https://jira.example.com")
    for name, value in CANARIES.items():
        monkeypatch.setenv(PREFIX + name, value)
    hide(load_settings().secrets)


@pytest.mark.parametrize("log_format", ["json", "console"])
@pytest.mark.parametrize("canary", READABLE)
def test_s21_no_line_holds_a_secret(
    hidden: None, capfd: pytest.CaptureFixture[str], canary: str, log_format: str
) -> None:
    configure_log(log_format)
    get_log("a").error("told", text=f"<{canary}>", deep={"a": [canary]}, other=ValueError(canary))
    logging.getLogger("dbos").error("said %s", canary)
    try:
        raise ValueError(canary)
    except ValueError:
        get_log("a").exception("crashed")
    text = "\n".join(written(capfd))
    assert canary not in text
    assert "***" in text


@pytest.mark.parametrize("canary", READABLE)
def test_s21_no_sentence_of_an_error_holds_a_secret(hidden: None, canary: str) -> None:
    assert str(JiraError(f"Jira said: {canary}.")) == "Jira said: ***."


def test_s18_the_secret_of_an_address_and_a_bearer_token_are_masked_unknown_as_they_are() -> None:
    assert masked("POST /webhooks/jira/almost-right?x=1 refused") == "POST /webhooks/jira/***?x=1 refused"
    assert masked("authorization: Bearer abcdefghijklmnopqrst") == "authorization: Bearer ***"
    assert masked("token phw_abcdefghijklmnopqrstuvwxyz") == "token ***"
    assert masked("Send Authorization: Bearer <token>") == "Send Authorization: Bearer <token>"


def test_d12_a_line_that_cannot_be_written_ends_nothing() -> None:
    kept = os.dup(2)
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        os.dup2(full, 2)
        configure_log("json")
        get_log("poller").error("poll_failed")
        os.close(2)
        get_log("poller").error("poll_failed")
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(full)


def test_a_thread_that_dies_is_an_event(capfd: pytest.CaptureFixture[str]) -> None:
    configure_log("json")

    def die() -> None:
        raise ValueError("on purpose")

    thread = threading.Thread(target=die, name="mortal")
    thread.start()
    thread.join()
    [line] = written(capfd)
    told = json.loads(line)
    assert (told["event"], told["thread"]) == ("thread_crashed", "mortal")
    assert "on purpose" in told["exception"]
