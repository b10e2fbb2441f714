"""POST /webhooks/jira: what is taken, and what is refused."""

import hashlib
from collections.abc import Callable

import pytest

from phasewise.store.db import Database
from tests.web.deliveries import HOOK, OLD_SECRET, SECRET, Hook, event, signed

VECTOR = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"
"""Atlassian's own example: of `Hello World!`, by SECRET."""


@pytest.fixture
def hook(database: Database) -> Hook:
    return Hook(database)


def test_a_signed_delivery_is_stored_before_it_is_answered(hook: Hook) -> None:
    answer = hook.post(event(5))
    assert (answer.status_code, answer.content) == (204, b"")
    [row] = hook.stored()
    assert (row.event, row.issue_ids, row.state, row.attempts) == ("jira:issue_updated", (5,), "pending", 0)


def test_w1_the_same_delivery_sixty_times_is_stored_once(hook: Hook) -> None:
    again = {"x-atlassian-webhook-identifier": "b1c4", "x-atlassian-webhook-retry": "2"}
    assert {hook.send(event(5), **again) for _ in range(60)} == {204}
    assert [row.delivery_id for row in hook.stored()] == ["b1c4"]


def test_w4_an_update_before_its_creation_is_stored_as_well(hook: Hook) -> None:
    assert [hook.send(event(9)), hook.send(event(9, "jira:issue_created"))] == [204, 204]
    assert {(row.event, row.issue_ids) for row in hook.stored()} == {
        ("jira:issue_updated", (9,)),
        ("jira:issue_created", (9,)),
    }


def test_w9_a_delivery_whose_answer_was_lost_is_taken_again(hook: Hook) -> None:
    body = event(5)
    assert (hook.send(body), hook.send(body)) == (204, 204)
    assert [row.delivery_id for row in hook.stored()] == [hashlib.sha256(body).hexdigest()]


@pytest.mark.parametrize("identifier", ["", "a b", "x" * 129, "é", "a\x1fb"])
def test_an_identifier_that_is_not_sane_gives_way_to_the_digest(hook: Hook, identifier: str) -> None:
    body = event(5)
    headers = [(name.encode(), value.encode()) for name, value in signed(body).items()]
    headers.append((b"x-atlassian-webhook-identifier", identifier.encode()))
    assert hook.post(body, headers).status_code == 204
    assert hook.stored()[0].delivery_id == hashlib.sha256(body).hexdigest()


def test_what_is_stored_is_the_body_as_it_was_sent(hook: Hook) -> None:
    body = event(5, text="\x00 \ud800 ﷐ é")
    assert hook.send(body) == 204
    with hook.deps.database.read() as connection:
        kept = connection.exec_driver_sql("SELECT body FROM deliveries").scalar_one()
    assert bytes(kept) == body


def test_a_listener_is_called_after_the_commit(database: Database) -> None:
    hook, seen = Hook(database), list[int]()
    hook.app.state.on_delivery = lambda: seen.append(len(hook.stored()))
    hook.send(event(5))
    assert seen == [1]


# ------------------------------------------------------------------ who is believed


def mac(name: str, body: bytes) -> str:
    return hashlib.new(name, SECRET + body).hexdigest()


GOOD = signed(event())["x-hub-signature"]
FORGED: dict[str, Callable[[bytes], list[tuple[str, str]]]] = {
    "none": lambda body: [],
    "empty": lambda body: [("x-hub-signature", "")],
    "method only": lambda body: [("x-hub-signature", "sha256=")],
    "digits only": lambda body: [("x-hub-signature", GOOD.partition("=")[2])],
    "truncated": lambda body: [("x-hub-signature", GOOD[:-1])],
    "half": lambda body: [("x-hub-signature", GOOD[: 7 + 32])],
    "longer": lambda body: [("x-hub-signature", GOOD + "00")],
    "one digit off": lambda body: [("x-hub-signature", GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1"))],
    "another secret": lambda body: [("x-hub-signature", signed(body, b"guess")["x-hub-signature"])],
    "no secret": lambda body: [("x-hub-signature", signed(body, b"")["x-hub-signature"])],
    "another body": lambda body: [("x-hub-signature", signed(body + b" ")["x-hub-signature"])],
    "no hmac": lambda body: [("x-hub-signature", "sha256=" + mac("sha256", body))],
    "sha1": lambda body: [("x-hub-signature", "sha1=" + mac("sha1", body))],
    "sha512": lambda body: [("x-hub-signature", "sha512=" + mac("sha512", body))],
    "no hexadecimal": lambda body: [("x-hub-signature", "sha256=" + "g" * 64)],
    "wide digits": lambda body: [("x-hub-signature", "sha256=" + "\uff11" * 64)],
    "twice": lambda body: [("x-hub-signature", GOOD), ("x-hub-signature", GOOD)],
    "listed": lambda body: [("x-hub-signature", f"{GOOD}, {GOOD}")],
    "another header": lambda body: [("x-hub-signature-256", GOOD)],
    "in the query": lambda body: [("x-signature", GOOD)],
}


@pytest.mark.parametrize("kind", FORGED)
def test_w14_what_is_not_signed_is_refused_and_leaves_nothing(sqlite_database: Database, kind: str) -> None:
    hook = Hook(sqlite_database)
    headers = [(name.encode(), value.encode()) for name, value in FORGED[kind](event())]
    answer = hook.post(event(), headers)
    assert (answer.status_code, hook.stored()) == (401, [])
    assert answer.headers["content-type"] == "application/problem+json"


def test_w14_many_refusals_are_one_line_in_the_log(
    sqlite_database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    hook = Hook(sqlite_database)
    for _ in range(30):
        hook.post(event(), {"x-hub-signature": "sha256=" + "0" * 64})
    told = capsys.readouterr().out + capsys.readouterr().err
    assert told.count("delivery_refused") == 1


def test_atlassians_own_example_is_a_good_signature(sqlite_database: Database) -> None:
    answer = Hook(sqlite_database).post(b"Hello World!", {"x-hub-signature": VECTOR})
    assert answer.status_code == 400  # signed, and no JSON


def test_w15_both_secrets_count_while_one_takes_over_from_the_other(sqlite_database: Database) -> None:
    hook = Hook(sqlite_database)
    assert hook.post(event(5), signed(event(5), SECRET)).status_code == 204
    assert hook.post(event(6), signed(event(6), OLD_SECRET)).status_code == 204
    after = Hook(sqlite_database, SECRET)
    assert after.post(event(7), signed(event(7), OLD_SECRET)).status_code == 401


def test_w17_upper_case_digits_are_the_same_number(sqlite_database: Database) -> None:
    method, _, digits = GOOD.partition("=")
    answer = Hook(sqlite_database).post(event(), {"x-hub-signature": f"{method}={digits.upper()}"})
    assert answer.status_code == 204


def test_without_a_secret_nobody_is_believed(sqlite_database: Database) -> None:
    hook = Hook(sqlite_database)
    hook.app.state.deps = Hook(sqlite_database, b"x").deps
    object.__setattr__(hook.app.state.deps, "webhook_secrets", ())
    for path in (HOOK, f"{HOOK}/", f"{HOOK}/x"):
        assert hook.post(event(), signed(event(), b""), path).status_code in (401, 404)
    assert hook.stored() == []


# ------------------------------------------------------------------ the secret in the address


@pytest.mark.parametrize("secret", ["It%27s%20a%20Secret%20to%20Everybody", "n%C3%A4xt%2B%2F%3D", "näxt+/="])
def test_w17_a_jira_that_cannot_sign_has_the_secret_in_the_address(
    sqlite_database: Database, secret: str
) -> None:
    assert Hook(sqlite_database).post(event(), {}, f"{HOOK}/{secret}").status_code == 204


@pytest.mark.parametrize("secret", ["wrong", "It%27s", "%ff%fe", "n%C3%A4xt%2B%2F", "a/b/c", "x" * 5000])
def test_another_secret_in_the_address_is_refused_and_never_told(
    sqlite_database: Database, secret: str, capsys: pytest.CaptureFixture[str]
) -> None:
    hook = Hook(sqlite_database)
    answer = hook.post(event(), {}, f"{HOOK}/{secret}")
    told = capsys.readouterr()
    assert (answer.status_code, hook.stored()) == (401, [])
    assert secret not in told.out + told.err + answer.text


def test_a_delivery_with_a_good_address_and_a_bad_signature_is_refused(sqlite_database: Database) -> None:
    answer = Hook(sqlite_database).post(event(), signed(event(), b"guess"), f"{HOOK}/n%C3%A4xt+%2F=")
    assert answer.status_code == 401


@pytest.mark.parametrize("path", [HOOK, f"{HOOK}/secret"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_w24_a_health_bot_is_told_that_only_post_is_taken(
    sqlite_database: Database, method: str, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = Hook(sqlite_database).ask(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert capsys.readouterr().err == ""
