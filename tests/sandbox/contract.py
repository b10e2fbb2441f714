"""Holds answers against the OpenAPI documents of Jira, known deviations apart."""

import functools
import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from tests.sandbox.deviations import with_deviations

FOLDER = Path(__file__).parent / "schemas"


@functools.cache
def document(name: str) -> dict[str, Any]:
    found = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return {"answers": found["answers"], "components": with_deviations(found["components"])}


@functools.cache
def validator(name: str, answer: str) -> Draft202012Validator:
    found = document(name)
    return Draft202012Validator({**found["answers"][answer], "components": found["components"]})


def problems(name: str, answer: str, body: Any) -> list[str]:
    """What of a body is not as the document says."""
    return [
        f"{error.json_path}: {error.message[:200]}" for error in validator(name, answer).iter_errors(body)
    ]
