"""The hash of what a report was computed from, so that it can be told whether history changed since.

Called by freeze_report.
"""

from dataclasses import replace
from hashlib import sha256
from typing import Any

import orjson

from phasewise.core.digest import Digest, Freshness, Unknown, to_json
from phasewise.core.model import Finding
from phasewise.usecases.as_of.hands import Hand
from phasewise.usecases.as_of.tasks import seen
from phasewise.usecases.reports.ground import Ground
from phasewise.usecases.reports.happened import visits_shown


def inputs_hash(ground: Ground, digest: Digest) -> str:
    """SHA-256, hex, of the policies in force, the exact time of the projects, the findings with their
    evidence, who has what in hand, the active pieces, and all that is said of it: as known at the instant.

    What is as fresh as the moment of making is no input, so that the same history gives the same hash.
    """
    at = ground.at
    rulebook = at.policies.rulebook
    inputs = {
        "asked": [digest.team, digest.week, digest.since, digest.instant],
        "policies": {
            team.name: rulebook.for_project(team.name).at(at.as_of).number for team in rulebook.teams
        },
        "projects": {str(project): _project(ground, project) for project in ground.projects},
        "findings": sorted(_finding(one) for one in ground.scene.findings),
        "hands": [_hand(hand) for hand in ground.scene.hands],
        "pieces": [
            [one.task, one.stretch[0], seen(one.stretch[1], at.as_of), one.phase, one.project]
            for one in ground.pieces
        ],
        "said": to_json(replace(digest, freshness=Freshness(), unknown=Unknown())),
    }
    return sha256(orjson.dumps(inputs, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _project(ground: Ground, project: int) -> list[Any]:
    figures, at = ground.figures[project], ground.at.of_project(project)
    exact = [str(one.at(at.as_of, at.calendar)) for one in (figures.effort, figures.touched, figures.elapsed)]
    visits = [
        [one.phase, one.start, seen(one.end, at.as_of), one.is_return]
        for one in (figures.visit for figures in visits_shown(ground, project))
    ]
    return [figures.state, figures.loops, *exact, visits]


def _finding(finding: Finding) -> list[Any]:
    evidence = [[one.issue, one.start, one.end or 0] for one in finding.evidence]
    subject = [finding.person or "", finding.task or 0, finding.project or 0]
    return [finding.rule, finding.start, *subject, finding.severity, finding.breach_at or 0, evidence]


def _hand(hand: Hand) -> list[Any]:
    tasks = sorted([held.task.id, sorted(held.groups), held.flagged] for held in hand.tasks)
    return [hand.person, hand.active_count, tasks]
