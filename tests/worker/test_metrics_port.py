"""The port of a worker for Prometheus."""

import httpx
import pytest

from phasewise.errors import SettingsError
from phasewise.meters import JIRA_CALLS
from phasewise.worker.metrics_port import metrics_port


def test_a_worker_tells_what_it_counted_of_itself() -> None:
    JIRA_CALLS.labels("418").inc()
    with metrics_port("127.0.0.1", 0) as port:
        told = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False)
    assert told.status_code == 200
    assert 'phasewise_jira_calls_total{status="418"} 1.0' in told.text
    assert "process_cpu_seconds_total" in told.text


def test_the_port_is_closed_with_the_worker() -> None:
    with metrics_port("127.0.0.1", 0) as port:
        pass
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False)


def test_a_port_that_is_taken_is_said() -> None:
    with (
        metrics_port("127.0.0.1", 0) as port,
        pytest.raises(SettingsError, match=f"127.0.0.1:{port} .*--metrics-port"),
        metrics_port("127.0.0.1", port),
    ):
        pass


def test_an_address_that_is_not_ours_is_said() -> None:
    with pytest.raises(SettingsError, match="cannot listen"), metrics_port("192.0.2.1", 0):
        pass
