"""What the OpenAPI document allows, and what it does not, never ends in a fault of ours.

`FUZZ_EXAMPLES=500 pytest tests/web/test_openapi_fuzz.py` tries more of each operation.
"""

import os
from contextlib import suppress
from dataclasses import replace

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.core.result import Ok

from phasewise.usecases.issue_token import create_token
from phasewise.web.app import create_app
from tests.web.story import Api

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "3"))
TRIED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
BUSY = 503


@pytest.fixture
def admins(api: Api) -> Api:
    """Asked with a token that may do everything; deliveries are taken."""
    made = Api(replace(api.deps, webhook_secrets=(b"a secret of at least 32 characters",)))
    made.token = create_token(api.deps, "fuzz", "admin").token
    return made


def operations() -> list[APIOperation]:
    """Every operation of the document."""
    schema = schemathesis.openapi.from_dict(create_app(None).openapi())
    return [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]


def faults_of(operation: APIOperation, mode: GenerationMode, api: Api) -> list[str]:
    """The requests of one operation that were answered by a fault; a service may say that it is not ready."""
    found = []
    documented = operation.definition.raw["responses"]

    @TRIED
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Case) -> None:
        sent = case.as_transport_kwargs(base_url="http://127.0.0.1:8000")
        headers = {name: value.encode() for name, value in sent.pop("headers").items()}
        headers["authorization"] = f"Bearer {api.token}".encode()
        del sent["cookies"]
        if isinstance(sent.get("data"), bytes):
            sent["content"] = sent.pop("data")
        status = api.ask(sent.pop("method"), sent.pop("url"), headers=headers, **sent).status_code
        if status >= 500 and not (status == BUSY and str(BUSY) in documented):
            found.append(f"{status} {case.as_curl_command()}")

    with suppress(Unsatisfiable):  # what takes no parameter cannot be asked wrongly
        ask()
    return found


def test_no_operation_of_the_document_ends_in_a_fault_of_ours(admins: Api) -> None:
    tried = operations()
    assert len(tried) > 15
    found = [fault for one in tried for mode in GenerationMode for fault in faults_of(one, mode, admins)]
    assert found == []
