"""From a move in Jira to the changed number in the API: the sandbox tells of it by a signed webhook."""

import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from bench.report import Figure, at_most, seen
from bench.service import Service, serving
from bench.site import first_sync, sandbox

PER_SECOND, SECONDS = 50, 20
WATCHED_EVERY = 0.5
LOOK_SECONDS = 0.02
SECRET = "bench"
STATUSES = ("3", "10071", "10000", "10002")


def measure(folder: Path, issues: int) -> list[Figure]:
    """Tickets move at a steady pace; of every half second one move is watched until the API shows it."""
    data = folder / "data"
    with sandbox("--issues", str(issues)) as jira:
        first_sync(jira.url, data)
        with serving(jira.url, data, webhook_secret=SECRET) as service:
            register(jira.url, service.url)
            keys = _tasks(service)
            with moving(jira.url, keys[len(keys) // 2 :]):
                found = sorted(_watch(jira.url, service, keys[: len(keys) // 2]))
    name = f"from a move in Jira to the API, {PER_SECOND} a second"
    return [
        at_most(name, "median", statistics.median(found), 0.5, " s"),
        at_most(name, "99th percentile", found[int(len(found) * 0.99)], 2.0, " s"),
        seen(name, "moves watched", len(found)),
    ]


def register(jira: str, service: str) -> None:
    hook = {
        "name": "bench",
        "url": f"{service}/webhooks/jira",
        "secret": SECRET,
        "events": ["jira:issue_updated"],
    }
    requests.post(f"{jira}/_sandbox/trouble", json={"webhook_at_once": 20}, timeout=30).raise_for_status()
    requests.post(f"{jira}/rest/webhooks/1.0/webhook", json=hook, timeout=30).raise_for_status()


def _tasks(service: Service) -> list[str]:
    """The keys of some tasks that are there."""
    headers = {"Authorization": f"Bearer {service.token}"}
    page = requests.get(f"{service.url}/api/v1/tasks?limit=500", headers=headers, timeout=60).json()
    return [task["key"] for task in page["items"]]


@contextmanager
def moving(jira: str, keys: list[str]) -> Iterator[None]:
    """Other tickets move all the time, so that the service is as busy as it is said to be."""
    over = threading.Event()

    def move() -> None:
        number = 0
        with requests.Session() as session:
            began = time.perf_counter()
            while not over.is_set():
                moved(session, jira, keys[number % len(keys)], STATUSES[number // len(keys) % len(STATUSES)])
                number += 1
                over.wait(max(0.0, began + number / PER_SECOND - time.perf_counter()))

    thread = threading.Thread(target=move)
    thread.start()
    try:
        time.sleep(2)
        yield
    finally:
        over.set()
        thread.join()


def _watch(jira: str, service: Service, keys: list[str]) -> Iterator[float]:
    """Seconds from each move to the answer of the API that shows it."""
    headers = {"Authorization": f"Bearer {service.token}"}
    with requests.Session() as session:
        for number in range(int(SECONDS / WATCHED_EVERY)):
            key, title = keys[number % len(keys)], f"moved {number}"
            began = time.perf_counter()
            moved(session, jira, key, STATUSES[number % len(STATUSES)], summary=title)
            url = f"{service.url}/api/v1/tasks/{key}"
            while session.get(url, headers=headers, timeout=60).json()["summary"] != title:
                if time.perf_counter() - began > 30:
                    raise RuntimeError(f"{key} was moved half a minute ago, and the API does not know it")
                time.sleep(LOOK_SECONDS)
            took = time.perf_counter() - began
            yield took
            time.sleep(max(0.0, WATCHED_EVERY - took))


def moved(session: requests.Session, jira: str, issue: str, status: str, **fields: str) -> None:
    change = {"issue": issue, "fields": {"status": status, **fields}}
    session.post(f"{jira}/_sandbox/edit", json=change, timeout=60).raise_for_status()
