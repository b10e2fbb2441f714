"""What an answer must be to count as one: faults P5, P6, P7, P8, P10, P20 and P21."""

import base64
import gzip
import json
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.jira.calling import ME, SERVER, TOKEN, by_path, calling, client_of, cloud, in_turn
from tests.jira.certificate import self_signed
from tests.jira.scripted import Reply, StillClock, scripted

from phasewise.errors import JiraError
from phasewise.jira.client import JiraAccess, JiraClient
from phasewise.jira.clock import Clock
from phasewise.jira.retry import Patience
from phasewise.jira.trouble import BrokenAnswerError, LoginRefusedError, TooBigError, UnreachableError

ONCE = Patience(tries=1)


def test_the_library_signs_requests_with_mail_and_token() -> None:
    with calling(cloud()) as (client, jira):
        client.myself()
    expected = base64.b64encode(f"ada@example.com:{TOKEN}".encode()).decode()
    assert jira.seen[0].headers["Authorization"] == f"Basic {expected}"
    assert jira.seen[0].headers["User-Agent"].startswith("phasewise/")


def test_a_token_alone_is_sent_as_bearer() -> None:
    with scripted(cloud()) as jira:
        client = JiraClient(JiraAccess(url=jira.url, token=TOKEN))
        client.myself()
        client.close()
    assert jira.seen[0].headers["Authorization"] == f"Bearer {TOKEN}"


def test_the_api_may_be_elsewhere_than_the_pages() -> None:
    with scripted(by_path({"/ex/jira/abc/rest/api/2/myself": Reply(ME)})) as jira:
        access = JiraAccess(
            url="https://example.atlassian.net", api_url=f"{jira.url}/ex/jira/abc", token=TOKEN, email="a@b"
        )
        client = JiraClient(access)
        assert client.myself() == ME
        client.close()


def test_p5_a_page_cut_in_the_middle_is_discarded_whole_and_read_again() -> None:
    page = {"issues": [{"id": "1"}, {"id": "2"}], "isLast": True}
    replies = in_turn(Reply(page, cut=20), Reply(page, cut=20, reset=True), Reply(page))
    with calling(cloud(search=replies)) as (client, jira):
        assert list(client.ids("(project = MLP)")) == [[1, 2]]
    assert jira.paths().count("/rest/api/3/search/jql") == 3


def test_p5_a_chunked_answer_is_read_whole_and_a_cut_one_again() -> None:
    page = {"issues": [{"id": "1"}, {"id": "2"}], "isLast": True}
    packed = gzip.compress(json.dumps(page).encode())
    whole = Reply(packed, chunked=True, headers={"Content-Encoding": "gzip"})
    replies = in_turn(replace(whole, cut=30), Reply(page, chunked=True, cut=25), whole)
    with calling(cloud(search=replies)) as (client, jira):
        assert list(client.ids("(project = MLP)")) == [[1, 2]]
    assert jira.paths().count("/rest/api/3/search/jql") == 3


def test_p5_truncated_json_with_a_matching_length_is_a_broken_answer() -> None:
    with (
        calling(cloud(search=Reply(b'{"issues": [{"id": "1"}')), patience=ONCE) as (client, _),
        pytest.raises(BrokenAnswerError, match="cut on its way"),
    ):
        list(client.ids("(project = MLP)"))


def test_p6_a_web_page_with_status_200_is_a_failure() -> None:
    html = Reply(b"<html>Log in</html>", content_type="text/html")
    with (
        calling(cloud(search=html)) as (client, jira),
        pytest.raises(JiraError, match="web page instead of data"),
    ):
        list(client.ids("(project = MLP)"))
    assert jira.paths().count("/rest/api/3/search/jql") == 1


def test_p6_json_of_another_shape_is_a_failure() -> None:
    with (
        calling(cloud(search=Reply({"message": "hello"})), patience=ONCE) as (client, _),
        pytest.raises(BrokenAnswerError, match="no list of issues"),
    ):
        list(client.ids("(project = MLP)"))


def test_p7_a_redirect_is_not_followed_and_the_token_not_sent_there() -> None:
    with scripted(cloud()) as elsewhere:
        target = Reply(status=302, headers={"Location": f"{elsewhere.url}/login"})
        with calling(lambda _: target) as (client, _), pytest.raises(JiraError, match="redirects to 127"):
            client.myself()
        assert elsewhere.seen == []


def test_p8_a_refused_token_is_tried_three_times_in_all() -> None:
    with calling(lambda _: Reply({}, status=401)) as (client, jira):
        for _ in range(5):
            with pytest.raises(LoginRefusedError) as refused:
                client.myself()
    assert len(jira.seen) == 3
    assert "stopped trying" in str(refused.value)


def test_p8_the_sentence_names_the_address_that_scoped_tokens_need() -> None:
    with (
        calling(lambda _: Reply({}, status=401)) as (client, _),
        pytest.raises(LoginRefusedError, match=r"api\.atlassian\.com/ex/jira/\{cloudId\}"),
    ):
        client.myself()


def test_p8_cloud_that_takes_a_token_for_an_apps_needs_its_e_mail() -> None:
    taken = Reply({"error": "Failed to parse Connect Session Auth Token"}, status=403)
    with (
        calling(lambda _: taken) as (client, _),
        pytest.raises(LoginRefusedError, match="set PHASEWISE_JIRA_EMAIL"),
    ):
        client.myself()


@pytest.mark.parametrize(
    "body",
    [
        {"errorMessages": ["Not for you"]},
        {"errors": {"jql": "Not for you"}},
        {"errors": ["Not for you"]},
        {"message": "Not for you"},
        {"errorMessage": "Not for you"},
        {"error": "Not for you"},
        {"title": "Forbidden", "detail": "Not for you"},
    ],
)
def test_what_jira_says_of_a_refusal_is_told_in_whatever_shape(body: dict[str, Any]) -> None:
    with (
        calling(lambda _: Reply(body, status=403)) as (client, _),
        pytest.raises(JiraError, match="Jira says: Not for you"),
    ):
        client.myself()


def test_an_answer_for_nobody_is_a_refused_token() -> None:
    with (
        calling(by_path({"/rest/api/2/myself": Reply({})})) as (client, _),
        pytest.raises(LoginRefusedError, match="nobody"),
    ):
        client.myself()


def test_p10_a_captcha_is_named() -> None:
    denied = Reply({}, status=403, headers={"X-Seraph-LoginReason": "AUTHENTICATION_DENIED"})
    with calling(lambda _: denied) as (client, jira), pytest.raises(LoginRefusedError, match="CAPTCHA"):
        client.myself()
    assert len(jira.seen) == 1


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (400, "PHASEWISE_JIRA_SCOPE"),
        (403, "Browse Projects"),
        (404, "no Jira API at this address"),
        (410, "removed this part of its API"),
    ],
)
def test_what_cannot_get_better_fails_at_once_with_what_to_do(status: int, sentence: str) -> None:
    said = Reply({"errorMessages": ["The value 'X' does not exist."]}, status=status)
    with calling(lambda _: said) as (client, jira), pytest.raises(JiraError, match=sentence) as failed:
        client.fields()
    assert failed.value.status == status
    assert "The value 'X' does not exist." in str(failed.value)
    assert len(jira.seen) == 1


def test_p20_an_answer_that_drips_meets_its_deadline() -> None:
    slow = Reply(SERVER, drip=0.02)
    with scripted(lambda _: slow) as jira:
        client = JiraClient(
            JiraAccess(url=jira.url, token=TOKEN), patience=ONCE, bounds=_bounds(total_seconds=0.2)
        )
        with pytest.raises(BrokenAnswerError, match="did not finish"):
            client.server()
        client.close()


def test_p20_an_answer_too_large_is_not_taken() -> None:
    with (
        calling(lambda _: Reply(b" " * 300_000), bytes=100_000) as (client, jira),
        pytest.raises(TooBigError, match="more than"),
    ):
        client.fields()
    assert len(jira.seen) == 1


def test_p21_a_refused_connection_says_what_to_check() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    assert "refused the connection: check PHASEWISE_JIRA_URL" in _failure_at(url)


def test_p21_a_name_that_does_not_resolve_says_what_to_check() -> None:
    assert "cannot be resolved: check PHASEWISE_JIRA_URL" in _failure_at("http://jira.invalid")


def test_p21_plain_http_behind_https_is_a_certificate_that_cannot_be_verified() -> None:
    with scripted(cloud()) as jira:
        sentence = _failure_at(jira.url.replace("http://", "https://"))
    assert "REQUESTS_CA_BUNDLE" in sentence


def test_p21_a_certificate_of_an_unknown_authority_is_refused_and_nothing_sent(tmp_path: Path) -> None:
    with scripted(cloud(), certificate=self_signed(tmp_path)) as jira:
        assert "REQUESTS_CA_BUNDLE" in _failure_at(jira.url)
        assert jira.seen == []


def test_p21_verification_is_extended_by_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = self_signed(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with scripted(cloud(), certificate=certificate) as jira, client_of(jira) as client:
        assert client.myself() == ME


def test_a_silent_server_is_left_after_the_read_timeout() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        assert "did not answer in time" in _failure_at(url, read_seconds=0.1)


def test_no_message_ever_holds_the_token() -> None:
    client = JiraClient(JiraAccess(url="http://127.0.0.1:9", token="bad\ntoken"))
    with pytest.raises(LoginRefusedError) as refused:
        client.myself()
    assert "bad" not in str(refused.value)
    assert TOKEN not in repr(JiraAccess(url="http://x", token=TOKEN))
    client.close()


def test_an_answer_with_lone_surrogates_and_endless_numbers_is_still_read() -> None:
    odd = b'[{"id": "x", "name": "\\ud800\\u0000", "n": ' + b"9" * 5000 + b', "m": NaN, "o": 1e999}]'
    with calling(by_path({"/rest/api/2/field": Reply(odd)})) as (client, _):
        field = client.fields()[0]
    assert field["id"] == "x"
    assert field["m"] is None


def test_jiras_own_words_are_kept_to_one_line() -> None:
    said = Reply({"errorMessages": ["evil\r\n2026 INFO forged \x1b[31m" + "x" * 500]}, status=400)
    with calling(lambda _: said) as (client, _), pytest.raises(JiraError) as failed:
        client.fields()
    assert not any(character in str(failed.value) for character in "\r\n\x1b")
    assert len(str(failed.value)) < 400


def _bounds(**values: Any) -> Any:
    from phasewise.jira.wire import Bounds

    return Bounds(**values)


def _failure_at(url: str, **bounds: Any) -> str:
    still = StillClock()
    client = JiraClient(
        JiraAccess(url=url, token=TOKEN),
        clock=Clock(still.sleep, still.monotonic, still.now),
        bounds=_bounds(**bounds),
    )
    with pytest.raises(JiraError) as failed:
        client.server()
    client.close()
    assert isinstance(failed.value, UnreachableError) or "certificate" in str(failed.value)
    return str(failed.value)
