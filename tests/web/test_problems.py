"""Every error is a problem document: what is wrong, and nothing of what was sent or of where it broke."""

from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from phasewise.errors import StoreError
from phasewise.usecases.deps import Deps
from phasewise.usecases.issue_token import create_token, list_tokens, revoke_token
from tests.web.story import NOW, Api, deps_of

ROUTES = (
    "/sync",
    "/projects",
    "/projects/ML-1",
    "/tasks",
    "/tasks/ML-2",
    "/people",
    "/findings",
    "/board",
)


def assert_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert (body["type"], body["status"]) == ("about:blank", status)
    assert body["title"]
    assert body["detail"]
    return body


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic YTpi", "Bearer é"])
def test_without_a_good_token_nothing_is_told(api: Api, path: str, header: str | None) -> None:
    headers = {} if header is None else {"authorization": header.encode()}
    answer = api.ask("GET", f"/api/v1{path}", headers=headers)
    assert_problem(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_without_a_token_even_a_malformed_request_is_only_unauthorised(api: Api) -> None:
    assert_problem(api.ask("GET", "/api/v1/tasks?limit=x&as_of=y"), 401)


def test_the_scheme_of_a_token_is_read_in_any_case(api: Api) -> None:
    answer = api.ask("GET", "/api/v1/sync", headers={"authorization": f"bearer {api.token}"})
    assert answer.status_code == 200


def test_a_revoked_token_is_refused(api: Api) -> None:
    (row,) = list_tokens(api.deps)
    revoke_token(api.deps, row.token_id)
    assert_problem(api.get("/sync"), 401)


def test_a_token_is_refused_from_the_instant_it_expires(api: Api) -> None:
    day = 86_400_000
    api.token = create_token(api.deps, days=1).token
    api.app.state.deps = deps_of(api.deps.database, now=NOW + day - 1)
    assert api.get("/sync").status_code == 200
    api.app.state.deps = deps_of(api.deps.database, now=NOW + day)
    assert_problem(api.get("/sync"), 401)


@pytest.mark.parametrize(
    "asked",
    [
        {"phase": "sleeping"},
        {"status_group": "ACTIVE"},
        {"limit": "\ud800".encode("utf-8", "surrogatepass")},
        {"person": "x" * 256},
        {"project": "x" * 256},
    ],
)
def test_s23_a_parameter_that_makes_no_sense_is_named_but_not_repeated(
    api: Api, asked: dict[str, Any]
) -> None:
    ((name, value),) = asked.items()
    body = assert_problem(api.get("/tasks", **asked), 422)
    assert name in body["detail"]
    assert str(value) not in body["detail"]


@pytest.mark.parametrize("name", ["from", "to"])
def test_a_malformed_instant_among_the_filters_is_named(api: Api, name: str) -> None:
    body = assert_problem(api.get("/findings", **{name: "yesterday"}), 422)
    assert name in body["detail"]


@pytest.mark.parametrize("asked", [{"rule": "sleep"}, {"severity": "high"}, {"state": "OPEN"}])
def test_a_finding_filter_that_does_not_exist_is_refused(api: Api, asked: dict[str, str]) -> None:
    assert_problem(api.get("/findings", **asked), 422)


@pytest.mark.parametrize(
    "path", ["/api/v1/projects/ML-99", "/api/v1/nothing", "/api/v2/sync", "/api", "/.env", "/api/v1/"]
)
def test_what_does_not_exist_is_not_found(api: Api, path: str) -> None:
    assert_problem(api.ask("GET", path, headers={"authorization": f"Bearer {api.token}"}), 404)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "PROPFIND"])
@pytest.mark.parametrize("path", ["/api/v1/tasks", "/api/v1/tasks/ML-2", "/healthz", "/api/openapi.json"])
def test_s25_only_reading_is_allowed(api: Api, method: str, path: str) -> None:
    answer = api.ask(method, path, headers={"authorization": f"Bearer {api.token}"})
    assert_problem(answer, 405)
    assert "GET" in answer.headers["allow"]


def test_s23_a_fault_of_our_own_is_logged_and_tells_nothing(api: Api) -> None:
    api.app.state.deps = None
    with capture_logs() as logged:
        answer = api.get("/sync")
    body = assert_problem(answer, 500)
    assert body["detail"] == "The server could not answer; its log says why"
    assert [(entry["event"], entry["route"]) for entry in logged] == [("request_crashed", "/api/v1/sync")]


def test_s22_what_was_asked_for_is_not_logged(api: Api) -> None:
    api.app.state.deps = None
    with capture_logs() as logged:
        assert api.get("/tasks/x%0Afake%1B[31m").status_code == 500
    assert [entry["route"] for entry in logged] == ["/api/v1/tasks/{key}"]


def test_d3_a_database_that_does_not_answer_is_503(api: Api) -> None:
    class Gone:
        def read(self) -> None:
            raise StoreError("The database /secret/path cannot be opened")

    api.app.state.deps = Deps(
        database=Gone(),  # type: ignore[arg-type]
        site_id=1,
        policy=api.deps.policy,
        now=api.deps.now,
    )
    answer = api.get("/sync")
    body = assert_problem(answer, 503)
    assert answer.headers["retry-after"] == "5"
    assert "/secret/path" not in body["detail"]
