"""What of the portfolio is one team's: rows, people, findings and limits. Called by show_portfolio."""

from collections.abc import Iterable
from dataclasses import replace

from phasewise.core.model import Finding, Limits
from phasewise.usecases.as_of.scene import Scene
from phasewise.usecases.moment import Moment
from phasewise.usecases.portfolio import ProjectFacts, Trouble

Found = list[tuple[Finding, Trouble]]


def rows_of_team(at: Moment, rows: Iterable[ProjectFacts], team: str | None) -> tuple[ProjectFacts, ...]:
    """The projects that are the team's; None: all."""
    return tuple(row for row in rows if team is None or at.policies.team_of(row.epic.id) == team)


def seen_by_team(scene: Scene, found: Found, team: str | None) -> tuple[Found, Scene]:
    """The findings that are the team's, and the people who are in it, with all that they have in hand. What
    is nobody's is no team's; None: everything."""
    if team is None:
        return found, scene
    at, book = scene.at, scene.at.policies.rulebook
    hands = (hand for hand in scene.hands if hand.person is not None)
    ours = tuple(hand for hand in hands if book.team_of(hand.person or "", at.as_of) == team)
    done = frozenset(project for project in scene.done if at.policies.team_of(project) == team)
    kept = [(one, told) for one, told in found if at.policies.team_of_finding(one) == team]
    return kept, replace(scene, hands=ours, done=done)


def limits_at(at: Moment, team: str | None) -> tuple[Limits, ...]:
    """The limits that count at the instant, each once: the team's, or those of all teams."""
    if team is not None:
        return (at.limits,)
    book = at.policies.rulebook
    return tuple(dict.fromkeys(book.for_project(one.name).limits_at(at.as_of) for one in book.teams))
