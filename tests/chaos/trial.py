"""One trial: deliveries and edits go on while processes die; afterwards nothing may be lost or wrong."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import requests

from phasewise.sandbox.serve import Running
from phasewise.sandbox.team import TeamLife
from phasewise.store.db import Database
from tests.chaos.plant import SECRET, Plant
from tests.chaos.sender import Sender
from tests.story.commands import eventually
from tests.story.truth import stored, truth

PATIENCE_SECONDS = 120


@dataclass
class Figures:
    """What a trial came to. `lost` are acknowledged deliveries that the service does not know; `unfinished`
    those that neither had their effect nor were ignored with a reason; `wrong` the issues that differ."""

    acknowledged: int
    kills: int
    lost: list[str]
    unfinished: list[str]
    wrong: list[int]
    answers: dict[int, int]
    seconds: float
    states: dict[str, int] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.unfinished or self.wrong)


class Trial:
    """Phasewise at work on a sandbox, its database by `database_url`, and whoever disturbs it."""

    def __init__(self, plant: Plant, jira: Running, database_url: str) -> None:
        self.plant, self.jira, self.database_url = plant, jira, database_url
        made = plant.shell.run("token", "create")
        assert made.code == 0, made.err
        self._headers = {"Authorization": f"Bearer {made.out.strip()}"}

    def run(
        self,
        deliveries: int,
        disturbance: Callable[[], AbstractContextManager[None]] = nullcontext,
        *,
        threads: int = 8,
        per_second: float = 200.0,
        address: Callable[[], tuple[str, int]] | None = None,
    ) -> Figures:
        """Send so many while the disturbance goes on, let everything settle, and compare."""
        began = time.monotonic()
        draw = random.Random(1)
        issues = [(issue_id, f"ML-{issue_id}") for issue_id in self.jira.world.issues]
        sender = Sender(address or (lambda: self.plant.address(draw)), SECRET, issues, self.jira.url)
        with self.plant.running():
            assert eventually(self._is_ready, PATIENCE_SECONDS), "the service did not get ready"
            with self._living(), disturbance(), sender.sending(threads, deliveries, per_second):
                sent = eventually(lambda: len(sender.acknowledged) >= deliveries, 20 * PATIENCE_SECONDS)
            assert sent, f"only {len(sender.acknowledged)} were taken: {sender.answers}"
            for process in self.plant.processes:
                if not process.is_alive:
                    process.start()
            assert eventually(lambda: self._sync()["inbox_pending"] == 0, 5 * PATIENCE_SECONDS), self._sync()
            asked = self.plant.shell.run("sync")
            assert asked.code == 0, asked.err
            known = self._deliveries()
            wrong = self._wrong()
        return Figures(
            acknowledged=len(sender.acknowledged),
            kills=self.plant.kills,
            lost=[delivery for delivery in sender.acknowledged if delivery not in known],
            unfinished=[name for name, state in known.items() if state not in ("applied", "ignored")],
            wrong=wrong,
            answers=sender.answers,
            seconds=time.monotonic() - began,
            states={state: list(known.values()).count(state) for state in sorted(set(known.values()))},
        )

    @contextmanager
    def _living(self) -> Iterator[None]:
        """The scripted team works meanwhile: what Jira says is never the same for long."""
        over = threading.Event()
        life = TeamLife(self.jira.world, seed=3)

        def work() -> None:
            while not over.wait(0.2):
                life.step(time.time_ns() // 1_000_000)

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _is_ready(self) -> bool:
        return all(self._answers(port) for port in self.plant.ports)

    def _answers(self, port: int) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def _get(self, path: str, **asked: str) -> Any:
        """One answer of the API, by whichever process is up."""
        for _ in range(100):
            for port in self.plant.ports:
                try:
                    url = f"http://127.0.0.1:{port}/api/v1{path}"
                    answer = requests.get(url, params=asked, headers=self._headers, timeout=30)
                except requests.RequestException:
                    continue
                if answer.status_code == 200:
                    return answer.json()
            time.sleep(0.2)
        raise AssertionError(f"nobody answers {path}")

    def _sync(self) -> dict[str, Any]:
        return dict(self._get("/sync"))

    def _deliveries(self) -> dict[str, str]:
        """Every delivery the service knows, with its state."""
        known: dict[str, str] = {}
        cursor: str | None = ""
        while cursor is not None:
            page = self._get("/deliveries", limit="500", **({"cursor": cursor} if cursor else {}))
            known.update((row["id"], row["state"]) for row in page["items"])
            cursor = page["next"]
        return known

    def _wrong(self) -> list[int]:
        """The ids of issues that the store holds differently, too many or not at all."""
        database = Database(self.database_url)
        has, should = stored(database), truth(self.jira)
        database.close()
        return [
            issue_id for issue_id in has.keys() | should.keys() if has.get(issue_id) != should.get(issue_id)
        ]
