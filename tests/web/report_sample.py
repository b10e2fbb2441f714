"""A made-up weekly report with every kind of row in it, for tests of its page. For tests, never for users."""

from dataclasses import replace

from phasewise.core.digest import (
    Compliance,
    Decision,
    Digest,
    Freshness,
    InHand,
    OnIt,
    Override,
    Person,
    PersonDigest,
    PhaseMove,
    PlanSpent,
    Problem,
    ProjectDigest,
    Remark,
    Silent,
    Span,
    TaskDone,
    TaskStarted,
    Ticket,
    Totals,
    Unknown,
    WaiverGiven,
    WeekShare,
)
from phasewise.core.health import Colour, Health, HealthReason
from phasewise.core.model import Group, Phase, Rule, Severity, State
from phasewise.core.returns import ReturnReason

DAY = 86_400_000
WEEK = 7 * DAY
END = 1_773_615_600_000
"""The end of 2026-W11 in Paris: Monday 16 March 2026, 00:00."""

IVAN, SOFIA, LI = Person("ivan", "Ivan Petrov"), Person("sofia", "Sofia Marino"), Person("li", "Li Wei")


def ticket(number: int, summary: str = "A ticket") -> Ticket:
    return Ticket(10_000 + number, f"MLP-{number}", summary, f"https://jira.example.com/browse/MLP-{number}")


OCR_TASK = ticket(412, "Retrain header detector on skewed scans")
OLD = Problem(
    id=f"five_days:10412:{END - 9 * DAY}",
    rule=Rule.FIVE_DAYS,
    severity=Severity.BREACH,
    since=END - 4 * DAY,
    days_open=2.4,
    tickets=(OCR_TASK,),
    person=IVAN,
    breach_at=END - 4 * DAY,
    age_days=7.4,
    limit=5.0,
    is_new=True,
)
TWO = Problem(
    id=f"one_active:li:{END - 2 * DAY}",
    rule=Rule.ONE_ACTIVE,
    severity=Severity.BREACH,
    since=END - 2 * DAY,
    days_open=0.5,
    tickets=(ticket(428, "Fix late-arriving rows"), ticket(436, "Join weather features")),
    person=LI,
    limit=1,
)


def spans(script: str, end: int = END) -> tuple[Span, ...]:
    """`R3 D2 M4`: phases in turn with their weeks, the last one lasting."""
    letters = dict(zip("RDMPAS", Phase, strict=False))
    parts = [(letters[part[0]], int(part[1:])) for part in script.split()]
    at, made = end - sum(weeks for _, weeks in parts) * WEEK, list[Span]()
    for n, (phase, weeks) in enumerate(parts):
        is_return = any(list(Phase).index(one.phase) > list(Phase).index(phase) for one in made)
        made.append(Span(phase, at, None if n == len(parts) - 1 else at + weeks * WEEK, is_return))
        at += weeks * WEEK
    return tuple(made)


def project(number: int, summary: str, script: str, **more: object) -> ProjectDigest:
    ribbon = spans(script)
    made = ProjectDigest(
        id=20_000 + number,
        key=f"MLP-{number}",
        summary=summary,
        url=ticket(number).url,
        state=State.ACTIVE,
        phases_now=(ribbon[-1].phase,),
        ribbon=ribbon,
        spent_weeks=6.2,
        week_days=3.5,
        tasks=9,
        tasks_done=4,
    )
    return replace(made, **more)  # type: ignore[arg-type]


OCR = project(
    112,
    "Invoice OCR and field extraction",
    "R2 D3 M5 P4 A2 M3 P5",
    spent_weeks=21.4,
    planned_weeks=16.0,
    plan=PlanSpent(1, 16.0, 18.2, 2.2, 0.0),
    loops=1,
    findings_open=1,
    owner=IVAN,
    people=(OnIt(IVAN, 4.5, (OCR_TASK,)),),
    health=Health(Colour.RED, HealthReason.BREACH_OPEN, {"rule": "five_days", "count": 1, "days": 2.4}),
    remark=Remark("The vendor's scans are worse than agreed. We asked for new ones.", "ada@example.com", END),
    problems=(OLD,),
    phase_moves=(
        PhaseMove(Phase.MODELING, END - 6 * DAY, True, Phase.AB_TESTING, ReturnReason.DATA_WRONG),
        PhaseMove(Phase.PRODUCTIZATION, END - 3 * DAY, False, Phase.MODELING),
    ),
    finished=(TaskDone(ticket(405, "Add rotation augmentation"), Phase.MODELING, END - 5 * DAY, IVAN, 3.1),),
)
DEMAND = project(
    108,
    "Demand forecast, fresh goods",
    "R3 D3 M4 P5 A3",
    people=(OnIt(LI, 5.0, TWO.tickets),),
    health=Health(Colour.AMBER, HealthReason.BREACH, {"rule": "one_active", "count": 1, "days": 0.5}),
    override=Override(Colour.GREEN, "Li hands MLP-428 over on Monday", "ada@example.com", END),
    problems=(TWO,),
    started=(TaskStarted(ticket(436, "Join weather features"), Phase.AB_TESTING, END - 2 * DAY, LI),),
)
IDLE = project(
    124,
    "Speech-to-text, call centre",
    "R2 D3",
    state=State.IDLE,
    phases_now=(),
    last_phase=Phase.DATA_EXPLORATION,
    idle_since=END - 12 * DAY,
    week_days=0.0,
)


def shares() -> Compliance:
    def week(n: int, kept: float | None) -> WeekShare:
        start = END - n * WEEK
        return WeekShare(f"2026-W{12 - n:02}", start, start + WEEK, kept, 21.5, 0.6)

    kept = (0.97, 0.95, 1.0, 0.92, 0.96, 0.99, 0.98, 0.94)
    before = tuple(week(9 - n, share) for n, share in enumerate(kept))
    return Compliance(week(1, 0.89), before, 0.964)


def digest(**more: object) -> Digest:
    """The whole of it, as people of the team see it."""
    made = Digest(
        team="default",
        week="2026-W11",
        start=END - WEEK,
        end=END,
        instant=END,
        since=END - WEEK,
        zone="Europe/Paris",
        ribbon_start=END - 26 * WEEK,
        freshness=Freshness(END - 60_000, END - 30_000),
        remark=Remark("A hard week for OCR.\nThe rest goes as planned.", "ada@example.com", END),
        totals=Totals(
            projects=3,
            people=3,
            breaches=2,
            warnings=0,
            finished=1,
            started=1,
            moves=2,
            returns=1,
            by_colour={Colour.RED: 1, Colour.AMBER: 0, Colour.GREEN: 2},
        ),
        compliance=shares(),
        projects=(OCR, DEMAND, IDLE),
        people=(
            PersonDigest(IVAN, 4.5, active=(hand(OCR_TASK, OCR, Phase.PRODUCTIZATION, 7.4),)),
            PersonDigest(
                LI,
                5.0,
                active=tuple(hand(one, DEMAND, Phase.AB_TESTING, 2.8) for one in TWO.tickets),
                waiting={Group.WATCHING: 1, Group.PAUSED: 0},
                over_limit=True,
                problems=(TWO,),
            ),
            PersonDigest(SOFIA, 0.0, away_days=2.0),
        ),
        waivers=(
            WaiverGiven(
                OLD.id, OLD.rule, IVAN, "Waiting for the vendor", END + 5 * DAY, "ada", END - DAY, OCR_TASK
            ),
        ),
        decisions=(Decision("policy.changed", "default", "ada@example.com", END - DAY, {"version": 2}),),
        unknown=Unknown(
            incomplete=2,
            without_phase=3,
            unmapped_statuses=("Parked",),
            silent=(Silent(ticket(124, "Speech-to-text, call centre"), END - 20 * DAY),),
            is_stale=True,
        ),
        done=4,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def hand(named: Ticket, of: ProjectDigest, phase: Phase, age: float) -> InHand:
    return InHand(named, Ticket(of.id, of.key, of.summary, of.url), phase, END - 4 * DAY, age)
