"""/healthz, /readyz and /api/v1/sync: alive, ready or why not, how far behind."""

import pytest

from phasewise.errors import StoreError
from phasewise.store import sites
from phasewise.store.inbox import NewDelivery, add_deliveries
from phasewise.store.issues import set_aside
from phasewise.usecases.deps import Deps
from phasewise.web.health import FAILED, STOPPED
from tests.store.records import task
from tests.web.story import NOW, Api, deps_of, remove, stamp, tell

AT_WORK = {"as_of": stamp(10.9)}


def set_state(api: Api, **columns: object) -> None:
    with api.deps.database.write() as connection:
        sites.save_sync_state(connection, api.deps.site_id, **columns)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_alive_is_alive_whatever_the_rest_does(api: Api, method: str) -> None:
    api.app.state.deps = None
    assert api.ask(method, "/healthz").status_code == 200


def test_ready_after_a_good_synchronisation(api: Api) -> None:
    answer = api.ask("GET", "/readyz")
    assert (answer.status_code, answer.json()["ready"], answer.json()["reasons"]) == (200, True, [])


def test_not_ready_before_the_first_synchronisation(api: Api) -> None:
    set_state(api, last_success_at=None, watermark=None, backfill_done=120, backfill_total=400)
    answer = api.ask("GET", "/readyz")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["The first synchronisation is not complete: 120 of 400 issues"]


def test_that_jira_was_not_read_for_long_is_told_and_takes_no_page_away(api: Api) -> None:
    late = Api(deps_of(api.deps.database, now=NOW + 3_600_000))
    answer = late.ask("GET", "/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert answer.json()["overdue"]["poll"]
    assert "60 minutes" in answer.json()["reasons"][0]


def test_a_delivery_that_waits_too_long_is_told(api: Api) -> None:
    for minutes, is_overdue in ((9, False), (11, True)):
        came = NOW - minutes * 60_000
        row = NewDelivery(f"d{minutes}", came, "jira:issue_updated", (2,), "pending", None, b"{}")
        with api.deps.database.write() as connection:
            add_deliveries(connection, api.deps.site_id, [row])
        answer = api.ask("GET", "/readyz")
        assert (answer.status_code, answer.json()["oldest_delivery_seconds"]) == (200, minutes * 60)
        assert answer.json()["overdue"] == {"poll": False, "deliveries": is_overdue, "report": False}
    assert "waited for 11 minutes" in answer.json()["reasons"][0]


def test_p8_that_polling_was_given_up_is_told_and_takes_no_page_away(api: Api) -> None:
    set_state(api, stopped_reason="Jira refused the log-in 3 times", stopped_at=NOW)
    answer = api.ask("GET", "/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert answer.json()["reasons"] == [STOPPED]
    assert "log-in" not in answer.text


def test_a_poll_that_failed_is_shown_and_is_no_reason_yet(api: Api) -> None:
    set_state(api, last_error="Jira answered 502")
    answer = api.ask("GET", "/readyz")
    assert (answer.status_code, answer.json()["sync"]["last_error"]) == (200, FAILED)


def test_not_ready_without_the_database(api: Api) -> None:
    class Gone:
        def read(self) -> None:
            raise StoreError("The database /secret/path cannot be opened")

    gone: Deps = Deps(Gone(), 1, api.deps.policy, api.deps.now)  # type: ignore[arg-type]
    api.app.state.deps = gone
    answer = api.ask("GET", "/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert "/secret" not in answer.text


def test_the_synchronisation_is_told_as_documented(api: Api) -> None:
    assert api.json("/sync") == {
        "last_success_at": "2026-03-12T23:59:40.000Z",
        "watermark": "2026-03-12T23:59:30.000Z",
        "mode": "poll",
        "lag_seconds": 30.0,
        "stale": False,
        "last_error": None,
        "inbox_pending": 0,
        "inbox_failed": 0,
        "issues": 8,
        "issues_incomplete": 0,
        "removed": 0,
        "unreadable": 0,
        "waiting": 0,
        "backfill": {"done": 0, "total": 0},
        "warnings": [],
        "no_access": [],
    }


def test_p23_what_is_missing_is_counted(api: Api) -> None:
    remove(api.deps, 7, NOW - 1000)
    tell(api.deps, [task(70, history_whole=False)])
    with api.deps.database.write() as connection:
        set_aside(connection, api.deps.site_id, "ML-71", "no status", NOW)
    set_state(api, last_error="Jira refused", warnings=[{"code": "no_field", "text": "No phase field"}])
    sync = api.json("/sync")
    assert (sync["issues"], sync["removed"], sync["issues_incomplete"], sync["unreadable"]) == (8, 1, 1, 1)
    assert (sync["last_error"], sync["warnings"][0]["text"]) == ("Jira refused", "No phase field")


def test_the_synchronisation_counts_the_issues_that_there_were_at_an_instant(api: Api) -> None:
    remove(api.deps, 7, NOW - 1000)
    now, then, at_first = (api.json("/sync", **asked) for asked in ({}, AT_WORK, {"as_of": stamp(0)}))
    assert [(one["issues"], one["removed"]) for one in (now, then, at_first)] == [(7, 1), (8, 0), (0, 0)]
    assert (then["watermark"], then["last_success_at"]) == (now["watermark"], now["last_success_at"])


@pytest.mark.parametrize("asked", ["soon", "2999-01-01T00:00:00Z"])
def test_no_instant_that_is_none_or_lies_ahead_is_taken_for_the_synchronisation(api: Api, asked: str) -> None:
    assert api.get("/sync", as_of=asked).status_code == 422
