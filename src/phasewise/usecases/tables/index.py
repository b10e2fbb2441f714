"""THE list of tables: what a row of each is, and where its rows come from. Called by export_table."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from phasewise.core.model import Phase
from phasewise.core.plan import PLANNED
from phasewise.usecases.moment import Moment
from phasewise.usecases.record_views import PhasePlanned
from phasewise.usecases.report_views import ReportListed
from phasewise.usecases.tables import of_records, of_rules, of_service, of_work
from phasewise.usecases.views import (
    DeliveryShown,
    EffectShown,
    EntryShown,
    FindingShown,
    LadderListed,
    PersonShown,
    PhaseNumbers,
    ProjectListed,
    TaskListed,
    WaiverListed,
    WeekCompliance,
)


@dataclass(frozen=True, slots=True)
class Table:
    """`by_phase` is what its rows have of which phases, where they have that."""

    model: type[BaseModel]
    rows: Callable[[Moment], Iterator[BaseModel]]
    by_phase: tuple[tuple[Phase, ...], type[BaseModel]] = ((), BaseModel)

    @property
    def columns(self) -> list[str]:
        """The fields of its rows, with those of every phase beside each other."""
        phases, numbers = self.by_phase
        own = [name for name in self.model.model_fields if name != "by_phase"]
        return [*own, *(f"{phase}_{name}" for phase in phases for name in numbers.model_fields)]


TABLES: Mapping[str, Table] = {
    "projects": Table(ProjectListed, of_work.projects, (tuple(Phase), PhaseNumbers)),
    "tasks": Table(TaskListed, of_work.tasks),
    "intervals": Table(of_work.IntervalExported, of_work.intervals),
    "visits": Table(of_work.VisitExported, of_work.visits),
    "finished": Table(of_work.Finished, of_work.finished),
    "occupancy": Table(of_work.PhaseWeek, of_work.occupancy),
    "findings": Table(FindingShown, of_rules.findings),
    "untidy": Table(of_rules.UntidyExported, of_rules.untidy),
    "compliance": Table(WeekCompliance, of_rules.compliance),
    "waivers": Table(WaiverListed, of_rules.waivers),
    "ladder": Table(LadderListed, of_rules.ladder),
    "people": Table(PersonShown, of_work.people),
    "capacity": Table(of_work.PersonWeek, of_work.capacity),
    "board": Table(of_work.CardExported, of_work.board),
    "plans": Table(of_records.PlanExported, of_records.plans, (PLANNED, PhasePlanned)),
    "deliverables": Table(of_records.DeliverableExported, of_records.deliverables),
    "decisions": Table(of_records.DecisionExported, of_records.decisions),
    "criteria": Table(of_records.CriterionExported, of_records.criteria),
    "tests": Table(of_records.AbTestExported, of_records.tests),
    "results": Table(of_records.ResultExported, of_records.results),
    "due": Table(of_records.DueExported, of_records.due),
    "lacking": Table(of_records.LackingExported, of_records.lacking),
    "reviews": Table(of_service.ReviewExported, of_service.reviews),
    "reports": Table(ReportListed, of_service.reports),
    "deliveries": Table(DeliveryShown, of_service.deliveries),
    "effects": Table(EffectShown, of_service.effects),
    "audit-log": Table(EntryShown, of_service.audit_log),
}
