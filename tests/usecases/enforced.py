"""A site on which the rules are enforced: real HTTP, both rules, and a clock that goes on by waiting."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from tests.usecases.effecting import Office, office

from phasewise.core.model import Limits, Phase, Policy, Rule, Strength, Strengths
from phasewise.sandbox import catalogue
from phasewise.sandbox.model import Comment
from phasewise.store.db import Database
from phasewise.store.ladder import Step, step_of
from phasewise.store.work_tables import ladder
from phasewise.usecases.enforce import EnforceReport, enforce
from phasewise.worker.synchronise import synchronise

DAY = 86_400_000
MINUTE = 60_000


@dataclass
class Floor(Office):
    """An office whose rules are enforced; `ada` works there."""

    ada: str = ""

    def strengths(self, **more: Any) -> None:
        """Set the policy: `one_active="act"` and so on, and what else a policy has."""
        rules = {Rule(name): Strength(more.pop(name)) for name in list(more) if name in list(Rule)}
        phases: Mapping[Phase, Mapping[Rule, Strength]] = more.pop("phases", {})
        limits = Limits(grace_minutes=more.pop("grace_minutes", 15.0))
        policy = Policy(limits=limits, strengths=Strengths(rules, phases), **more)
        self.desk.deps = replace(self.deps, policy=policy)

    def look(self, minutes: float = 0.0) -> EnforceReport:
        """Time goes by, Jira is read, and the rules are enforced; what follows is done."""
        self.wait(minutes * 60)
        synchronise(self.deps, census=True)
        self.wait(1)
        report = enforce(self.deps)
        self.do_until_over()
        return report

    def enforce(self) -> EnforceReport:
        return enforce(self.deps)

    def settle(self, minutes: float = 0.0) -> None:
        """The same until nothing follows any more: a move is heard of, and spoken of."""
        self.look(minutes)
        self.look()
        self.look()

    def ticket(self, person: str | None = None, status: str = catalogue.TODO, **more: Any) -> int:
        issue = self.desk.world.create_issue(
            self.desk.now,
            person or self.ada,
            space="ML",
            type_id=catalogue.TASK,
            summary="Try it",
            fields={"assignee": person or self.ada, **more.pop("fields", {})},
            **more,
        )
        if status != catalogue.TODO:
            self.move(issue, status, person)
        return issue

    def move(self, issue: int, status: str, person: str | None = None) -> None:
        self.wait(1)
        self.desk.world.edit(self.desk.now, person or self.ada, issue, {"status": status})

    def start(self, issue: int, person: str | None = None) -> None:
        self.move(issue, catalogue.IN_PROGRESS, person)

    def status(self, issue: int) -> str:
        return self.desk.world.issues[issue].status

    def steps(self) -> list[Step]:
        """What the ladder remembers of findings that it does something about."""
        with self.deps.database.read() as connection:
            rows = connection.execute(select(ladder).order_by(ladder.c.taken_at))
            return [step for step in map(step_of, rows) if step.issue_id is not None]

    def step(self) -> Step:
        (only,) = self.steps()
        return only

    def answer(self, issue: int, text: str, person: str | None = None) -> Comment:
        """Somebody writes a comment."""
        self.wait(1)
        body: Any = text
        if self.desk.world.cloud:
            content = [{"type": "text", "text": text}]
            body = {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": content}]}
        return self.desk.world.comment(self.desk.now, person or self.ada, issue, body)

    def text(self, comment: Comment) -> str:
        return str(comment.body)


@contextmanager
def floor(database: Database, deployment: Any = "cloud", **policy: Any) -> Iterator[Floor]:
    """The site after its first synchronisation, the rules enforced by this policy from then on."""
    with office(database, deployment) as found:
        at = Floor(found.desk, found.task)
        at.ada = at.desk.world.add_user("Ada Lovelace")
        at.strengths(**policy)
        at.look()
        yield at
