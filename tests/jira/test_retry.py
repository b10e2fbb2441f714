"""When a call is made again, and when not: faults P1, P2, P4 and the quotas of a whole site."""

import threading
import time
from email.utils import formatdate

import pytest
from structlog.testing import capture_logs
from tests.jira.calling import ME, access_of, by_path, calling, client_of, cloud, in_turn
from tests.jira.scripted import Reply, Seen, StillClock, scripted

from phasewise.errors import JiraError
from phasewise.jira.client import JiraClients
from phasewise.jira.retry import Gate, Patience, endpoint
from phasewise.jira.wire import Request

FIELDS = Reply([])


def slow_down(**headers: str) -> Reply:
    return Reply({}, status=429, headers={name.replace("_", "-"): value for name, value in headers.items()})


def waited(first: Reply, *, patience: Patience | None = None) -> float:
    """Seconds slept for one call that is answered by `first`, then well."""
    clock = StillClock()
    script = in_turn(first, FIELDS)
    with calling(script, clock=clock, patience=patience) as (client, jira):
        client.fields()
    assert len(jira.seen) == 2
    return clock.elapsed


def test_p1_a_retry_after_is_waited_out_in_full() -> None:
    assert 7.0 <= waited(slow_down(Retry_After="7")) <= 7.0 * 1.3


def test_p2_without_a_header_the_wait_is_a_capped_back_off() -> None:
    assert 1.0 <= waited(slow_down()) <= 300


@pytest.mark.parametrize("value", ["0", "-1", "soon", "1e9", "²"])
def test_p2_a_retry_after_that_means_nothing_is_no_hot_loop(value: str) -> None:
    assert 1.0 <= waited(slow_down(Retry_After=value.encode().decode("latin-1"))) <= 300


def test_p2_an_absurd_retry_after_is_capped_at_five_minutes() -> None:
    assert 300 <= waited(slow_down(Retry_After="1000000000")) <= 300 * 1.3


def test_p2_a_retry_after_as_a_date_is_measured_by_jiras_own_clock() -> None:
    then = 1_790_000_000
    first = slow_down(Retry_After=formatdate(then + 20, usegmt=True), Date=formatdate(then, usegmt=True))
    assert 20 <= waited(first) <= 20 * 1.3


def test_p1_other_endpoints_go_on_while_one_is_held_back() -> None:
    clock = StillClock()
    routes = {
        "/rest/api/2/field": in_turn(slow_down(Retry_After="100"), FIELDS),
        "/rest/api/2/myself": Reply(ME),
    }
    asleep, go_on = threading.Event(), threading.Event()

    def sleep(seconds: float) -> None:
        asleep.set()
        go_on.wait(5)
        StillClock.sleep(clock, seconds)

    clock.sleep = sleep  # type: ignore[method-assign]
    with calling(by_path(routes), clock=clock) as (client, jira):
        waiting = threading.Thread(target=client.fields)
        waiting.start()
        asleep.wait(5)
        client.myself()
        assert jira.paths() == ["/rest/api/2/field", "/rest/api/2/myself"]
        go_on.set()
        waiting.join()
    assert clock.elapsed >= 100


def test_a_used_up_quota_stops_every_call_of_the_site_until_it_is_back() -> None:
    used_up = slow_down(Retry_After="1847", RateLimit_Reason="jira-quota-tenant-based")
    clock = StillClock()
    with scripted(in_turn(used_up, FIELDS)) as jira, client_of(jira, clock) as client:
        with pytest.raises(JiraError, match=r"for (3\d|40) minutes"):
            client.fields()
        with pytest.raises(JiraError, match="rate limit is used up"):
            client.myself()
        assert len(jira.seen) == 1
        clock.sleep(1847 * 1.3)
        assert client.fields() == []


def test_a_short_quota_pause_is_slept_through() -> None:
    reset = slow_down(Retry_After="120", RateLimit_Reason="jira-quota-global-based")
    assert 120 <= waited(reset) <= 120 * 1.3


def test_p4_a_burst_of_failures_is_outlasted() -> None:
    html = Reply(b"<html>down</html>", status=503, content_type="text/html")
    clock = StillClock()
    script = in_turn(html, Reply({}, status=500), Reply({}, status=502), html, FIELDS)
    with calling(script, clock=clock) as (client, _):
        assert client.fields() == []
    assert clock.slept == sorted(clock.slept)


def test_p4_a_site_that_stays_down_is_given_up_in_bounded_time() -> None:
    clock = StillClock()
    with (
        calling(lambda _: Reply({}, status=503), clock=clock) as (client, jira),
        pytest.raises(JiraError, match="503") as failed,
    ):
        client.fields()
    assert failed.value.retryable
    assert len(jira.seen) == Patience().tries
    assert clock.elapsed <= Patience().total_seconds


def test_p4_the_log_says_for_what_is_waited_when_a_site_goes_away() -> None:
    down = Reply({}, status=503)
    with calling(in_turn(FIELDS, down, down, down, FIELDS)) as (client, _):
        client.fields()
        with capture_logs() as logged:
            client.fields()
    assert {(line["event"], line["log_level"]) for line in logged} == {("jira_waits", "warning")}
    assert all("503" in line["error"] for line in logged)
    assert 8 <= logged[-1]["again_in_seconds"] <= 8 * 1.3 + 1


def test_p4_a_wait_is_told_once_however_many_threads_wait() -> None:
    gate = Gate()
    assert gate.is_news(now=100.0, until=110.0)
    assert not gate.is_news(now=109.0, until=119.0)
    assert gate.is_news(now=110.0, until=120.0)


def test_p4_a_site_that_never_answered_is_not_waited_for_in_the_log() -> None:
    with (
        calling(lambda _: Reply({}, status=503)) as (client, _),
        capture_logs() as logged,
        pytest.raises(JiraError, match="503"),
    ):
        client.fields()
    assert logged == []


def test_p5_a_site_that_hangs_on_every_try_is_told_after_two_of_them() -> None:
    clock = StillClock()

    def hang(seen: Seen) -> Reply:
        clock.sleep(60)
        return Reply({}, status=504)

    with calling(hang, clock=clock) as (client, jira), pytest.raises(JiraError):
        client.fields()
    assert len(jira.seen) == 2


def test_p4_seven_of_ten_failing_requests_still_let_everything_through() -> None:
    numbers = iter(range(1000))

    def script(seen: Seen) -> Reply:
        return FIELDS if next(numbers) * 7 % 10 < 3 else Reply({}, status=500)

    with calling(script) as (client, _):
        assert [client.fields() for _ in range(20)] == [[]] * 20


def test_every_tenth_request_refused_loses_nothing() -> None:
    numbers = iter(range(1, 1000))

    def search(seen: Seen) -> Reply:
        if next(numbers) % 10 == 0:
            return slow_down(Retry_After="2")
        page = int(seen.body.get("nextPageToken", 0))
        return Reply({"issues": [{"id": str(page)}], "nextPageToken": str(page + 1), "isLast": page == 49})

    with calling(cloud(search=search)) as (client, _):
        assert list(client.ids("(a = b)")) == [[number] for number in range(50)]


def test_endless_refusals_end_with_a_sentence() -> None:
    clock = StillClock()
    with (
        calling(lambda _: slow_down(Retry_After="200"), clock=clock) as (client, jira),
        pytest.raises(JiraError, match="rate limit"),
    ):
        client.fields()
    assert len(jira.seen) <= 5


def test_limits_are_counted_per_kind_of_request() -> None:
    assert (
        endpoint(Request("GET", "/rest/api/3/issue/10001/changelog")) == "GET /rest/api/3/issue/*/changelog"
    )
    assert endpoint(Request("POST", "/rest/api/3/search/jql")) == "POST /rest/api/3/search/jql"


def test_d6_a_stop_ends_a_wait_at_once() -> None:
    with scripted(lambda _: slow_down(Retry_After="200")) as jira:
        clients = JiraClients(access_of(jira.url))
        threading.Timer(0.1, clients.stop).start()
        begun = time.monotonic()
        with pytest.raises(JiraError, match="asked to stop"):
            clients.client().fields()
        assert time.monotonic() - begun < 5
        clients.close()
