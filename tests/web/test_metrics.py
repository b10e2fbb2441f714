"""GET /metrics: numbers for Prometheus, for those who may see them, also without a database."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from phasewise.errors import StoreError
from phasewise.store import sites
from phasewise.store.db import Database
from phasewise.store.effects import Effect, EffectKind, add_effect
from phasewise.store.inbox import NewDelivery, add_deliveries
from tests.web.story import NOW, Api, deps_of, story, tell


def scrape(api: Api, *, client: str = "127.0.0.1", **headers: str) -> httpx.Response:
    """As Prometheus asks, from the address `client`."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(api.app, raise_app_exceptions=False, client=(client, 5000))
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as asking:
            return await asking.get("/metrics", headers=named)

    return asyncio.run(send())


def numbers(answer: httpx.Response) -> dict[tuple[str, ...], float]:
    """Every sample by its name and its labels' values."""
    assert answer.status_code == 200, answer.text
    families = text_string_to_metric_families(answer.text)
    samples = (sample for family in families for sample in family.samples)
    return {(sample.name, *sample.labels.values()): sample.value for sample in samples}


def delivery(number: int, state: Any = "pending") -> NewDelivery:
    return NewDelivery(f"d{number}", NOW - 90_000, "jira:issue_updated", (2,), state, None, b"{}")


def test_what_waits_and_what_is_open_is_counted(database: Database) -> None:
    api = Api(deps_of(database))
    tell(api.deps, story())
    with database.write() as connection:
        add_deliveries(connection, api.deps.site_id, [delivery(1), delivery(2), delivery(3, "ignored")])
        add_effect(connection, api.deps.site_id, Effect("k", EffectKind.COMMENT, "2", {}), NOW)
    found = numbers(scrape(api))
    assert found["phasewise_deliveries", "pending"] == 2
    assert found["phasewise_deliveries", "ignored"] == 1
    assert found["phasewise_inbox_oldest_seconds",] == 90
    assert found["phasewise_effects", "due"] == 1
    assert found["phasewise_sync_lag_seconds",] == 30
    assert found["phasewise_findings_open", "five_days", "breach"] == 1
    assert found["phasewise_store_up",] == 1


def test_a_synchronisation_that_fails_or_has_stopped_is_seen(api: Api) -> None:
    with api.deps.database.write() as connection:
        sites.save_sync_state(connection, api.deps.site_id, last_error="no", stopped_reason="no")
    found = numbers(scrape(api))
    assert (found["phasewise_sync_failing",], found["phasewise_sync_stopped",]) == (1, 1)


def test_requests_are_timed_by_their_route_and_never_by_what_was_asked(api: Api) -> None:
    for path in ("/tasks/ML-2", "/tasks/CANARY-9", "/CANARY"):
        api.get(path)
    api.ask("CANARY", "/")
    answer = scrape(api)
    found = numbers(answer)
    timed = "phasewise_http_request_duration_seconds_count"
    assert found[timed, "GET", "/api/v1/tasks/{key}", "200"] >= 1
    assert found[timed, "GET", "/api/v1/tasks/{key}", "404"] >= 1
    assert found[timed, "GET", "none", "404"] >= 1
    assert "CANARY" not in answer.text


def test_a_crash_is_counted_as_one(api: Api) -> None:
    @api.app.get("/crash")
    def crash() -> None:
        raise RuntimeError("on purpose")

    api.ask("GET", "/crash")
    assert numbers(scrape(api))["phasewise_http_request_duration_seconds_count", "GET", "/crash", "500"] == 1


def test_d3_without_the_database_it_has_what_the_process_knows(api: Api) -> None:
    class Gone:
        dialect = "postgresql"

        def read(self) -> None:
            raise StoreError("The database at /secret does not answer")

    api.app.state.deps = replace(api.deps, database=Gone())  # type: ignore[arg-type]
    answer = scrape(api)
    found = numbers(answer)
    assert found["phasewise_store_up",] == 0
    assert found["process_resident_memory_bytes",] > 0
    assert not [name for name, *_ in found if name == "phasewise_deliveries"]
    assert "/secret" not in answer.text


@pytest.mark.parametrize(
    "asking",
    [
        {"client": "10.0.0.7"},
        {"x_forwarded_for": "127.0.0.1"},
        {"forwarded": "for=127.0.0.1"},
        {"host": "evil.example"},
        {"authorization": "Bearer nothing"},
    ],
)
def test_s24_others_need_a_token(api: Api, asking: dict[str, str]) -> None:
    assert scrape(api, **asking).status_code == 401
    with_token = {**asking, "authorization": f"Bearer {api.token}"}
    assert scrape(api, **with_token).status_code == 200
