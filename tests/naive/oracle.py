"""What the API has to answer, by the naive reading: raw Jira issues and settings in, JSON out.

`Oracle(site, settings)` has one method per route; `differences(expected, actual)` compares. Instants in
arguments are milliseconds; the envelope of a list holds only `items` and `as_of`.
"""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.naive import breaches, hints, projects, rosters, weeks
from tests.naive.comparison import differences
from tests.naive.facts import is_incomplete
from tests.naive.law import Seen, Stretch, seen
from tests.naive.raw import Json, Settings, Site, keys, world_of
from tests.naive.worktime import Days

__all__ = ["Oracle", "Settings", "Site", "differences"]

Answer = dict[str, Any]
PRIVATE = ("nothing_active", "watching_over_cap", "paused_over_cap", "flip_flop")
DAY_MS = 86_400_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Oracle:
    """One Jira site and how it is read."""

    def __init__(self, site: Site, settings: Settings) -> None:
        self.site, self.settings = site, settings
        self.world = world_of(site, settings)
        self.days = Days(self.world.policy)
        self.raw: dict[int, Json] = {int(issue["id"]): issue for issue in site.issues}
        self.incomplete = {one.id for one in self.world.tickets if is_incomplete(one)}
        self.views: dict[int, Seen] = {}
        self.old: dict[tuple[int, int], list[breaches.Found]] = {}

    def at(self, as_of: int) -> Seen:
        if as_of not in self.views:
            self.views[as_of] = seen(self.world, as_of, self.days)
        return self.views[as_of]

    def five_days(self, task: int, view: Seen) -> list[breaches.Found]:
        """Kept, because every project is asked about all tasks."""
        asked = view.as_of, task
        if asked not in self.old:
            self.old[asked] = breaches.five_days(task, view)
        return self.old[asked]

    # ------------------------------------------------------------------ routes

    def projects(self, as_of: int) -> Answer:
        view = self.at(as_of)
        items = [self._project(one.id, view) for one in view.projects() if view.now(one.id)]
        return {"items": items, "as_of": stamp(as_of)}

    def project(self, key: str, as_of: int) -> Answer | None:
        """None where the route answers 404."""
        view, number = self.at(as_of), self._issue(key)
        if number not in {one.id for one in view.projects() if view.lives[one.id]}:
            return None
        shown = self._project(number, view)
        shown["visits"] = [_visit(one) for one in projects.figures(number, view).visits]
        shown["tasks"] = self.tasks(as_of, project=str(number))["items"]
        return shown | {"plan": None, "deliverables": []}

    def tasks(self, as_of: int, **filters: str) -> Answer:
        """All tasks, or those whose `project`, `person`, `phase` and `status_group` are the given ones."""
        view = self.at(as_of)
        items = [self._task(one.id, view) for one in view.tasks() if view.now(one.id)]
        if "person" in filters:
            filters["assignee"] = filters.pop("person")
        chosen = [item for item in items if all(item[name] == value for name, value in filters.items())]
        return {"items": chosen, "as_of": stamp(as_of)}

    def task(self, key: str, as_of: int) -> Answer | None:
        view, number = self.at(as_of), self._issue(key)
        if number not in {one.id for one in view.tasks() if view.lives[one.id]}:
            return None
        return self._task(number, view) | {"intervals": [_interval(one) for one in view.lives[number]]}

    def people(self, as_of: int) -> Answer:
        items = [self._hands(one) for one in rosters.people(self.at(as_of))]
        return {"items": items, "as_of": stamp(as_of)}

    def findings(self, as_of: int) -> Answer:
        items = [
            _finding(one) | {"visible_from": stamp(self.seen_by_all(one))}
            for one in hints.findings(self.at(as_of))
        ]
        return {"items": items, "as_of": stamp(as_of)}

    def seen_by_all(self, one: breaches.Found) -> int | None:
        """A hint about how somebody works is theirs alone for a working day."""
        if one.rule not in PRIVATE:
            return one.start
        return self.days.exceeded([(one.start, one.start + 60 * DAY_MS)], Fraction(1))

    def compliance(self, as_of: int, count: int) -> Answer:
        """Each week as it was seen at its end; the running one as it is seen now."""
        items: list[Answer] = []
        at = as_of - 1
        for _ in range(count):
            week = weeks.week_of(at, self.days)
            active, over = weeks.shares(week, self.at(min(week.end, as_of)))
            items.insert(0, _week(week, active, over))
            at = week.start - 1
        return {"items": items, "as_of": stamp(as_of)}

    def board(self, as_of: int) -> list[Answer]:
        """The lanes that hold cards, that of the unassigned among them."""
        view = self.at(as_of)
        lanes: dict[str | None, list[Answer]] = {}
        for card in rosters.cards(view):
            lanes.setdefault(card.person, []).append(self._card(card, view))
        return [{"person": person, "cards": found} for person, found in lanes.items()]

    # ------------------------------------------------------------------ entries

    def _issue(self, key: str) -> int:
        """The issue of a key, of a former key or of an id; 0, which is nobody's, where there is none."""
        return int(key) if key.isdigit() else keys(self.site).get(key, 0)

    def _names(self, issue: int) -> Answer:
        raw = self.raw[issue]
        return {"id": str(issue), "key": raw["key"], "summary": raw["fields"].get("summary")}

    def _key(self, issue: int) -> str:
        return str(self.raw[issue]["key"])

    def _project(self, project: int, view: Seen) -> Answer:
        numbers = projects.figures(project, view)
        epic = view.now(project) or view.lives[project][-1]
        weeks = numbers.effort / len(self.settings.weekdays)
        return self._names(project) | {
            "url": f"{self.settings.browse_url}/browse/{self._key(project)}",
            "state": numbers.state,
            "phases_now": list(numbers.phases_now),
            "last_phase": numbers.last_phase,
            "idle_since": stamp(numbers.idle_since),
            "owner": epic.person,
            "people": sorted(numbers.people),
            "loops": numbers.loops,
            "effort_days": rounded(numbers.effort),
            "touched_days": rounded(numbers.touched),
            "elapsed_days": rounded(numbers.elapsed),
            "planned_weeks": None,
            "spent_weeks": rounded(weeks),
            "findings_open": self._open_findings(project, view),
            "by_phase": {phase: _phase(one) for phase, one in numbers.by_phase.items()},
        }

    def _open_findings(self, project: int, view: Seen) -> int:
        tasks = [task.id for task in view.tasks()]
        found = [one for task in tasks for one in self.five_days(task, view)]
        return sum(one.end is None and one.project == project for one in found)

    def _task(self, task: int, view: Seen) -> Answer:
        now = view.now(task) or view.lives[task][-1]
        return self._names(task) | {
            "project": text(now.project),
            "phase": now.phase,
            "status_group": now.group,
            "assignee": now.person,
            "age_days": rounded(breaches.age(task, view)),
            "history_incomplete": task in self.incomplete,
        }

    def _hands(self, one: rosters.Hands) -> Answer:
        return {
            "id": one.person,
            "active": sorted(self._key(task) for task in one.active),
            "watching": sorted(self._key(task) for task in one.watching),
            "paused": sorted(self._key(task) for task in one.paused),
            "done_last_7_days": len(one.done),
            "over_limit": one.over_limit,
        }

    def _card(self, card: rosters.Card, view: Seen) -> Answer:
        running = [one for one in self.five_days(card.task, view) if one.end is None]
        return {
            "key": self._key(card.task),
            "phase": (view.now(card.task) or view.lives[card.task][-1]).phase,
            "status_group": card.group,
            "age_days": rounded(breaches.age(card.task, view)),
            "warning": any(one.severity == "warning" for one in running),
            "breach": any(one.severity == "breach" for one in running),
            "flagged": card.flagged,
        }


def stamp(at: int | None) -> str | None:
    """RFC 3339 in UTC with milliseconds."""
    if at is None:
        return None
    moment = EPOCH + timedelta(milliseconds=at)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def rounded(days: Fraction) -> float:
    return round(float(days), 3)


def text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _phase(one: projects.PhaseTime) -> Answer:
    return {
        "tasks": one.tasks,
        "tasks_done": one.tasks_done,
        "visits": one.visits,
        "effort_days": rounded(one.effort),
        "touched_days": rounded(one.touched),
    }


def _visit(one: projects.VisitTime) -> Answer:
    return {
        "phase": one.visit.phase,
        "start": stamp(one.visit.start),
        "end": stamp(one.visit.end),
        "is_return": one.visit.is_return,
        "effort_days": rounded(one.effort),
        "touched_days": rounded(one.touched),
        "elapsed_days": rounded(one.elapsed),
    }


def _interval(one: Stretch) -> Answer:
    return {
        "start": stamp(one.start),
        "end": stamp(one.end),
        "status_id": one.status,
        "status_group": one.group,
        "phase": one.phase,
        "assignee": one.person,
        "project": text(one.project),
        "flagged": one.flagged,
    }


def _week(week: weeks.Week, active: Fraction, over: Fraction) -> Answer:
    return {
        "label": week.label,
        "start": stamp(week.start),
        "end": stamp(week.end),
        "compliance": rounded(1 - over / active) if active else None,
        "active_person_days": rounded(active),
        "over_person_days": rounded(over),
    }


def _finding(one: breaches.Found) -> Answer:
    """`person` only where a person is the subject: whose a task's finding is, is left to the product."""
    subject = {} if one.person is None else {"person": one.person}
    return subject | {
        "id": one.id,
        "rule": one.rule,
        "severity": one.severity,
        "state": "open" if one.end is None else "closed",
        "project": text(one.project),
        "task": text(one.task),
        "issues": [str(issue) for issue in one.issues],
        "started_last": text(one.started_last),
        "start": stamp(one.start),
        "breach_at": stamp(one.breach_at),
        "end": stamp(one.end),
        "evidence": sorted(f"{issue}:{start}" for issue, start in one.evidence),
    }
