"""A made-up report with something of everything: 2026-W47 of a team in Paris. `report` makes larger ones."""

from dataclasses import replace
from datetime import date

from phasewise.core import digest as facts
from phasewise.core.ab_tests import AbState
from phasewise.core.deliverables import DeliverableState, Slot
from phasewise.core.digest import Digest, ProjectDigest
from phasewise.core.digest_views import totals_of
from phasewise.core.due import DueKind
from phasewise.core.health import CLEAR, Colour, Health, HealthReason
from phasewise.core.model import Group, Phase, Rule, Severity, State
from phasewise.core.returns import ReturnReason
from phasewise.mail.report.links import Links

DAY = 86_400_000
END = 1_795_388_400_000
"""Monday, November 23, 2026, 00:00 in Paris."""

BASE = "https://phasewise.example.com"
LINKS = Links(BASE, f"{BASE}/reports/default/2026-W47", f"{BASE}/account", f"{BASE}/unsubscribe/s3cret")

IVAN = facts.Person("ivan", "Ivan Petrov")
LI_WEI = facts.Person("liwei", "Li Wei")
TOMAS = facts.Person("tomas", "Tomás Ortega")
NAMES = ("Ivan Petrov", "Li Wei", "Tomás Ortega", "Lea Lead")

PLACES = (Phase.RESEARCH, Phase.DATA_EXPLORATION, Phase.MODELING, Phase.DATA_EXPLORATION, Phase.MODELING)
BREACH = Health(Colour.RED, HealthReason.BREACH_OPEN, {"rule": "five_days", "count": 1, "days": 3.2})
NEAR = Health(Colour.AMBER, HealthReason.WARNING, {"rule": "one_active", "count": 1})
HEALTHS = (BREACH, NEAR, CLEAR)


def ticket(number: int, summary: str = "Retrain the header detector") -> facts.Ticket:
    key = f"ML-{number}"
    return facts.Ticket(number, key, summary, f"https://jira.example.com/browse/{key}")


def problem(number: int, severity: Severity = Severity.BREACH) -> facts.Problem:
    """A ticket over its days, or near them."""
    return facts.Problem(
        id=f"five_days:{number}:1",
        rule=Rule.FIVE_DAYS,
        severity=severity,
        since=END - 4 * DAY,
        days_open=3.2,
        tickets=(ticket(number),),
        person=IVAN,
        age_days=8.2 if severity is Severity.BREACH else 4.2,
        limit=5.0,
    )


def ribbon(number: int) -> tuple[facts.Span, ...]:
    """Five phases in turn, one of them a return; each project's end elsewhere."""
    starts = [END - (120 - 20 * n - number % 7) * DAY for n in range(5)]
    ends = [*starts[1:], None]
    return tuple(
        facts.Span(phase, start, end, n == 3)
        for n, (phase, start, end) in enumerate(zip(PLACES, starts, ends, strict=True))
    )


def project(number: int) -> ProjectDigest:
    """The first is off track, the second at risk, the third on track, and so on."""
    health = HEALTHS[min(number, 2)]
    move = facts.PhaseMove(Phase.MODELING, END - 3 * DAY, False, Phase.DATA_EXPLORATION)
    back = facts.PhaseMove(
        Phase.DATA_EXPLORATION, END - 5 * DAY, True, Phase.MODELING, ReturnReason.DATA_WRONG
    )
    return ProjectDigest(
        id=100 + number,
        key=f"ML-{100 + number}",
        summary=f"Churn propensity {number}",
        url=f"https://jira.example.com/browse/ML-{100 + number}",
        state=State.ACTIVE,
        phases_now=(Phase.MODELING,),
        people=(facts.OnIt(IVAN, 3.5, (ticket(number),)),),
        spent_weeks=12.6,
        planned_weeks=14.0 if number % 2 else None,
        plan=spent(number) if number % 2 else None,
        loops=1,
        health=health,
        ribbon=ribbon(number),
        phase_moves=(back, move) if number == 0 else (),
        finished=(facts.TaskDone(ticket(300 + number), Phase.MODELING, END - DAY, LI_WEI, 3.5),),
        started=(facts.TaskStarted(ticket(600 + number), Phase.MODELING, END - DAY, TOMAS),),
        problems=(problem(number),) if number == 0 else (),
    )


def spent(number: int) -> facts.PlanSpent:
    """Every other plan is over what was planned."""
    over = 1.2 if number % 4 == 1 else -2.0
    phases = (
        facts.PhaseSpent(Phase.DATA_EXPLORATION, 4.0, 3.5, -0.5, 0.0, True),
        facts.PhaseSpent(Phase.MODELING, 10.0, 8.0, -2.0, 2.0, False),
        facts.PhaseSpent(Phase.AB_TESTING, None, 0.0, None, 0.0, True),
    )
    return facts.PlanSpent(1, 14.0, 14.0 + over, over, 2.0, phases)


TESTS = (
    facts.AbTestTold(
        ticket(100, "Churn"), "Shorter form", AbState.RUNNING, None, date(2026, 12, 4), "Shop", 50.0
    ),
    facts.AbTestTold(ticket(100, "Churn"), "Larger font", AbState.RUNNING, None, date(2026, 11, 20)),
    facts.AbTestTold(ticket(101, "Churn 1"), "Sums first", AbState.RUNNING),
    facts.AbTestTold(ticket(101, "Churn 1"), "Old words", AbState.ENDED, None, date(2026, 11, 18)),
    facts.AbTestTold(ticket(101, "Churn 1"), "New words", AbState.CANCELLED),
)
DELIVERED = tuple(
    facts.Delivered(ticket(100, "Churn"), slot, state, END - DAY)
    for state in (DeliverableState.PRESENTED, DeliverableState.ACCEPTED, DeliverableState.REWORK)
    for slot in (Slot.PROTOTYPE, Slot.EVALUATION_REPORT)
)
DUE = (
    facts.Asked(DueKind.REVIEW, ticket(100, "Churn"), date(2026, 11, 20), 3, slot=Slot.MERGE),
    *(facts.Asked(kind, ticket(101, "Churn 1"), date(2026, 11, 25), 0, "AUC below 0.7") for kind in DueKind),
)


def people() -> tuple[facts.PersonDigest, ...]:
    held = facts.InHand(ticket(0), ticket(100), Phase.MODELING, END - 12 * DAY, 8.2)
    other = facts.InHand(ticket(9, "Backfill the edge table"), None, Phase.MODELING, END - 6 * DAY, 4.0)
    both = facts.Problem(
        id="one_active:liwei:1",
        rule=Rule.ONE_ACTIVE,
        severity=Severity.BREACH,
        since=END - 3 * DAY,
        days_open=1.5,
        tickets=(ticket(0), ticket(9)),
        person=LI_WEI,
    )
    none = facts.Problem("nothing_active:tomas:1", Rule.NOTHING_ACTIVE, Severity.WARNING, END - DAY, 1.0)
    return (
        facts.PersonDigest(IVAN, 5.0, active=(held,), waiting={Group.WATCHING: 1}),
        facts.PersonDigest(LI_WEI, 4.0, active=(held, other), problems=(both,), over_limit=True),
        facts.PersonDigest(TOMAS, 0.0, away_days=1.0, problems=(replace(none, person=TOMAS),)),
    )


def report(projects: int = 3) -> Digest:
    made = tuple(project(number) for number in range(projects))
    all_people = people()
    waiver = facts.WaiverGiven(
        finding_id="five_days:0:1",
        rule=Rule.FIVE_DAYS,
        person=IVAN,
        reason="labels on Friday",
        until=END + 5 * DAY,
        by="Lea Lead",
        at=END,
        ticket=ticket(0),
    )
    problems = [one for person in all_people for one in person.problems]
    week = facts.WeekShare("2026-W47", END - 7 * DAY, END, 0.941, 30.0, 2.0)
    return Digest(
        team="default",
        week="2026-W47",
        start=END - 7 * DAY,
        end=END,
        instant=END,
        since=END - 7 * DAY,
        zone="Europe/Paris",
        ribbon_start=END - 182 * DAY,
        freshness=facts.Freshness(END - 120_000, END),
        remark=facts.Remark("A good week.\nFinance joins on Tuesday.", "Lea Lead", END),
        totals=totals_of(made, problems, [one.person.id for one in all_people]),
        compliance=facts.Compliance(week, (), 0.912),
        projects=made,
        people=all_people,
        waivers=(waiver,),
        tests=TESTS,
        delivered=DELIVERED,
        due=DUE,
        decisions=(facts.Decision("policy.changed", "default", "Lea Lead", END - 2 * DAY),),
        unknown=facts.Unknown(
            incomplete=2,
            unreadable=1,
            without_phase=3,
            without_project=4,
            unmapped_statuses=("In QA",),
            unmapped_options=("Ops",),
            no_access=("ML-77",),
            silent=(facts.Silent(ticket(200, "Credit-limit uplift"), END - 20 * DAY),),
        ),
    )


def empty() -> Digest:
    """A team of which nothing is known: no project, no person, no week before."""
    return Digest(
        team="default",
        week="2026-W47",
        start=END - 7 * DAY,
        end=END,
        instant=END,
        since=END - 7 * DAY,
        zone="Europe/Paris",
        ribbon_start=END - 182 * DAY,
        compliance=facts.Compliance(facts.WeekShare("2026-W47", END - 7 * DAY, END, None, None, None)),
    )
