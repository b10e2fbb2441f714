"""Which hosts are served, and the headers that every answer has."""

import pytest

from tests.web.story import Api, deps_of

EVERYWHERE = ("/api/v1/sync", "/api/v1/nothing", "/healthz", "/api/openapi.json", "/api/docs", "/nothing")


@pytest.mark.parametrize("path", EVERYWHERE)
def test_s26_every_answer_tells_the_browser_to_trust_little(api: Api, path: str) -> None:
    headers = api.ask("GET", path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; ")
    assert "unsafe" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "base-uri 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_s26_data_may_load_nothing_at_all(api: Api) -> None:
    assert "'self'" not in api.get("/tasks").headers["content-security-policy"]


def test_s26_an_address_on_https_is_kept_to_it(api: Api) -> None:
    assert "strict-transport-security" not in api.get("/sync").headers
    secure = Api(deps_of(api.deps.database), base_url="https://phasewise.example.com")
    age = secure.get("/sync").headers["strict-transport-security"]
    assert age == "max-age=31536000; includeSubDomains"


def test_s27_no_other_origin_is_ever_allowed(api: Api) -> None:
    asked = {"origin": "https://evil.example", "access-control-request-method": "GET"}
    for method in ("GET", "OPTIONS"):
        answer = api.ask(method, "/api/v1/sync", headers=asked)
        assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:8000", "pw.example"]
)
def test_the_loopback_names_and_our_own_are_served(api: Api, host: str) -> None:
    named = Api(deps_of(api.deps.database), base_url="https://pw.example:8443/")
    assert named.ask("GET", "/api/openapi.json", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.",
        "",
        "[::1",
        "[::2]",
        "127.0.0.1@evil",
        "evil:80",
    ],
)
def test_s9_a_name_that_somebody_else_pointed_here_is_refused(api: Api, host: str) -> None:
    answer = api.ask("GET", "/api/openapi.json", headers={"host": host})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_two_hosts_at_once_are_refused(api: Api) -> None:
    twice = [("host", "localhost"), ("host", "evil.example")]
    assert api.ask("GET", "/api/openapi.json", headers=twice).status_code == 400


def test_probes_are_answered_under_any_name(api: Api) -> None:
    assert api.ask("GET", "/healthz", headers={"host": "10.1.2.3:8000"}).status_code == 200
    assert api.ask("GET", "/readyz", headers={"host": "10.1.2.3:8000"}).status_code == 200


OURS = {"host": "127.0.0.1:8000"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 404),
        ({"origin": "http://127.0.0.1:8000"}, 404),
        ({"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8000"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"origin": "http://127.0.0.1:9000"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "file://127.0.0.1:8000"}, 403),
        ({}, 403),
    ],
)
def test_s11_a_form_is_taken_from_our_own_pages_only(headers: dict[str, str], status: int, api: Api) -> None:
    assert api.ask("POST", "/no-such-form", headers=OURS | headers).status_code == status


def test_s11_programs_and_jira_send_no_forms_and_are_not_asked(api: Api) -> None:
    assert api.ask("POST", "/api/v1/tasks").status_code == 405
    assert api.ask("POST", "/webhooks/jira/nothing").status_code == 401
