"""The demo, as a user runs it: what happens in Jira is on the page in a moment."""

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.story.commands import Shell, eventually

pytestmark = pytest.mark.slow

MOST_MEGABYTES = 250


def megabytes(pid: int) -> float:
    """What a process has in memory."""
    kilobytes = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert kilobytes is not None
    return int(kilobytes[1]) / 1024


def test_a_moved_ticket_is_known_at_once_and_memory_stays_small(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    with shell.running("demo", "--port", "0", "--no-clock") as (process, address):
        assert process.stdout is not None
        jira = process.stdout.readline().split()[-1]
        headers = {"Authorization": f"Bearer {process.stdout.readline().split()[2]}"}

        def task(key: str) -> Any:
            return requests.get(f"{address}/api/v1/tasks/{key}", headers=headers, timeout=10).json()

        listed = requests.get(
            f"{address}/api/v1/tasks", params={"status_group": "todo"}, headers=headers, timeout=10
        )
        key = listed.json()["items"][0]["key"]
        moves = requests.get(
            f"{jira}/rest/api/2/issue/{key}/transitions", auth=("a@b.c", "t"), timeout=10
        ).json()
        started = next(one for one in moves["transitions"] if one["to"]["name"] == "In Progress")
        body = json.dumps({"transition": {"id": started["id"]}})
        time.sleep(2)
        moved = requests.post(
            f"{jira}/rest/api/2/issue/{key}/transitions",
            data=body,
            auth=("a@b.c", "t"),
            headers={"Content-Type": "application/json"},
            timeout=10,
        )
        assert moved.status_code == 204
        assert eventually(lambda: task(key)["status_group"] == "active", 20)
        mailbox = process.stdout.readline().split()[1]
        assert eventually(lambda: "ML projects, week" in requests.get(mailbox, timeout=10).text)
        mail = requests.get(f"{mailbox}/0", timeout=10).text
        assert "data:image/png" in mail
        assert f"{address}/reports/" in mail
        assert megabytes(process.pid) < MOST_MEGABYTES
