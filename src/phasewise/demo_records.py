"""What the leads of the demo have recorded: plans, deliverables, A/B tests, results. Called by demo.

All of it follows from what the team did, so that it is the same for the same history.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from phasewise.core.deliverables import Check, Slot
from phasewise.core.model import PHASE_RANK, PHASES, Instant, Phase, State
from phasewise.core.plan import PLANNED
from phasewise.core.rights import Asker, Role
from phasewise.usecases.deps import Deps
from phasewise.usecases.paging import Paging
from phasewise.usecases.record_views import ProjectShown
from phasewise.usecases.records.decide import decide, set_criterion
from phasewise.usecases.records.ground import Ground, ground_of
from phasewise.usecases.records.record_plan import accept_plan, present_plan, record_plan
from phasewise.usecases.records.record_test import check_in, record_result, record_test
from phasewise.usecases.records.save_deliverable import review_deliverable, save_deliverable
from phasewise.usecases.records.show_records import show_records
from phasewise.usecases.show_projects import show_project, show_projects

LEAD = Asker(Role.LEAD, "lead@demo.example")
USUAL = {
    Phase.DATA_EXPLORATION: 2.0,
    Phase.MODELING: 4.0,
    Phase.PRODUCTIZATION: 2.5,
    Phase.AB_TESTING: 1.5,
    Phase.RESULTS_ANALYSIS: 1.0,
}
"""Weeks that a lead of the demo plans for a phase of which nothing is known yet."""

OPTIMISM = (0.8, 1.25, 0.95, 0.65)
"""What was planned of what it took, project by project."""

METRICS = ("AUC above 0.82", "RMSE below 4.1", "Precision above 0.9 at 100 alerts a day", "2 % more clicks")
SLOTS = {
    Phase.DATA_EXPLORATION: (Slot.EDA_NOTEBOOK,),
    Phase.MODELING: (Slot.PROTOTYPE, Slot.EVALUATION_REPORT),
    Phase.PRODUCTIZATION: (Slot.MERGE,),
}
Fields = Mapping[str, str]


def record_some(deps: Deps) -> None:
    """Plans of the projects that are past Research, and what their phases delivered."""
    begun = deps.now()
    # At one instant, so that nothing is missing between two of them.
    deps = replace(deps, asker=LEAD, now=lambda: begun)
    projects = [one.key for one in show_projects(deps, None, Paging(limit=500)).items]
    for n, key in enumerate(projects):
        project = show_project(deps, key, None)
        later = [visit for visit in project.visits if visit.phase is not Phase.RESEARCH]
        if later:
            _plan(deps, project, n, later[0].start)
            _deliver(deps, project)
            _test(deps, project, n)


def _plan(deps: Deps, project: ProjectShown, n: int, at: Instant) -> None:
    """As it was when the project left Research."""
    then = replace(deps, now=lambda: at)
    kept = record_plan(then, project.key, _plan_fields(project, n), 0)
    words = {"audience": "Product and operations", "feedback": "Go on; look at costs after Modeling."}
    accept_plan(then, project.key, present_plan(then, project.key, words, kept.edit).edit)
    set_criterion(
        deps,
        project.key,
        f"{n:012x}",
        {
            "text": f"Not better than the baseline: {METRICS[n % len(METRICS)]}",
            "by": _day(ground_of(deps, project.key), 5 + 9 * n),
        },
        0,
    )


def _plan_fields(project: ProjectShown, n: int) -> Fields:
    fields = {
        "method": "Gradient boosting on daily aggregates; a linear model as the baseline.",
        "data": "Events of the last two years, master data of products.",
        "success_metric": METRICS[n % len(METRICS)],
    }
    week = 5.0
    for phase in PLANNED:
        worked = project.by_phase[phase].effort_days / week
        is_skipped = phase is Phase.AB_TESTING and not worked and n % 3 == 1
        if is_skipped:
            fields[f"{phase.value}_not_needed"] = "Nobody sees it: it runs at night"
            continue
        likely = max(0.5, round(2 * max(worked * OPTIMISM[n % len(OPTIMISM)], USUAL[phase] / 2)) / 2)
        fields |= {
            f"{phase.value}_low": f"{likely * 0.75:.2f}",
            f"{phase.value}_likely": f"{likely:.2f}",
            f"{phase.value}_high": f"{likely * 1.5:.2f}",
        }
    return fields


def _deliver(deps: Deps, project: ProjectShown) -> None:
    """What the phases before the present one delivered."""
    ranks = [PHASE_RANK[phase] for phase in project.phases_now or [project.last_phase or Phase.NONE]]
    for phase, slots in SLOTS.items():
        is_behind = project.state is State.DONE or PHASE_RANK[phase] < max(ranks) or _is_done(project, phase)
        for slot in slots[: None if is_behind else 1]:
            if is_behind or PHASE_RANK[phase] in ranks:
                link = f"https://wiki.demo.example/{project.key}/{slot.value}"
                state = "accepted" if is_behind else "draft"
                kept = save_deliverable(deps, project.key, slot, {"link": link, "state": state}, 0)
                if is_behind:
                    words = {"audience": "The team", "feedback": "Clear and complete.", "verdict": "accepted"}
                    review_deliverable(deps, project.key, slot, words, kept.edit)
        if is_behind and phase is Phase.PRODUCTIZATION:
            save_deliverable(deps, project.key, Slot.CHECKLIST, {check.value: "on" for check in Check}, 0)
            _review_code(deps, project)


def _is_done(project: ProjectShown, phase: Phase) -> bool:
    numbers = project.by_phase[phase]
    return 0 < numbers.tasks == numbers.tasks_done


def _review_code(deps: Deps, project: ProjectShown) -> None:
    people = [person for person, _ in show_records(deps, project.key, None).people]
    others = [person for person in people if person != project.owner][:2]
    if project.owner and len(others) == 2:
        persons = {"author": project.owner, "scientist": others[0], "engineer": others[1]}
        save_deliverable(deps, project.key, Slot.CODE_REVIEW, persons, 0)


def _test(deps: Deps, project: ProjectShown, n: int) -> None:
    """The A/B test of a project that came so far: it runs, or it is over, with what came of it."""
    if not project.by_phase[Phase.AB_TESTING].effort_days:
        return
    ground = ground_of(deps, project.key)
    name, is_over = f"{n:012x}", PHASES[-1] in project.phases_now or project.state is State.DONE
    fields = {
        "title": f"{project.summary}: new against old",
        "state": "ended" if is_over else "running",
        "starts_on": _day(ground, -30 if is_over else -6),
        "ends_on": _day(ground, -12 if is_over else 8),
        "surface": "Start page",
        "traffic": "60",
        "control": "What runs today",
        "reading_rule": "Two-sided, 95 %, after two whole weeks",
        "check_ins": " ".join(_day(ground, day) for day in (-3, 4)),
    }
    if date.fromisoformat(fields["starts_on"]) < ground.begun:
        return
    kept = record_test(deps, project.key, name, fields, 0)
    if not is_over:
        check_in(deps, project.key, name, {"note": "Traffic is split as planned"}, kept.edit)
        return
    verdict = ("won", "flat", "lost")[n % 3]
    result = {
        "test": name,
        "verdict": verdict,
        "state": "complete",
        "effect": {"won": "+2.3 %", "flat": "+0.1 %", "lost": "−1.4 %"}[verdict],
        "interval": "95 %, two-sided",
        "hypothesis": "" if verdict == "won" else "The gain offline came from a leak in the training data.",
    }
    record_result(deps, project.key, name, result, 0)
    if project.state is State.DONE:
        outcome = "shipped" if verdict == "won" else "useful_negative"
        decide(deps, project.key, name, {"choice": "stop", "outcome": outcome, "agreed_by": "Product"}, 0)


def _day(ground: Ground, days: int) -> str:
    """So many days from today."""
    return (ground.today + timedelta(days=days)).isoformat()
