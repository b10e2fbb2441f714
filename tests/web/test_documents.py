"""The OpenAPI document, and that it says what is answered."""

from typing import Any

import jsonschema
import pytest

from phasewise.web.app import create_app
from tests.web.story import Api

ANSWERS = {
    "/sync": "/api/v1/sync",
    "/projects": "/api/v1/projects",
    "/projects/ML-1": "/api/v1/projects/{key}",
    "/tasks": "/api/v1/tasks",
    "/tasks/ML-4": "/api/v1/tasks/{key}",
    "/people": "/api/v1/people",
    "/findings": "/api/v1/findings",
    "/board": "/api/v1/board",
}


def document(api: Api) -> Any:
    return api.ask("GET", "/api/openapi.json").json()


def test_the_document_needs_no_deps_and_no_token(api: Api) -> None:
    assert document(api) == create_app(None).openapi()


@pytest.mark.parametrize(("path", "route"), ANSWERS.items())
def test_what_is_answered_is_as_documented(api: Api, path: str, route: str) -> None:
    spec = document(api)
    schema = spec["paths"][route]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema.validate(api.json(path), {**schema, "components": spec["components"]})


@pytest.mark.parametrize("route", ANSWERS.values())
def test_problems_are_documented(api: Api, route: str) -> None:
    responses = document(api)["paths"][route]["get"]["responses"]
    problems = {status for status, one in responses.items() if "application/problem+json" in one["content"]}
    assert problems == ({"401", "403", "422"} | ({"404"} if "{key}" in route else set()))


def test_every_route_of_the_api_wants_a_token(api: Api) -> None:
    paths = document(api)["paths"]
    assert all(
        "security" in operation
        for path, operations in paths.items()
        if path.startswith("/api/")
        for operation in operations.values()
    )


def test_the_documentation_loads_nothing_from_elsewhere(api: Api) -> None:
    page = api.ask("GET", "/api/docs")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "/api/v1/projects/{key}" in page.text
    assert "http://" not in page.text.replace("http://www.w3.org/", "")
    assert "https://" not in page.text
    assert "<script>" not in page.text
    assert "style=" not in page.text


def test_there_is_no_order_by_outcome_to_ask_for(api: Api) -> None:
    names = {
        parameter["name"]
        for one in document(api)["paths"].values()
        for parameter in one.get("get", {}).get("parameters", ())
    }
    assert not names & {"sort", "order", "order_by"}


@pytest.mark.parametrize("route", ["/webhooks/jira", "/webhooks/jira/{secret}"])
def test_the_webhook_is_documented_with_what_it_takes_and_answers(api: Api, route: str) -> None:
    told = document(api)["paths"][route]["post"]
    assert told["requestBody"]["content"] == {"application/json": {"schema": {"type": "object"}}}
    assert set(told["responses"]) == {"204", "400", "401", "408", "413", "415", "503"}
    assert "content" not in told["responses"]["204"]
    assert "Retry-After" in told["responses"]["503"]["headers"]
    names = {one["name"] for one in told["parameters"]}
    assert {"X-Hub-Signature", "X-Atlassian-Webhook-Identifier"} <= names
