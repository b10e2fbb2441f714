"""The compose file and the image, without a Docker engine: by schema, and by what they must say."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).parents[2]
SCHEMA = Path(__file__).parent / "schemas" / "compose_spec.json"


@pytest.fixture
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def test_the_compose_file_is_valid(compose: dict[str, Any]) -> None:
    errors = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text())).iter_errors(compose)
    assert [error.message[:200] for error in errors] == []


@pytest.mark.parametrize("service", ["web", "worker", "database"])
def test_s35_d11_every_service_is_confined_and_watched(compose: dict[str, Any], service: str) -> None:
    described = compose["services"][service]
    assert described["user"] not in ("", "root", "0")
    assert described["read_only"] is True
    assert described["cap_drop"] == ["ALL"]
    assert described["healthcheck"]["test"]


@pytest.mark.parametrize("service", ["web", "worker"])
def test_pages_and_work_run_apart_and_have_time_to_stop(compose: dict[str, Any], service: str) -> None:
    described = compose["services"][service]
    assert described["command"] == [service]
    assert int(described["stop_grace_period"].removesuffix("s")) > 10


def test_no_secret_is_written_in_the_compose_file(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, value in service["environment"].items():
            assert name.endswith("_FILE") or "PASSWORD" not in name.upper()
            assert not name.endswith("_FILE") or value.startswith("/run/secrets/")


def test_s35_d11_the_image_runs_as_nobody_and_knows_its_health() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert "USER 65532:65532" in lines
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    assert all(":latest" not in line for line in lines if line.startswith("FROM"))
