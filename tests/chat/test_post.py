"""Posts to a chat: what goes over the wire, and how far it came when something goes wrong. N20."""

import time

import pytest
from tests.jira.scripted import Reply, Seen, scripted

from phasewise.chat.access import chat_access
from phasewise.chat.post import LONGEST, Chat, Fate, Posted, payload_of

SLACK = chat_access("https://hooks.slack.com/services/T0/B0/secret")
TEAMS = chat_access("https://prod-1.westeurope.logic.azure.com:443/workflows/1?sig=secret")


def posted(reply: Reply, text: str = "Week 47") -> Posted:
    with scripted(lambda _: reply) as server:
        found = Chat(chat_access(server.url + "/hooks/secret")).post(text, lambda: True)
        assert [(seen.method, seen.path, seen.body) for seen in server.seen] == [
            ("POST", "/hooks/secret", {"text": text})
        ]
        return found


def test_a_post_is_said_once() -> None:
    assert posted(Reply(b"ok")) == Posted(Fate.POSTED)


@pytest.mark.parametrize(
    ("reply", "fate"),
    [
        (Reply(b"invalid_payload", 400), Fate.REFUSED),
        (Reply(b"no_service", 404), Fate.REFUSED),
        (Reply(b"elsewhere", 302, {"Location": "http://127.0.0.1:1/"}), Fate.REFUSED),
        (Reply(b"rollup_error", 500), Fate.LATER),
        (Reply(b"", 503), Fate.LATER),
        (Reply(b"", 502), Fate.UNKNOWN),
        (Reply(b"ok", cut=0, status=204, reset=True), Fate.POSTED),
    ],
)
def test_n20_what_the_chat_answers_is_what_became_of_it(reply: Reply, fate: Fate) -> None:
    assert posted(reply).fate is fate


def test_n20_a_refusal_is_told_in_the_chats_own_words() -> None:
    said = posted(Reply(b"channel_is\n\x1b[31marchived", 410)).said
    assert said == "the chat refused it: 410 channel_is [31marchived"


def test_n20_the_chat_is_given_the_time_it_asks_for() -> None:
    assert posted(Reply(b"", 429, {"Retry-After": "30"})).wait_seconds == 30.0
    assert posted(Reply(b"", 429, {"Retry-After": "soon"})).wait_seconds is None


def test_a_chat_that_cannot_be_reached_has_said_nothing() -> None:
    with scripted(lambda _: Reply()) as server:
        url = server.url
    assert Chat(chat_access(url)).post("Week 47", lambda: True).fate is Fate.LATER


def test_a_chat_that_does_not_answer_may_have_said_it() -> None:
    def slow(_: Seen) -> Reply:
        time.sleep(0.4)
        return Reply(b"ok")

    with scripted(slow) as server:
        chat = Chat(chat_access(server.url), answer_seconds=0.1)
        assert chat.post("Week 47", lambda: True).fate is Fate.UNKNOWN


def test_what_somebody_else_has_taken_over_is_not_said() -> None:
    with scripted(lambda _: Reply()) as server:
        assert Chat(chat_access(server.url)).post("Week 47", lambda: False).fate is Fate.STOPPED
        assert server.seen == []


def test_text_of_jira_calls_nobody_and_makes_no_link_that_lies() -> None:
    text = "ML-1 <!channel> & @here [bank](https://evil.example)"
    assert payload_of(text, SLACK) == {
        "text": "ML-1 &lt;!channel&gt; &amp; @\N{WORD JOINER}here [bank]\N{WORD JOINER}(https://evil.example)"
    }


def test_teams_gets_a_card_with_a_paragraph_for_each_line() -> None:
    sent = payload_of("Week 47\n\nhttps://phasewise.example/reports/default/2026-W47", TEAMS)
    card = sent["attachments"][0]["content"]
    assert (sent["type"], card["type"], card["version"]) == ("message", "AdaptiveCard", "1.4")
    address = "https://phasewise.example/reports/default/2026-W47"
    assert [block["text"] for block in card["body"]] == ["Week 47", f"[{address}]({address})"]


def test_a_post_is_cut_before_the_chat_cuts_it() -> None:
    assert len(payload_of("x" * 2 * LONGEST, SLACK)["text"]) == LONGEST


@pytest.mark.parametrize(
    ("url", "is_teams"),
    [
        ("https://hooks.slack.com/services/T/B/x", False),
        ("https://chat.example.com/hooks/x", False),
        ("https://example.webhook.office.com/webhookb2/x", True),
        ("https://webhook.office.com.example.org/x", False),
        ("http://127.0.0.1:8065/hooks/x", False),
        ("http://localhost/hooks/x", False),
        ("http://[::1]:1/hooks/x", False),
    ],
)
def test_an_address_says_whose_chat_it_is_and_is_not_shown(url: str, is_teams: bool) -> None:
    access = chat_access(url)
    assert access.is_teams is is_teams
    assert url not in repr(access)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://hooks.slack.com/x",
        "ftp://x",
        "https://",
        "https://user:pw@x",
        "https://x:0/",
        "https://[",
        "https://x/\ny",
        "http://169.254.169.254/x",
        "http://127.0.0.1.example.org/x",
    ],
)
def test_an_address_in_the_clear_or_none_at_all_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(ValueError, match="incoming webhook") as caught:
        chat_access(url)
    assert len(url) < 9 or url not in str(caught.value)
