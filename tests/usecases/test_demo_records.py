"""What the leads of the demo record of what their team did, with nothing missing when a visitor comes."""

from dataclasses import replace
from itertools import count

from sqlalchemy import func, select
from tests.usecases.syncing import HOUR, NOW, desk_of

from phasewise.demo_records import record_some
from phasewise.sandbox.team import settle_team
from phasewise.sandbox.world import World
from phasewise.store.db import Database
from phasewise.store.record_tables import project_records
from phasewise.store.tables import findings
from phasewise.usecases.judge import judge


def test_the_demo_begins_with_its_records_whole(sqlite_database: Database) -> None:
    world = World("cloud", clock=lambda: NOW + HOUR, seed=1)
    settle_team(world, seed=1, team_size=4, weeks=20, end_ms=NOW, zone="UTC")
    with desk_of(sqlite_database, world) as desk:
        desk.sync()
        judge(desk.deps)
        clock = count(desk.deps.now())
        ticking = replace(desk.deps, now=lambda: next(clock))
        record_some(ticking)
        judge(ticking)
    missing = findings.c.rule.in_(["project_without_plan", "deliverable_missing"])
    deliverables = project_records.c.noun == "deliverable"
    with sqlite_database.read() as connection:
        assert connection.scalars(select(findings.c.subject).where(missing)).all() == []
        assert connection.scalar(select(func.count()).select_from(project_records).where(deliverables))
