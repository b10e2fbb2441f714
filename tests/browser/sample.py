"""A made-up portfolio: twelve projects, eight people, every kind of row. For page tests, never for users."""

from dataclasses import replace
from datetime import UTC, datetime

from phasewise.core.health import Spending
from phasewise.core.model import Group, Limits, Phase, Rule, Severity, State
from phasewise.usecases.portfolio import (
    CardFacts,
    Flow,
    Gaps,
    LaneFacts,
    Member,
    Person,
    PhaseNow,
    Portfolio,
    ProjectFacts,
    Stay,
    SyncFacts,
    Ticket,
    Trouble,
)

JIRA = "https://jira.example.com"
DAY = 86_400_000
NOW = round(datetime(2026, 11, 19, 9, 40, tzinfo=UTC).timestamp() * 1000)
LETTERS = {
    "R": Phase.RESEARCH,
    "D": Phase.DATA_EXPLORATION,
    "M": Phase.MODELING,
    "P": Phase.PRODUCTIZATION,
    "A": Phase.AB_TESTING,
    "S": Phase.RESULTS_ANALYSIS,
}
NAMES = {
    "ivan": "Ivan Petrov",
    "sofia": "Sofia Marino",
    "li": "Li Wei",
    "tomas": "Tomás Ortega",
    "priya": "Priya Raman",
    "haruto": "Haruto Sato",
    "amelie": "Amélie Laurent",
    "noah": "Noah Becker",
}


def person(name: str) -> Person:
    return Person(f"id-{name}", NAMES[name])


def ticket(number: int, summary: str = "A ticket") -> Ticket:
    return Ticket(10_000 + number, f"MLP-{number}", summary, f"{JIRA}/browse/MLP-{number}")


def stays(script: str, *, lasts: bool, until: int) -> tuple[Stay, ...]:
    """`R10 D15 M30`: phases in turn with their days, up to `until`; the last one still lasts, or not."""
    parts = [(LETTERS[part[0]], float(part[1:])) for part in script.split()]
    at = until - sum(length for _, length in parts) * DAY
    made: list[Stay] = []
    for n, (phase, length) in enumerate(parts):
        end = at + length * DAY
        back = any(list(Phase).index(before.phase) > list(Phase).index(phase) for before in made)
        still = lasts and n == len(parts) - 1
        made.append(Stay(phase, round(at), None if still else round(end), back, length * 5 / 7))
        at = end
    return tuple(made)


def project(
    number: int,
    summary: str,
    script: str,
    weeks: float,
    members: tuple[Member, ...] = (),
    troubles: tuple[Trouble, ...] = (),
    state: State = State.ACTIVE,
) -> ProjectFacts:
    shown = stays(script, lasts=state is State.ACTIVE, until=NOW - (0 if state is State.ACTIVE else 9) * DAY)
    last = shown[-1] if shown else None
    active = state is State.ACTIVE
    group = {State.ACTIVE: Group.ACTIVE, State.WATCHING: Group.WATCHING, State.PAUSED: Group.PAUSED}.get(
        state
    )
    return ProjectFacts(
        epic=ticket(number, summary),
        state=state,
        state_since=last.end if last and state is State.DONE else None,
        phases_now=(PhaseNow(last.phase, last.elapsed_days),) if last and active else (),
        last_phase=last.phase if last and not active else None,
        idle_since=last.end if last and not active else None,
        idle_days=0.0 if last is None or last.end is None else (NOW - last.end) / DAY * 5 / 7,
        loops=sum(stay.is_return for stay in shown),
        effort_weeks=weeks,
        elapsed_weeks=sum(stay.elapsed_days for stay in shown) / 5,
        tickets={group: max(1, sum(len(member.active) for member in members))} if group else {},
        members=members,
        troubles=troubles,
        stays=shown,
    )


def too_long(number: int, age: float, severity: Severity = Severity.BREACH) -> Trouble:
    over = round((age - 5) * 7 / 5 * DAY)
    return Trouble(
        Rule.FIVE_DAYS, severity, NOW - over, (ticket(number),), breach_at=NOW - over, age_days=age
    )


def member(name: str, *active: int) -> Member:
    return Member(person(name), tuple(ticket(number) for number in active))


def hint(rule: Rule, number: int, days_ago: float) -> Trouble:
    return Trouble(rule, Severity.HINT, round(NOW - days_ago * DAY), (ticket(number),))


TWO_ACTIVE = Trouble(
    Rule.ONE_ACTIVE,
    Severity.BREACH,
    NOW - 2 * DAY,
    (ticket(428), ticket(436)),
    person("li"),
    started_last=ticket(436),
)
NOTHING = Trouble(Rule.NOTHING_ACTIVE, Severity.HINT, NOW - 2 * DAY, (), person("tomas"))
OCR, GRAPH = too_long(412, 8.0), too_long(398, 7.1)
ROUTING = too_long(421, 4.6, Severity.WARNING)

PROJECTS = (
    project(
        112,
        "Invoice OCR and field extraction",
        "R14 D17 M32 P25 A12 M18 P20 A9 P30",
        21.4,
        (member("ivan", 412),),
        (OCR, hint(Rule.NO_PHASE, 451, 3), hint(Rule.ESTIMATE_TOO_LONG, 452, 6)),
    ),
    project(
        115,
        "Fraud graph features",
        "R6 D14 M30 D10 M28",
        14.2,
        (member("sofia", 398),),
        (GRAPH, hint(Rule.NO_ASSIGNEE, 455, 1)),
    ),
    project(
        119,
        "Support ticket routing",
        "R8 D8 M13 P16 A7 P11 A13",
        12.6,
        (member("priya", 421), member("tomas")),
        (ROUTING,),
    ),
    project(
        108,
        "Demand forecast, fresh goods",
        "R16 D16 M27 P33 A10 M14 P15 A18",
        18.8,
        (member("li", 428, 436),),
        (TWO_ACTIVE,),
    ),
    project(
        124, "Speech-to-text, call centre", "R7 D20 R6 D9 M19", 9.6, (member("tomas"),), state=State.IDLE
    ),
    project(121, "Dynamic pricing guardrails", "R16 D9 M12 P16", 8.4, (member("haruto"),)),
    project(101, "Churn propensity v3", "R12 D14 M26 P28 M8 P19 A16 S24", 17.2, (member("noah", 433),)),
    project(
        117, "Search re-ranker", "R6 D7 M15 P24 A10 P10 A9 S12", 14.8, (member("haruto", 425), member("noah"))
    ),
    project(
        122, "Predictive maintenance, line 4", "R9 D14 M18 P21", 10.0, (member("amelie"),), state=State.PAUSED
    ),
    project(126, "Credit-limit uplift", "R10 D11 M18", 6.2, (member("amelie", 430),)),
    project(127, "Product image dedup", "R4 D6 M8 P10", 4.4, (member("priya"),), state=State.WATCHING),
    project(130, "Next-best-offer bandit", "", 0.0, state=State.NOT_STARTED),
)
DONE = (
    project(95, "Basket recommendations", "R10 D14 M30 P20 A21 S12", 19.5, state=State.DONE),
    project(97, "Returns triage", "R8 D10 M25 P20 A14 S10", 15.1, state=State.DONE),
)


def card(
    number: int,
    summary: str,
    phase: str,
    project_number: int,
    age: float | None = None,
    group: Group = Group.ACTIVE,
) -> CardFacts:
    epic = next(facts.epic for facts in PROJECTS if facts.epic.key == f"MLP-{project_number}")
    return CardFacts(ticket(number, summary), epic, LETTERS[phase], group, age)


def over(facts: CardFacts, severity: Severity) -> CardFacts:
    return CardFacts(
        facts.ticket, facts.project, facts.phase, facts.group, facts.age_days, severity, facts.flagged
    )


def todo(number: int, summary: str, phase: str) -> CardFacts:
    return card(number, summary, phase, 112, group=Group.TODO)


def done(number: int, summary: str, phase: str) -> CardFacts:
    return card(number, summary, phase, 112, group=Group.DONE)


def parked(number: int, summary: str, phase: str, group: Group = Group.WATCHING) -> CardFacts:
    return card(number, summary, phase, 112, group=group)


LANES = (
    LaneFacts(
        person("ivan"),
        (over(card(412, "Retrain header detector on skewed scans", "P", 112, 8.0), Severity.BREACH),),
        (todo(439, "Label 400 low-contrast invoices", "P"), todo(440, "Compare two table parsers", "P")),
        (),
        (done(405, "Add rotation augmentation", "P"),),
    ),
    LaneFacts(
        person("sofia"),
        (over(card(398, "Backfill edge table for 2024 and 2025", "M", 115, 7.1), Severity.BREACH),),
        (todo(441, "Profile merchant identifiers", "M"),),
        (parked(391, "Deduplicate card tokens", "M"),),
        (),
    ),
    LaneFacts(
        person("li"),
        (
            card(436, "Join weather features at store level", "A", 108, 2.8),
            card(428, "Fix late-arriving point-of-sale rows", "A", 108, 3.9),
        ),
        (todo(442, "Backtest public holidays", "A"),),
        (),
        (done(417, "Promotion calendar feed", "A"), done(419, "Store clustering", "A")),
        troubles=(TWO_ACTIVE,),
    ),
    LaneFacts(
        person("tomas"),
        (),
        (todo(438, "Collect 20 h of call recordings", "M"), todo(443, "Reward definition workshop", "D")),
        (parked(410, "Intent taxonomy v2", "A", Group.PAUSED),),
        (done(402, "Consent wording with Legal", "M"),),
        todo_more=4,
        troubles=(NOTHING,),
    ),
    LaneFacts(
        person("priya"),
        (over(card(421, "Error analysis on long e-mails", "A", 119, 4.6), Severity.WARNING),),
        (todo(444, "Perceptual-hash baseline", "P"),),
        (),
        (done(415, "Calibrate abstain threshold", "A"),),
    ),
    LaneFacts(
        person("haruto"),
        (card(425, "Shadow traffic for re-ranker v2", "S", 117, 3.7),),
        (todo(445, "Price-floor unit tests", "P"),),
        (parked(418, "Latency budget report", "S"),),
        (done(407, "Export model to ONNX", "S"),),
    ),
    LaneFacts(
        person("amelie"),
        (card(430, "Define the cost matrix with Finance", "M", 126, 1.6),),
        (todo(446, "Bandit success criteria", "D"), todo(447, "Sensor drift review", "P")),
        (),
        (done(420, "Uplift literature note", "M"), done(422, "Kick-off minutes", "D")),
    ),
    LaneFacts(
        person("noah"),
        (card(433, "Canary release with 5 % of traffic", "S", 101, 0.7),),
        (todo(448, "Roll-back runbook", "S"),),
        (parked(427, "Feature-store TTL alerts", "S"),),
        (done(423, "Model card v3", "S"), done(424, "Drift monitor", "S")),
    ),
    LaneFacts(None, (), (todo(460, "Pick an annotation tool", "D"),), (), (), todo_more=6),
)


def portfolio(**changes: object) -> Portfolio:
    facts: dict[str, object] = {
        "as_of": NOW,
        "now": NOW,
        "zone": "Europe/Paris",
        "weeks": 26,
        "limits": Limits(),
        "projects": PROJECTS,
        "done": len(DONE),
        "lanes": LANES,
        "troubles": (OCR, GRAPH, TWO_ACTIVE, ROUTING, NOTHING),
        "breaches_today": 1,
        "flow": Flow(
            (6, 8, 7, 9, 5, 7, 10, 8, 9, 7, 8, 9),
            (5.1, 5.4, 4.9, 4.6, 5.8, 5.0, 4.4, 4.7, 4.9, 4.3, 4.5, 4.6),
        ),
        "sync": SyncFacts(synced_at=NOW - 125_000),
        "gaps": Gaps(incomplete=3, without_phase=2, unmapped_statuses=("In Review (external)",)),
        "jira_url": JIRA,
    }
    return Portfolio(**(facts | changes))  # type: ignore[arg-type]


CASES = {
    "portfolio": portfolio(done_projects=DONE),
    "stale": portfolio(sync=SyncFacts(synced_at=NOW - 50 * 60_000, is_stale=True)),
    "broken": portfolio(
        sync=SyncFacts(
            synced_at=NOW - 3 * DAY,
            error="Jira answered 401: the token is not accepted.",
            error_at=NOW - 60_000,
            is_stale=True,
        )
    ),
    "loading": portfolio(
        projects=(),
        done=0,
        lanes=(),
        troubles=(),
        sync=SyncFacts(None, backfill_done=300, backfill_total=1200),
    ),
    "over_plan": portfolio(projects=(replace(PROJECTS[0], spending=Spending(22.5, 15.5, 20.0)),)),
    "empty": portfolio(projects=(), done=0, lanes=(), troubles=()),
}
