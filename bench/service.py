"""`phasewise serve` as a process of its own, with a token to ask it by."""

import http.client
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bench.measure import cpu_of, run
from bench.site import PHASEWISE, bare_environment, settings


@dataclass(frozen=True, slots=True)
class Service:
    url: str
    pid: int
    token: str

    def get(self, path: str) -> tuple[float, float, int]:
        """One GET: seconds of wall clock, seconds of the service's CPU, bytes."""
        address = urlsplit(self.url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port or 80, timeout=60)
        cpu, began = cpu_of(self.pid), time.perf_counter()
        connection.request("GET", path, headers={"Authorization": f"Bearer {self.token}"})
        answer = connection.getresponse()
        body = answer.read()
        wall = time.perf_counter() - began
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"GET {path}: {answer.status} {body[:200]!r}")
        return wall, cpu_of(self.pid) - cpu, len(body)


@contextmanager
def serving(jira: str, data: Path, poll_seconds: int = 86_400, webhook_secret: str = "") -> Iterator[Service]:
    """The service on a store that is filled already; it polls seldom unless told otherwise."""
    env = settings(jira, data) | {
        "PHASEWISE_JIRA_POLL_SECONDS": str(poll_seconds),
        "PHASEWISE_WEBHOOK_SECRET": webhook_secret,
    }
    token = run([PHASEWISE, "token", "create"], env).output.strip().splitlines()[-1]
    command = [PHASEWISE, "serve", "--port", "0"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=bare_environment() | env
    )
    try:
        assert process.stdout is not None
        url = next(line for line in process.stdout if "http://" in line)
        yield Service("http://" + url.rpartition("http://")[2].strip(), process.pid, token)
    finally:
        process.terminate()
        process.wait()
