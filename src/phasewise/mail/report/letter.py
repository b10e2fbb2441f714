"""A report in words: all that the templates print. Called by form, pdf and chat, with a language."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from phasewise.core.health import Colour
from phasewise.i18n.languages import tag_of
from phasewise.i18n.speaking import language
from phasewise.mail.report import people, rows
from phasewise.mail.report.attention import attention, counts_line
from phasewise.mail.report.changes import changes, changes_href
from phasewise.mail.report.closing import closing
from phasewise.mail.report.findings import short
from phasewise.mail.report.names import COLOURS
from phasewise.mail.report.reader import Audience, Occasion, Reader
from phasewise.mail.report.records import counted, records
from phasewise.mail.report.speech import _, ngettext, percent
from phasewise.mail.report.values import Figure, Letter, Linked

REMARK_LONGEST = 4_000


def letter_of(reader: Reader) -> Letter:
    """The whole report for this reader. It has at most as many lines as the reader has room for."""
    digest = reader.digest
    is_short = reader.audience is Audience.EXECUTIVE
    return Letter(
        lang=tag_of(language()),
        subject=subject_of(reader),
        title=title_of(reader),
        preview=counts_line(reader),
        date_line=_date_line(reader),
        freshness=_freshness(reader),
        warning=_warning(reader),
        remark=digest.remark.text[:REMARK_LONGEST].strip() if digest.remark else "",
        remark_by=digest.remark.by if digest.remark and reader.is_team else "",
        figures=_figures(reader),
        totals=_totals(reader),
        attention=attention(reader),
        changes=() if is_short else (*changes(reader), *records(reader)),
        axis_title=_("Phases over time"),
        axis=rows.axis(reader),
        rows=rows.rows(reader),
        rows_title=_("The worst projects") if is_short else _("Projects"),
        heads=(_("Project"), _("Phases over time"), _("Health")),
        rows_more=rows.rows_more(reader),
        people_title=_("Who is on what"),
        people=people.people(reader) if reader.is_team else (),
        people_more=people.people_more(reader) if reader.is_team else None,
        closing=closing(reader),
        button=Linked(_("Open the full report"), reader.links.report),
        footer=_footer(reader),
    )


def title_of(reader: Reader) -> str:
    year, _dash, week = reader.digest.week.partition("-W")
    team = short(reader.digest.team, 80)
    if team == "default":
        return _("ML projects, week %(week)s of %(year)s", week=week.lstrip("0"), year=year)
    return _("%(team)s, week %(week)s of %(year)s", team=team, week=week.lstrip("0"), year=year)


def subject_of(reader: Reader) -> str:
    """What the list of mails shows: the week, and how it stands."""
    said = _("%(title)s: %(counts)s", title=title_of(reader), counts=counts_line(reader))
    if reader.occasion is Occasion.LATE:
        return _("Late: %(subject)s", subject=said)
    return _("Test: %(subject)s", subject=said) if reader.occasion is Occasion.TEST else said


def _date_line(reader: Reader) -> str:
    digest, totals = reader.digest, reader.digest.totals
    # A week is the team's: elsewhere it would begin on a Sunday evening.
    of_team = replace(reader.dates, zone=ZoneInfo(digest.zone))
    span = of_team.span(digest.start, min(digest.instant, digest.end) - 1)
    counted = [ngettext("%(num)s project", "%(num)s projects", totals.projects)]
    if reader.is_team:
        counted.append(ngettext("%(num)s person", "%(num)s people", totals.people))
    return " · ".join([span, *counted])


def _freshness(reader: Reader) -> str:
    at = reader.digest.freshness.read_up_to
    if at is None:
        return _("Jira was never read completely.")
    zone = reader.dates.zone.key
    return _("Jira was read up to %(moment)s (%(zone)s).", moment=reader.dates.moment(at), zone=zone)


def _warning(reader: Reader) -> str:
    freshness, unknown = reader.digest.freshness, reader.digest.unknown
    if reader.occasion is Occasion.LATE:
        return _("This report comes late: it could not be sent when it was due.")
    if reader.digest.is_running:
        return _("The week is not over yet: these numbers still change.")
    if freshness.read_up_to is None or unknown.never_synced:
        return _("Jira was never read completely, so this report is not whole.")
    if freshness.is_stale or unknown.is_stale:
        return _("Jira was not read lately, so what came last may be missing.")
    return ""


# ------------------------------------------------------------------ the figures


def _figures(reader: Reader) -> tuple[Figure, ...]:
    totals = reader.digest.totals
    breaches = str(totals.breaches)
    label = ngettext("Rule not kept", "Rules not kept", totals.breaches)
    return (
        *(_coloured(colour, reader) for colour in Colour),
        Figure(breaches, label, "", reader.rules(severity="breach")),
    )


def _coloured(colour: Colour, reader: Reader) -> Figure:
    count = reader.digest.totals.by_colour.get(colour, 0)
    tone = COLOURS[colour][1] if count else ""
    return Figure(str(count), _(COLOURS[colour][2]), tone, reader.to(""))


def _totals(reader: Reader) -> tuple[Linked, ...]:
    totals, href = reader.digest.totals, changes_href(reader)
    happened = (
        ngettext("%(num)s phase entered", "%(num)s phases entered", totals.moves),
        ngettext("%(num)s return", "%(num)s returns", totals.returns),
        ngettext("%(num)s ticket finished", "%(num)s tickets finished", totals.finished),
        ngettext("%(num)s ticket started", "%(num)s tickets started", totals.started),
    )
    told = (Linked(text, href) for text in happened)
    return (*told, *counted(reader), *_compliance(reader))


def _compliance(reader: Reader) -> tuple[Linked, ...]:
    shown = reader.digest.compliance
    if shown.week.kept is None:
        return ()
    text = _("One active ticket each in %(share)s of the time", share=percent(shown.week.kept))
    if shown.usual is not None:
        text = _(
            "One active ticket each in %(share)s of the time (%(usual)s before)",
            share=percent(shown.week.kept),
            usual=percent(shown.usual),
        )
    return (Linked(text, reader.rules()),)


def _footer(reader: Reader) -> tuple[Linked, ...]:
    links = reader.links
    why = _("You get this report of the week because somebody put you on its list. Jira is only read.")
    listed = [Linked(why)]
    if links.preferences is not None:
        listed.append(Linked(_("Change how you get it"), links.preferences))
    if links.unsubscribe is not None:
        listed.append(Linked(_("Stop this mail"), links.unsubscribe))
    return tuple(listed)
