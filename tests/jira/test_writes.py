"""What became of a write is told exactly, and none is sent twice by the client."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.jira.calling import TOKEN, access_of, cloud, in_turn
from tests.jira.scripted import Reply, Script, ScriptedJira, StillClock, scripted

from phasewise.errors import JiraError
from phasewise.jira.client import JiraClient
from phasewise.jira.clock import Clock
from phasewise.jira.retry import LONGEST_REFUSALS
from phasewise.jira.sending import Outcome, Sent
from phasewise.jira.wire import Bounds
from phasewise.jira.writes import Writes

CREATED = Reply({"id": "501"}, status=201)
TEXT = [["Two tickets are active."]]


@contextmanager
def writing(*replies: Reply, clock: StillClock | None = None) -> Iterator[tuple[Writes, ScriptedJira]]:
    """The writes of a client whose Jira answers writes by these replies; it is known to be Cloud."""
    still, writes = clock or StillClock(), in_turn(*replies)
    sites = cloud()

    def script(seen: object) -> Reply:
        return sites(seen) if seen.path.endswith("serverInfo") else writes(seen)  # type: ignore[attr-defined,arg-type]

    with scripted(script) as jira:
        client = JiraClient(
            access_of(jira.url),
            clock=Clock(still.sleep, still.monotonic, still.now),
            bounds=Bounds(read_seconds=0.5),
        )
        yield client.writes(), jira
        client.close()


def comment(writes: Writes) -> Sent:
    return writes.add_comment(7, TEXT, "finding:1")


def became(reply: Reply) -> tuple[Outcome, int]:
    """What became of a comment that is answered so, and how many requests it took."""
    with writing(reply) as (writes, jira):
        sent = comment(writes)
        assert TOKEN not in sent.said
        return sent.outcome, len(jira.seen) - 1


def test_an_applied_comment_says_its_id_and_carries_its_marker() -> None:
    with writing(CREATED) as (writes, jira):
        assert comment(writes) == Sent(Outcome.APPLIED, answer="501")
        body = jira.seen[-1].body
        assert body["properties"] == [{"key": "phasewise", "value": {"effect": "finding:1"}}]
        assert body["body"]["type"] == "doc"


@pytest.mark.parametrize(
    "reply",
    [
        Reply({}, status=500),
        Reply({}, status=503),
        Reply({}, status=504),
        Reply({}, status=408),
        Reply({"id": "501"}, status=201, cut=3),
        Reply({"id": "501"}, status=201, cut=0, reset=True),
        Reply(b"<html>log in</html>", content_type="text/html"),
        Reply({"no": "id"}, status=201),
        Reply(b"[", status=201),
    ],
)
def test_b1_without_a_good_answer_it_is_unknown_after_one_request(reply: Reply) -> None:
    assert became(reply) == (Outcome.UNKNOWN, 1)


def test_b1_a_jira_that_hangs_leaves_it_unknown() -> None:
    assert became(Reply({"id": "501"}, drip=0.6)) == (Outcome.UNKNOWN, 1)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 413, 422])
def test_b5_a_refusal_is_final_and_says_what_jira_said(status: int) -> None:
    with writing(Reply({"errorMessages": ["Comment\nis bad"]}, status=status)) as (writes, _):
        sent = comment(writes)
        assert (sent.outcome, sent.said) == (Outcome.REFUSED, f"Jira refused it ({status}): Comment is bad")


@pytest.mark.parametrize(
    "reply", [Reply({}, status=302, headers={"Location": "https://x"}), Reply({}, status=409)]
)
def test_what_changed_nothing_may_be_sent_again(reply: Reply) -> None:
    assert became(reply) == (Outcome.NOT_SENT, 1)


def test_a_jira_that_is_not_there_was_sent_nothing() -> None:
    with writing(CREATED) as (writes, jira):
        gone = jira.url
    client = JiraClient(access_of(gone))
    assert Writes(client._caller, is_cloud=True).add_comment(7, TEXT, "k").outcome is Outcome.NOT_SENT
    assert comment(writes).outcome is Outcome.NOT_SENT


def limited(reason: str, seconds: str = "9") -> Reply:
    return Reply({}, status=429, headers={"Retry-After": seconds, "RateLimit-Reason": reason})


def test_p3_a_limit_of_one_issue_holds_back_no_other() -> None:
    with writing(limited("jira-per-issue-on-write"), CREATED) as (writes, jira):
        sent = comment(writes)
        assert (sent.outcome, sent.wait_seconds, sent.one_issue) == (Outcome.NOT_SENT, 9.0, True)
        assert writes.add_comment(8, TEXT, "other").outcome is Outcome.APPLIED
        assert len(jira.seen) == 3


def test_p1_a_burst_holds_back_the_same_kind_and_a_quota_everything() -> None:
    clock = StillClock()
    with writing(limited("jira-burst-based"), CREATED, clock=clock) as (writes, jira):
        comment(writes)
        assert comment(writes).outcome is Outcome.NOT_SENT
        assert len(jira.seen) == 2  # the second one did not go out
        assert writes.put_property(7, "p", 1).outcome is Outcome.APPLIED
        clock.sleep(20)
        assert comment(writes).outcome is Outcome.APPLIED
    with writing(limited("jira-quota-tenant-based", "1800"), CREATED) as (writes, jira):
        assert comment(writes).whole_site
        assert writes.put_property(7, "p", 1).outcome is Outcome.NOT_SENT
        with pytest.raises(JiraError):
            writes.status_of(7)
        assert len(jira.seen) == 2


def test_p8_a_refused_token_is_not_tried_for_ever() -> None:
    with writing(Reply({}, status=401)) as (writes, jira):
        outcomes = {comment(writes).outcome for _ in range(10)}
        assert outcomes == {Outcome.NOT_SENT}
        assert len(jira.seen) - 1 == LONGEST_REFUSALS


def test_an_answer_without_a_body_is_a_good_one() -> None:
    empty = Reply(b"", status=204, content_type="")
    with writing(empty) as (writes, _):
        assert writes.put_property(7, "phasewise", {"a": 1}) == Sent(Outcome.APPLIED)
        assert writes.transition(7, "21") == Sent(Outcome.APPLIED)
        assert writes.delete_property(7, "phasewise") == Sent(Outcome.APPLIED)


def test_what_is_gone_already_counts_as_deleted() -> None:
    with writing(Reply({}, status=404)) as (writes, _):
        assert writes.delete_comment(7, "501").outcome is Outcome.APPLIED
        assert writes.delete_property(7, "p").outcome is Outcome.APPLIED


def test_silence_is_asked_for_and_done_without_where_it_is_refused() -> None:
    """Fact 73."""
    with writing(Reply({}, status=403), Reply({"id": "501"})) as (writes, jira):
        assert writes.edit_comment(7, "501", TEXT).outcome is Outcome.APPLIED
        assert [seen.query for seen in jira.seen[1:]] == [{"notifyUsers": ["false"]}, {}]


def test_silence_that_was_refused_is_not_asked_for_again() -> None:
    """Fact 73: refused once, it is remembered; where the edit itself is refused nothing is learned."""
    refused, done = Reply({}, status=403), Reply({"id": "501"})
    with writing(refused, refused, refused, done, done) as (writes, jira):
        assert writes.edit_comment(7, "501", TEXT).outcome is Outcome.REFUSED
        for _ in range(2):
            assert writes.edit_comment(7, "501", TEXT).outcome is Outcome.APPLIED
        asked = [bool(seen.query) for seen in jira.seen[1:]]
        assert asked == [True, False, True, False, False]


@pytest.mark.parametrize("name", ["../x", "a/b", "", "é", "a b"])
def test_a_name_that_is_none_never_becomes_a_path(name: str) -> None:
    with writing(CREATED) as (writes, _), pytest.raises(ValueError, match="name of a property"):
        writes.put_property(7, name, 1)


def test_an_id_that_is_none_never_becomes_a_path() -> None:
    with writing(CREATED) as (writes, _), pytest.raises(ValueError, match="id of a comment"):
        writes.edit_comment(7, "1/../2", TEXT)


def pages(*comments: dict[str, object]) -> Script:
    def script(seen: object) -> Reply:
        if "/properties/" in seen.path:  # type: ignore[attr-defined]
            return Reply({"key": "phasewise", "value": {"effect": "finding:1"}})
        return Reply({"comments": list(comments), "total": len(comments)})

    return script


def test_comments_of_others_and_strange_ones_are_not_asked_for_their_marker() -> None:
    mine = {"id": "3", "author": {"accountId": "me"}, "created": "2026-11-21T00:00:00.000+0000"}
    odd: list[dict[str, object]] = [
        {**mine, "id": "x/../y"},
        {**mine, "id": "4", "author": None},
        {**mine, "id": "5", "author": {"accountId": "you"}},
        {**mine, "id": "6", "created": "2020-01-01T00:00:00.000+0000"},
        {"id": "7"},
    ]
    with scripted(pages(mine, *odd)) as jira:
        client = JiraClient(access_of(jira.url))
        found = Writes(client._caller, is_cloud=True).comments_marked(7, "finding:1", "me", 1_700_000_000_000)
        client.close()
        assert found == ["3"]
        assert len(jira.seen) == 2
