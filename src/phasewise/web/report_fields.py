"""The fields of the forms about who reads the weekly report, as they were filled in. Called by the pages."""

from collections.abc import Iterable, Mapping

from phasewise.core.rulebook import DEFAULT_TEAM
from phasewise.i18n.languages import LANGUAGES
from phasewise.i18n.speaking import _, marked
from phasewise.store.report_recipients import Recipient
from phasewise.usecases.reports.choices import Choices
from phasewise.usecases.reports.recipient_fields import time_text
from phasewise.web.policy_values import Choice, Input

AUDIENCES = {
    "team": (marked("Team"), marked("everything, people by name")),
    "stakeholder": (marked("Stakeholder"), marked("projects, nobody named")),
    "executive": (marked("Executive"), marked("one screen")),
}
"""What each is called, and what it reads."""
FORMATS = {"html": marked("with pictures"), "text": marked("text alone")}
MORE_PROJECTS = 500
"""Projects to choose from, at most: a longer list is no help."""

Problems = Mapping[str, str]


def team_label(team: str) -> str:
    """What a team is called where several are listed."""
    return _("Default team") if team == DEFAULT_TEAM else team


def audience_name(audience: str) -> str:
    return _(AUDIENCES[audience][0])


def choices_of(named: Iterable[tuple[str, str]], chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, label, value == chosen) for value, label in named)


def team_input(choices: Choices, chosen: str, problems: Problems) -> Input:
    named = [(team, team_label(team)) for team in choices.teams]
    return _input("team", _("Team"), problems, choices=choices_of(named, chosen))


def project_input(choices: Choices, team: str, chosen: str, problems: Problems) -> Input:
    """All projects of the team, or one of them."""
    named = [(str(one.id), f"{one.key} {one.summary}"[:90]) for one in choices.projects if one.team == team]
    picked = choices_of([("", _("All projects of the team")), *named[:MORE_PROJECTS]], chosen)
    return _input("project", _("About"), problems, choices=picked)


def recipient_inputs(
    choices: Choices, team: str, form: Mapping[str, str], problems: Problems
) -> tuple[Input, ...]:
    """Whom it goes to, and what they read."""
    value = form.get
    audiences = [(key, f"{_(name)}: {_(what)}") for key, (name, what) in AUDIENCES.items()]
    return (
        _input("address", _("E-mail address"), problems, value("address", ""), kind="email"),
        _input("name", _("Name"), problems, value("name", ""), hint=_("It may be left out.")),
        _input(
            "audience",
            _("Reads as"),
            problems,
            choices=choices_of(audiences, value("audience", "team")),
        ),
        project_input(choices, team, value("project", ""), problems),
    )


def preference_inputs(form: Mapping[str, str], team_zone: str, problems: Problems) -> tuple[Input, ...]:
    """How they want it."""
    value = form.get
    forms = [(key, _(name).capitalize()) for key, name in FORMATS.items()]
    return (
        language_input(value("language", "en"), problems),
        _input("format", _("Form"), problems, choices=choices_of(forms, value("format", "html"))),
        _input(
            "zone",
            _("Time zone"),
            problems,
            value("zone", ""),
            kind="zone",
            hint=_("It comes at the team's hour there. Empty: %(zone)s.", zone=team_zone),
        ),
        _input("quiet_from", _("Quiet from"), problems, value("quiet_from", ""), kind="time"),
        _input(
            "quiet_to",
            _("Quiet until"),
            problems,
            value("quiet_to", ""),
            kind="time",
            hint=_("Nothing comes in these hours of their day. Empty: any time will do."),
        ),
    )


def language_input(chosen: str, problems: Problems) -> Input:
    return _input("language", _("Language"), problems, choices=choices_of(LANGUAGES.items(), chosen))


def filled_in(recipient: Recipient) -> dict[str, str]:
    """The form of somebody who is there already."""
    return {
        "address": recipient.address,
        "name": recipient.name,
        "audience": recipient.audience,
        "project": "" if recipient.project_id is None else str(recipient.project_id),
        "language": recipient.language,
        "format": recipient.format,
        "zone": recipient.zone or "",
        "quiet_from": time_text(recipient.quiet_from),
        "quiet_to": time_text(recipient.quiet_to),
    }


def _input(
    key: str,
    label: str,
    problems: Problems,
    value: str = "",
    *,
    kind: str = "text",
    hint: str = "",
    choices: tuple[Choice, ...] = (),
) -> Input:
    return Input(key, label, value, hint, kind=kind, choices=choices, problem=problems.get(key, ""))
