"""The projects of a report as rows with their ribbons, and the months above them. Called by letter."""

from collections.abc import Iterator
from datetime import date, datetime

from phasewise.core.digest import ProjectDigest
from phasewise.core.model import PHASE_RANK, Instant, Phase, State
from phasewise.mail.message import Image
from phasewise.mail.report.findings import short, why
from phasewise.mail.report.names import COLOURS, phase_name, state_name
from phasewise.mail.report.pictures import phases_in_turn, ribbon_png
from phasewise.mail.report.reader import Reader
from phasewise.mail.report.speech import _, ngettext, number, weeks
from phasewise.mail.report.values import Linked, Row, Tick

REMARK_LONGEST = 400
LONGEST_PATH = 8
"""Phases named in turn: where there were more, the last ones."""

MONTHS_OF_A_FULL_AXIS = 7
NARROWEST_TICK = 7.0
"""Percent of the axis that the name of a month needs."""


def rows(reader: Reader) -> tuple[Row, ...]:
    return tuple(_row(project, reader) for project in reader.digest.projects[: reader.room.projects])


def rows_more(reader: Reader) -> Linked | None:
    """How many projects there are beyond those."""
    rest = len(reader.digest.projects) - reader.room.projects
    if rest <= 0:
        return None
    said = ngettext(
        "%(num)s more project is in the full list", "%(num)s more projects are in the full list", rest
    )
    return Linked(said, reader.to("") or reader.links.report)


def _row(project: ProjectDigest, reader: Reader) -> Row:
    mark, tone, word = COLOURS[project.colour]
    phase = _shown_phase(project)
    return Row(
        name=short(project.summary, 120),
        href=reader.to(f"projects/{project.key}"),
        phase=_phase(project),
        phase_number=PHASE_RANK[phase] if phase else 0,
        weeks=_weeks(project, reader),
        note=_note(project, reader),
        mark=mark,
        tone=tone,
        health=_(word),
        why=why(project, is_team=reader.is_team),
        path=path_in_words(project),
        remark=short(project.remark.text, REMARK_LONGEST) if project.remark else "",
        ribbon=_ribbon(project, reader),
    )


def _shown_phase(project: ProjectDigest) -> Phase | None:
    return project.phases_now[-1] if project.phases_now else project.last_phase


def _phase(project: ProjectDigest) -> str:
    if project.phases_now:
        return " + ".join(phase_name(phase) for phase in project.phases_now)
    return phase_name(project.last_phase) if project.last_phase else _("No phase yet")


def _weeks(project: ProjectDigest, reader: Reader) -> Linked:
    """All effort, and of it what the plan is about beside what was planned."""
    href = reader.to(f"projects/{project.key}/why", figure="effort")
    in_all, plan = weeks(project.spent_weeks), project.plan
    if plan is None:
        return Linked(in_all, href)
    spent, planned = number(plan.spent_weeks), number(plan.planned_weeks)
    said = _("%(weeks)s, plan: %(spent)s / %(planned)s", weeks=in_all, spent=spent, planned=planned)
    return Linked(said, href)


def _note(project: ProjectDigest, reader: Reader) -> str:
    """What is to be known beside the phase: that it rests and since when, how often it went back."""
    parts = []
    if project.state is State.IDLE and project.idle_since is not None:
        parts.append(_("idle since %(day)s", day=reader.dates.day(project.idle_since)))
    elif project.state is not State.ACTIVE:
        parts.append(state_name(project.state))
    if project.loops:
        parts.append(ngettext("%(num)s return", "%(num)s returns", project.loops))
    return " · ".join(parts)


def _ribbon(project: ProjectDigest, reader: Reader) -> Image | None:
    if not project.ribbon:
        return None
    digest = reader.digest
    drawn = ribbon_png(project.ribbon, digest.ribbon_start, digest.instant)
    return Image(f"ribbon-{project.id}@phasewise", path_in_words(project), drawn)


def path_in_words(project: ProjectDigest) -> str:
    """What the ribbon shows: `Research → Modeling → Data Exploration (return)`."""
    turns = phases_in_turn(project.ribbon)
    named = [
        _("%(phase)s (return)", phase=phase_name(phase)) if is_return else phase_name(phase)
        for phase, is_return in turns[-LONGEST_PATH:]
    ]
    return ("… → " if len(turns) > LONGEST_PATH else "") + " → ".join(named)


# ------------------------------------------------------------------ the axis


def axis(reader: Reader) -> tuple[Tick, ...]:
    """Stretches of the axis, each under the month that begins it; together 100 percent."""
    start, end = reader.digest.ribbon_start, reader.digest.instant
    ticks = [tick for tick in _months(reader, start, end) if start <= tick[0] < end]
    found: list[Tick] = []
    at, label = start, ""
    for next_at, next_label in [*ticks, (end, "")]:
        width = (next_at - at) / (end - start) * 100
        if width > 0:
            found.append(Tick(label if width >= NARROWEST_TICK else "", round(width, 1)))
        at, label = next_at, next_label
    return tuple(found)


def _months(reader: Reader, start: Instant, end: Instant) -> Iterator[tuple[Instant, str]]:
    """The starts of months, or where they are many of quarters or years, in the team's zone."""
    first, last = reader.dates.local(start).date(), reader.dates.local(end).date()
    months = (last.year - first.year) * 12 + last.month - first.month
    step = next((one for one in (1, 3, 12) if months <= one * MONTHS_OF_A_FULL_AXIS), 12)
    for count in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        if count % step == 0:
            day = date(count // 12, count % 12 + 1, 1)
            at = datetime(day.year, day.month, day.day, tzinfo=reader.dates.zone)
            instant = round(at.timestamp() * 1000)
            yield instant, str(day.year) if step == 12 else reader.dates.month(instant)
