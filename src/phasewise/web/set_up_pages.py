"""The steps of the first set-up, as pages: what each asks for, what Jira says to it. Called by `set_up`."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from phasewise.core.model import PHASES, Group
from phasewise.errors import PhasewiseError
from phasewise.i18n.speaking import _, language, marked
from phasewise.i18n.writing import whole
from phasewise.jira.access import JiraAccess
from phasewise.terms import group_name, phase_name
from phasewise.usecases.find_jira import projects_to_watch
from phasewise.usecases.set_up import answers
from phasewise.usecases.set_up.draft import Draft
from phasewise.usecases.set_up.mapping import FIELD_NAME, OPTIONS, Found, Value
from phasewise.usecases.set_up.members import typed_again
from phasewise.usecases.set_up.teams import COLUMNS, MOST
from phasewise.web.check_words import check_words
from phasewise.web.retold import retold
from phasewise.web.set_up_values import Entry, Line, MeaningRow, Meanings, SetUpPage, Several, StepLink

STEPS = (
    ("jira", marked("Jira")),
    ("account", marked("Account")),
    ("scope", marked("What to follow")),
    ("mapping", marked("Phases and statuses")),
    ("calendar", marked("Calendar and teams")),
    ("webhook", marked("Webhook")),
    ("mail", marked("Mail")),
    ("finish", marked("Begin")),
)
NEEDED = ("jira", "account", "scope")
"""Without these nothing can be read; the others can be left for later."""
MOST_NAMED = 60
"""People that the page of the teams names; any other can be typed."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a step's page is made of: the draft, what was typed and what was wrong with it, and what was found
    out for it: `people` are those that a team can have. `heard`: a delivery of Jira has come."""

    draft: Draft
    typed: Mapping[str, str] = field(default_factory=dict)
    wrong: str = ""
    said: tuple[str, ...] = ()
    found: Found | None = None
    address: str = ""
    hook: tuple[Line, ...] = ()
    people: tuple[str, ...] = ()
    heard: bool = False
    today: date = date(2026, 1, 1)
    has_mapping: bool = False

    def value(self, name: str, setting: str = "", usual: str = "") -> str:
        return self.typed.get(name) or self.draft.get(setting) or usual


@dataclass(frozen=True, slots=True)
class Content:
    """What is one step's own."""

    lead: str
    button: str
    entries: tuple[Entry, ...] = ()
    tables: tuple[Meanings, ...] = ()
    lines: tuple[Line, ...] = ()
    copies: tuple[tuple[str, str], ...] = ()
    more: tuple[tuple[str, str], ...] = ()
    several: Several | None = None


def set_up_page(step: str, seen: Seen) -> SetUpPage:
    """The page of one step."""
    own = CONTENT[step](seen)
    return SetUpPage(
        name=step,
        title=_(dict(STEPS)[step]),
        lead=own.lead,
        steps=tuple(_step(name, label, step, seen.draft) for name, label in STEPS),
        edit=seen.draft.edit,
        button=own.button,
        entries=own.entries,
        several=own.several,
        tables=own.tables,
        lines=(*(Line("ok", _("Done:"), one) for one in seen.said), *own.lines),
        copies=own.copies,
        more=own.more,
        wrong=seen.wrong,
    )


LABELS = {
    "BASE_URL": marked("Address people and Jira reach Phasewise at"),
    "JIRA_EMAIL": marked("E-mail address of the account"),
    "JIRA_SCOPE": marked("JQL"),
    "JIRA_TOKEN": marked("Token"),
    "JIRA_URL": marked("Jira’s address"),
    "SMTP_URL": marked("Mail server"),
}
SETTING = re.compile(rf"PHASEWISE_({'|'.join(LABELS)})\b")


def told(text: str) -> str:
    """What was raised, in the reader's language, by the labels of the form instead of names of settings."""
    return labelled(retold(text))


def labelled(text: str) -> str:
    """The text with the labels of the form instead of names of settings."""
    return SETTING.sub(lambda found: _("“%(name)s”", name=_(LABELS[found[1]])), text)


def may_open(step: str, draft: Draft) -> bool:
    """Whether all that the step needs was done before."""
    before = NEEDED if step not in NEEDED else NEEDED[: NEEDED.index(step)]
    return all(one in draft.passed for one in before)


def next_step(draft: Draft, after: str = "") -> str:
    """The first step behind `after` that was not completed; the last one where all were."""
    names = [name for name, _label in STEPS]
    behind = names[names.index(after) + 1 :] if after else names
    return next((name for name in behind if name not in draft.passed), "finish")


def _step(name: str, label: str, current: str, draft: Draft) -> StepLink:
    href = f"/setup/{name}" if may_open(name, draft) else None
    return StepLink(_(label), href, name == current, name in draft.passed)


# ------------------------------------------------------------------ the steps


def _jira(seen: Seen) -> Content:
    return Content(
        _("Which Jira is it? Paste its address, or that of any page of it. Nothing is changed there."),
        _("Look there"),
        (Entry("address", _("Jira’s address"), "text", seen.value("address", "JIRA_URL")),),
    )


def _account(seen: Seen) -> Content:
    draft = seen.draft
    has_token = bool(draft.get("JIRA_TOKEN"))
    token = Entry(
        "token",
        _("Token"),
        "password",
        hint=_("The one that was kept is used where this is empty.") if has_token else "",
        required=not has_token,
    )
    email = Entry("email", _("E-mail address of the account"), "email", seen.value("email", "JIRA_EMAIL"))
    lead = (
        _("Jira Cloud takes an API token: id.atlassian.com, Security, API tokens.")
        if draft.is_cloud
        else _(
            "Jira Data Center takes a personal access token: your picture, Profile, Personal Access Tokens."
        )
    )
    lines = _permission_lines(draft) if has_token and "account" in draft.passed else ()
    return Content(lead, _("Try it"), (email, token) if draft.is_cloud else (token,), lines=lines)


def _permission_lines(draft: Draft) -> tuple[Line, ...]:
    try:
        found = answers.permissions(draft)
    except PhasewiseError as error:
        return (Line("bad", _("Jira"), told(str(error))),)
    return tuple(_permission_line(one) for one in found)


def _permission_line(one: answers.Permission) -> Line:
    if one.has_it:
        return Line("ok", _("May"), one.about)
    if one.has_it is None:
        return Line("hint", _("Jira does not say"), one.about)
    return Line(
        "bad" if one.is_needed else "hint", _("Missing") if one.is_needed else _("May not"), one.about
    )


def _scope(seen: Seen) -> Content:
    usual = "" if seen.draft.get("JIRA_SCOPE") else _proposed_scope(seen.draft)
    return Content(
        _("Which issues are followed? A JQL that covers the projects of your teams, epics and tasks alike."),
        _("Count them"),
        (
            Entry(
                "scope", _("JQL"), "text", seen.value("scope", "JIRA_SCOPE", usual), _("Like: project = ML")
            ),
        ),
    )


def _proposed_scope(draft: Draft) -> str:
    access = JiraAccess(draft.get("JIRA_URL"), draft.get("JIRA_TOKEN"), draft.get("JIRA_EMAIL") or None)
    try:
        return projects_to_watch(access)
    except PhasewiseError:
        return ""


def _mapping(seen: Seen) -> Content:
    found = seen.found
    if found is None:
        return Content(_("Jira cannot be read at the moment."), _("Try again"))
    entries, more = [], []
    if found.candidates and (found.field is None or len(found.candidates) > 1):
        nothing = ("", _("None of them"))
        chosen = seen.value("field", "JIRA_PHASE_FIELD", found.field or "")
        options = (nothing, *((one, f"{name} ({one})") for one, name in found.candidates))
        entries.append(Entry("field", _("Field that holds the phase"), value=chosen, options=options))
    if found.field is None and found.is_cloud:
        more.append(("make", _("Make the field in Jira")))
    lines = tuple(Line("warn", what, labelled(text)) for what, text in map(check_words, found.warnings))
    return Content(
        _("What Jira’s values are taken for. Change what should differ; by name it is only a proposal."),
        _("That is right"),
        tuple(entries),
        tuple(_tables(found)),
        (*_about_field(found), *lines),
        more=tuple(more),
    )


def _about_field(found: Found) -> tuple[Line, ...]:
    if found.field is not None:
        return (Line("ok", _("Phase field"), found.field),)
    options = ", ".join(OPTIONS)
    if found.is_cloud:
        todo = _(
            "There is none yet. It can be made from here: a select field “%(name)s” for all projects with "
            "the options %(options)s, on the default screens. It takes the permission Administer Jira. "
            "Without it every task counts in no phase.",
            name=FIELD_NAME,
            options=options,
        )
    else:
        todo = _(
            "There is none yet. An administrator of Jira makes it: Administration, Issues, Custom fields, "
            "Add custom field, Select List (single choice), named “%(name)s”, with the options %(options)s; "
            "then puts it on the screens of the projects. Load this page again afterwards.",
            name=FIELD_NAME,
            options=options,
        )
    return (Line("warn", _("Phase field"), todo),)


def _tables(found: Found) -> list[Meanings]:
    phases = (("", _("no phase")), *((phase.value, phase_name(phase)) for phase in PHASES))
    groups = tuple((group.value, group_name(group)) for group in Group)
    tables = []
    if found.options:
        about = _("By name and known synonyms; kept by id.")
        tables.append(Meanings(_("Phases"), about, _rows("option", found.options), phases))
    about = _("By category, never by name. Set apart what only waits: watching, or paused.")
    tables.append(Meanings(_("Statuses"), about, _rows("status", found.statuses), groups))
    return tables


def _rows(kind: str, values: tuple[Value, ...]) -> tuple[MeaningRow, ...]:
    names = Counter(one.name for one in values)
    return tuple(
        MeaningRow(
            one.name if names[one.name] == 1 else f"{one.name} ({one.id})",
            f"{kind}-{one.id}",
            "–" if one.count is None else whole(one.count, language()),
            one.means,
        )
        for one in values
    )


def _calendar(seen: Seen) -> Content:
    zone, country = seen.value("zone", "TIMEZONE", "UTC"), seen.value("country", "COUNTRY")
    lines: tuple[Line, ...] = ()
    if "calendar" in seen.draft.passed and country:
        days = answers.holidays(answers.calendar_rules(zone, country), seen.today)
        lines = (Line("ok", _("Next public holidays"), ", ".join(day.isoformat() for day in days)),)
    return Content(
        _("When your teams work: Monday to Friday, but for public holidays. The policy page can say more."),
        _("Keep it"),
        (
            Entry("zone", _("Time zone"), value=zone, hint=_("Like Europe/Paris")),
            Entry(
                "country",
                _("Country, for its public holidays"),
                value=country,
                required=False,
                hint=_("Two letters, like FR, or with a subdivision, like DE-BY; empty: none"),
            ),
        ),
        several=_teams(seen),
        lines=lines,
        more=(("more", _("Keep it, and one more team")),),
    )


def _teams(seen: Seen) -> Several:
    draft = seen.draft
    kept = [
        (name, jql, draft.leads.get(name, ""), typed_again(draft.members.get(name, ())))
        for name, jql in draft.teams.items()
    ]
    typed = [n for n in range(1, MOST + 1) if any(seen.typed.get(f"{name}-{n}") for name in COLUMNS)]
    count = min(MOST, max(len(kept) + 1, *typed, 1))
    rows = [*kept, *[("",) * len(COLUMNS)] * count][:count]
    return Several(
        _("Teams"),
        _("All is one team where this is empty."),
        tuple((_("Team %(num)s", num=n), tuple(_team(seen, n, row))) for n, row in enumerate(rows, 1)),
        _("Whom Jira shows with issues lately:"),
        seen.people[:MOST_NAMED],
        max(0, len(seen.people) - MOST_NAMED),
    )


def _team(seen: Seen, n: int, kept: tuple[str, ...]) -> Iterator[Entry]:
    about_people = _(
        "By name, e-mail address or account id; days can follow, like 2026-01-01/2026-06-30. "
        "It may be left out"
    )
    labels = (
        ("team", _("Name of the team"), "text", ""),
        ("jql", _("Its projects, as JQL"), "text", _("Like: project = NLP")),
        ("lead", _("Who leads it, by e-mail address"), "email", _("Gets an account; it may be left out")),
        ("members", _("Who is in it, one a line"), "area", about_people),
    )
    for (name, label, kind, hint), value in zip(labels, kept, strict=True):
        typed = seen.typed.get(f"{name}-{n}", value)
        yield Entry(f"{name}-{n}", label, kind, typed, hint, required=False)


def _webhook(seen: Seen) -> Content:
    waiting = Line("hint", _("Waiting"), _("for the first delivery: change any issue in Jira to try it."))
    heard = Line("ok", _("Heard"), _("a signed delivery has come: Jira can reach this."))
    lead = _(
        "Without it Jira is asked every minute; with it a change shows within a second. Jira must reach "
        "this address."
    )
    base = seen.value("base", "BASE_URL", seen.address)
    return Content(
        lead,
        _("Go on"),
        (Entry("base", _("Address people and Jira reach Phasewise at"), "url", base),),
        lines=(*seen.hook, heard if seen.heard else waiting),
        copies=(
            (_("URL to paste into Jira, System, WebHooks"), f"{base}/webhooks/jira"),
            (_("Secret to paste there"), seen.draft.get("WEBHOOK_SECRET")),
        ),
        more=(("register", _("Register it for me")), ("look", _("Look again"))),
    )


def _mail(seen: Seen) -> Content:
    kept = bool(seen.draft.get("SMTP_URL"))
    hint = _("smtp://user:password@host:587, or smtps://…:465")
    told = _("Who is told what only a person can repair")
    return Content(
        _("For the weekly report and for links to new accounts. It can be left out."),
        _("Try it"),
        (
            Entry(
                "smtp",
                _("Mail server"),
                "password" if kept else "text",
                hint=f"{hint}. {_('The one that was kept is used where this is empty.')}" if kept else hint,
                required=False,
            ),
            Entry("from", _("Sender"), "email", seen.value("from", "MAIL_FROM"), required=False),
            Entry("admin", told, "email", seen.value("admin", "ADMIN_EMAIL"), required=False),
        ),
        more=(("test", _("Send a test mail")), ("none", _("No mail for now"))),
    )


def _finish(seen: Seen) -> Content:
    left = [_(label) for name, label in STEPS if name not in seen.draft.passed and name != "finish"]
    lines = [Line("hint", _("Left for later"), ", ".join(left))] if left else []
    if seen.has_mapping:
        text = _("is there already and stays as it is: phases, statuses and teams are those that it says")
        lines.append(Line("warn", "phasewise.toml", text))
    return Content(
        _(
            "All of this is written into .env and phasewise.toml. Then Jira is read for the first time; a "
            "page shows how far it is."
        ),
        _("Begin"),
        lines=tuple(lines),
    )


CONTENT: Mapping[str, Callable[[Seen], Content]] = {
    "jira": _jira,
    "account": _account,
    "scope": _scope,
    "mapping": _mapping,
    "calendar": _calendar,
    "webhook": _webhook,
    "mail": _mail,
    "finish": _finish,
}
