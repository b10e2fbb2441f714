"""What ends a letter: waivers, decisions, and what we do not know. Called by letter."""

from collections.abc import Iterator, Mapping

from phasewise.core.digest import Decision, WaiverGiven
from phasewise.core.digest_views import decisions_of, told_once
from phasewise.i18n.speaking import marked
from phasewise.mail.report.findings import short
from phasewise.mail.report.names import rule_name
from phasewise.mail.report.reader import Audience, Reader
from phasewise.mail.report.speech import _, and_more, ngettext
from phasewise.mail.report.values import Linked, Point, Section

SILENT = 5

DECISIONS: Mapping[str, str] = {
    "policy.changed": marked("The rules of the team were changed"),
    "plan.presented": marked("Plan presented"),
    "plan.accepted": marked("Plan accepted"),
    "deliverable.reviewed": marked("Deliverable reviewed"),
    "decision.go": marked("Decided to go on"),
    "decision.pivot": marked("Decided to change course"),
    "decision.stop": marked("Decided to stop"),
    "decision.withdrawn": marked("A decision was withdrawn"),
    "ab_test.running": marked("A/B test started"),
    "ab_test.ended": marked("A/B test ended"),
    "ab_test.cancelled": marked("A/B test called off"),
    "result.complete": marked("Results analysed"),
    "review.help": marked("Help was agreed"),
    "review.split": marked("To be split"),
    "review.waive": marked("May go on"),
    "review.pivot": marked("Change of course"),
    "review.stop": marked("To be stopped"),
    "review.nothing": marked("Looked at, left as it is"),
}
"""What is told of the audit log; what is merely saved or typed is no decision."""


def closing(reader: Reader) -> tuple[Section, ...]:
    """Waivers are the team's own; what is not known is told to everybody."""
    unknown = Section(
        _("What we do not know"),
        tuple(Point(one.text, mark="–", href=one.href) for one in unknowns(reader)),
        nothing=_("All of it was read, and all of it counts."),
    )
    if reader.audience is Audience.EXECUTIVE:
        return (unknown,)
    sections = (
        _section(_("Waivers"), [_waiver(one, reader) for one in reader.digest.waivers], reader),
        _section(_("Decisions"), _decisions(reader), reader),
    )
    return (*(section for section in sections if section.points), unknown)


def _section(title: str, points: list[Point], reader: Reader) -> Section:
    rest = len(points) - reader.room.changes
    more = None
    if rest > 0:
        more = Linked(ngettext("%(num)s more entry", "%(num)s more entries", rest), reader.links.report)
    return Section(title, tuple(points[: reader.room.changes]), more)


def _waiver(one: WaiverGiven, reader: Reader) -> Point:
    about = one.ticket.key if one.ticket else short(one.person.name or _("Somebody"), 60)
    return Point(
        text=f"{rule_name(one.rule, is_team=True)}: {short(one.reason)}",
        lead=about,
        href=reader.to(f"rules/{one.finding_id}"),
        note=_("until %(day)s", day=reader.dates.day(one.until)),
    )


def _decisions(reader: Reader) -> list[Point]:
    told = [one for one in decisions_of(reader.digest) if one.action in DECISIONS]
    return [_decision(one, times, reader) for one, times in told_once(told)]


def _decision(one: Decision, times: int, reader: Reader) -> Point:
    often = f"{times} ×" if times > 1 else ""
    return Point(
        text=_(DECISIONS[one.action]),
        lead=short(one.project.summary, 80) if one.project else "",
        href=reader.to(f"projects/{one.project.key}") if one.project else reader.to("policy"),
        note=" · ".join(part for part in (often, short(one.by, 60), reader.dates.day(one.at)) if part),
    )


# ------------------------------------------------------------------ what we do not know


def unknowns(reader: Reader) -> Iterator[Linked]:
    """Each gap in one line, with the list of what it is about."""
    gaps = reader.digest.unknown
    if gaps.never_synced:
        yield Linked(_("Jira was never read completely"))
    elif gaps.is_stale:
        yield Linked(_("Jira was not read lately: what came since is missing"))
    yield from _counted(reader)
    if gaps.unmapped_statuses:
        names = and_more([short(one, 40) for one in gaps.unmapped_statuses])
        yield Linked(_("Statuses that are not mapped: %(names)s", names=names))
    if gaps.unmapped_options:
        names = and_more([short(one, 40) for one in gaps.unmapped_options])
        yield Linked(_("Phases that are not mapped: %(names)s", names=names))
    if gaps.no_access:
        names = and_more([short(one, 40) for one in gaps.no_access])
        yield Linked(_("Jira does not show us: %(names)s", names=names))
    yield from _silent(reader)


def _counted(reader: Reader) -> Iterator[Linked]:
    gaps = reader.digest.unknown
    if gaps.incomplete:
        yield Linked(
            ngettext(
                "%(num)s ticket without its whole history",
                "%(num)s tickets without their whole history",
                gaps.incomplete,
            )
        )
    if gaps.unreadable:
        yield Linked(
            ngettext(
                "%(num)s ticket that could not be read",
                "%(num)s tickets that could not be read",
                gaps.unreadable,
            )
        )
    if gaps.without_phase:
        said = ngettext(
            "%(num)s ticket without a phase", "%(num)s tickets without a phase", gaps.without_phase
        )
        yield Linked(said, reader.rules(rule="no_phase"))
    if gaps.without_project:
        said = ngettext(
            "%(num)s ticket without a project", "%(num)s tickets without a project", gaps.without_project
        )
        yield Linked(said, reader.rules(rule="no_project"))


def _silent(reader: Reader) -> Iterator[Linked]:
    for one in reader.digest.unknown.silent[:SILENT]:
        said = _(
            "Nothing heard of %(name)s since %(day)s",
            name=short(one.ticket.summary, 80),
            day=reader.dates.day(one.since),
        )
        yield Linked(said, reader.to(f"projects/{one.ticket.key}"))
    rest = len(reader.digest.unknown.silent) - SILENT
    if rest > 0:
        yield Linked(
            ngettext("%(num)s more project was silent", "%(num)s more projects were silent", rest),
            reader.to(""),
        )
