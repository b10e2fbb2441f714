"""The pages of /policy: what is in force for a team, its history, and changing it in two steps."""

from collections.abc import Iterable, Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from phasewise.core.model import Instant, Policy, Rule, Strength
from phasewise.core.rulebook import DEFAULT_TEAM, EVER, Membership, PolicyVersion, Source
from phasewise.errors import BadRequestError, ConflictError
from phasewise.i18n.speaking import _, marked
from phasewise.terms import rule_name, strength_name
from phasewise.usecases.policies.plain import WrongFieldsError, plain_of, read_plain
from phasewise.usecases.policies.words import (
    Changed,
    changes,
    facts,
    label_of,
    strength_words,
    value_words,
)
from phasewise.usecases.preview_policy import Preview, preview_policy
from phasewise.usecases.save_policy import REMARK_MOST, Proposal, save_policy
from phasewise.usecases.show_frame import show_frame
from phasewise.usecases.show_policy import PolicyShown, VersionShown, show_policy
from phasewise.web.dates import Dates
from phasewise.web.deps import Given
from phasewise.web.forms import Form
from phasewise.web.freshness import chrome_of
from phasewise.web.log_words import who_words
from phasewise.web.policy_form import (
    calendar_inputs,
    limit_inputs,
    plain_in,
    speaking_inputs,
    strength_inputs,
    zones,
)
from phasewise.web.policy_values import (
    ChangeRow,
    FoundRow,
    PolicyFormPage,
    PolicyPage,
    PolicyPreviewPage,
    TeamLink,
    VersionRow,
)
from phasewise.web.retold import retold
from phasewise.web.templates import render
from phasewise.web.values import Chrome

router = APIRouter(include_in_schema=False)

TeamName = Annotated[str | None, Query(max_length=64)]
WRONG = marked("Nothing is changed yet: put right what is marked.")
MEANWHILE = marked(
    "Somebody changed this policy meanwhile. These are your values against the policy now in force."
)
SAME = marked("Nothing would change: these are the values in force.")


def policy_href(team: str, path: str = "/policy") -> str:
    """Where a team's policy is shown, or changed."""
    return path if team == DEFAULT_TEAM else f"{path}?{urlencode({'team': team})}"


# ------------------------------------------------------------------ what is in force


@router.get("/policy", response_class=HTMLResponse)
def get_policy(deps: Given, team: TeamName = None) -> HTMLResponse:
    """What is in force for a team, and its history."""
    chrome, dates = _frame(deps)
    return HTMLResponse(render("pages/policy.html", _policy_page(show_policy(deps, team), chrome, dates)))


def _policy_page(shown: PolicyShown, chrome: Chrome, dates: Dates) -> PolicyPage:
    name, policy = shown.team.name, shown.team.newest.policy
    plain = plain_of(policy)
    return PolicyPage(
        chrome=chrome,
        team=name,
        is_default=name == DEFAULT_TEAM,
        teams=tuple(TeamLink(_team(one), policy_href(one), one == name) for one in shown.teams),
        scope=shown.team.scope or "",
        members=tuple(_member(*one) for one in shown.members),
        since=_since(shown.team.newest.effective_from, dates),
        facts=tuple(facts(policy)),
        strengths=tuple(_strength(policy, rule) for rule in Rule),
        mapping=_told(plain, ("statuses", "phases"), shown.jira_names),
        leave=_told(plain, ("leave",), shown.jira_names),
        edit=policy_href(name, "/policy/edit"),
        versions=tuple(_version(one, n == 0, dates) for n, one in enumerate(shown.versions)),
    )


def _strength(policy: Policy, rule: Rule) -> tuple[str, str, bool]:
    """A rule, how far it goes, and whether that is as usual."""
    words = strength_words(policy, rule)
    return rule_name(rule), words, words == strength_name(Strength.SHOW)


def _told(
    plain: Mapping[str, str], tables: Iterable[str], names: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    return tuple(
        (label_of(key, names.get(key)), value_words(key, value))
        for key, value in plain.items()
        if key.partition(".")[0] in tables
    )


def _member(one: Membership, name: str) -> str:
    if one.first is not None and one.last is not None:
        return _("%(name)s (from %(first)s to %(last)s)", name=name, first=one.first, last=one.last)
    if one.first is not None:
        return _("%(name)s (from %(first)s)", name=name, first=one.first)
    return name if one.last is None else _("%(name)s (to %(last)s)", name=name, last=one.last)


def _version(one: VersionShown, is_newest: bool, dates: Dates) -> VersionRow:
    version = one.version
    return VersionRow(
        number=version.number,
        since=_since(version.effective_from, dates),
        by=_by(version),
        remark=version.remark or "",
        in_force=is_newest,
        changes=_rows(one.changed),
    )


def _by(version: PolicyVersion) -> str:
    place = "phasewise.toml" if version.source is Source.FILE else _("a form")
    return _("%(place)s, by %(by)s", place=place, by=who_words(version.by)) if version.by else place


def _since(at: Instant, dates: Dates) -> str:
    return _("the beginning") if at == EVER else f"{dates.long_day(at)}, {dates.time(at)}"


def _rows(changed: Iterable[Changed]) -> tuple[ChangeRow, ...]:
    return tuple(ChangeRow(one.label, one.old, one.new) for one in changed)


def _team(name: str) -> str:
    return _("Default team") if name == DEFAULT_TEAM else name


# ------------------------------------------------------------------ the form


@router.get("/policy/edit", response_class=HTMLResponse)
def get_edit(deps: Given, team: TeamName = None) -> HTMLResponse:
    """The form, filled in with what is in force."""
    newest = show_policy(deps, team).team.newest
    form = {"team": newest.team, "seen": str(newest.number)}
    return _form(deps, form, plain_of(newest.policy))


@router.post("/policy/edit", response_class=HTMLResponse)
def post_edit(deps: Given, form: Form) -> HTMLResponse:
    """The form again, with what was filled in."""
    return _form(deps, form, plain_in(form))


def _form(
    deps: Given,
    form: Mapping[str, str],
    plain: Mapping[str, str],
    problems: Mapping[str, str] | None = None,
    problem: str = "",
) -> HTMLResponse:
    chrome, __ = _frame(deps)
    wrong = dict(problems or {})
    full = {**plain_of(show_policy(deps, form.get("team")).team.newest.policy), **plain}
    page = PolicyFormPage(
        chrome=chrome,
        team=form.get("team", DEFAULT_TEAM),
        seen=form.get("seen", ""),
        remark=form.get("remark", ""),
        limits=limit_inputs(full, wrong),
        calendar=calendar_inputs(full, wrong),
        speaking=speaking_inputs(full, wrong),
        strengths=strength_inputs(full, wrong),
        zones=zones(),
        back=policy_href(form.get("team", DEFAULT_TEAM)),
        problem=problem,
        problems=tuple((key, label_of(key), text) for key, text in wrong.items()),
    )
    return HTMLResponse(render("pages/policy_edit.html", page), 422 if problem else 200)


# ------------------------------------------------------------------ look, then make it so


@router.post("/policy/preview", response_class=HTMLResponse)
def post_preview(deps: Given, form: Form) -> HTMLResponse:
    """What the form would change, and what that would have found."""
    return _preview(deps, form)


@router.post("/policy")
def post_policy(deps: Given, form: Form) -> Response:
    """Make it so; where somebody was faster, look at it again."""
    team, base = _asked(deps, form)
    seen = form.get("seen", "")
    try:
        proposal = Proposal(
            team,
            read_plain(plain_in(form), base.policy),
            int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
            form.get("remark", ""),
        )
        save_policy(deps, proposal)
    except WrongFieldsError as error:
        return _form(deps, form, plain_in(form), _in_words(error), _(WRONG))
    except ConflictError:
        return _preview(deps, form, _(MEANWHILE))
    except BadRequestError:
        return _form(deps, form, plain_in(form), problem=_(SAME))
    return RedirectResponse(policy_href(team), 303)


def _in_words(error: WrongFieldsError) -> dict[str, str]:
    return {key: retold(problem) for key, problem in error.problems.items()}


def _asked(deps: Given, form: Mapping[str, str]) -> tuple[str, PolicyVersion]:
    """The team that a form is about, and its policy in force. Raises NotFoundError."""
    newest = show_policy(deps, form.get("team")).team.newest
    return newest.team, newest


def _preview(deps: Given, form: Mapping[str, str], note: str = "") -> HTMLResponse:
    __, newest = _asked(deps, form)
    try:
        policy = read_plain(plain_in(form), newest.policy)
    except WrongFieldsError as error:
        return _form(deps, form, plain_in(form), _in_words(error), _(WRONG))
    changed = changes(newest.policy, policy)
    if not changed:
        return _form(deps, form, plain_in(form), problem=_(SAME))
    page = _preview_page(deps, newest, policy, changed, form.get("remark", "")[:REMARK_MOST], note)
    return HTMLResponse(render("pages/policy_preview.html", page), 409 if note else 200)


def _preview_page(
    deps: Given, newest: PolicyVersion, policy: Policy, changed: Iterable[Changed], remark: str, note: str
) -> PolicyPreviewPage:
    chrome, dates = _frame(deps)
    preview = preview_policy(deps, newest.team, policy)
    opens, closes = preview.found.opens, preview.found.closes
    return PolicyPreviewPage(
        chrome=chrome,
        team=newest.team,
        seen=str(newest.number),
        remark=remark,
        changes=_rows(changed),
        opened=opens.count,
        closed=closes.count,
        opened_now=opens.open_now,
        closed_now=closes.open_now,
        notes=tuple(filter(None, (note, *preview.sentences()[1:]))),
        found=_found(preview, dates),
        fields={key: text for key, text in plain_of(policy).items() if key in _editable(policy)},
        back=policy_href(newest.team),
    )


def _editable(policy: Policy) -> set[str]:
    return {key for key in plain_of(policy) if key.partition(".")[0] not in ("statuses", "phases", "leave")}


def _found(preview: Preview, dates: Dates) -> tuple[FoundRow, ...]:
    return tuple(
        FoundRow(
            opens=one.change == "opens",
            rule=rule_name(one.rule),
            name=preview.names.get(one.subject, one.subject),
            when=f"{dates.day(one.start)} – {_('now') if one.end is None else dates.day(one.end)}",
        )
        for one in preview.found.differences
    )


def _frame(deps: Given) -> tuple[Chrome, Dates]:
    """A form is left alone while it is filled in, so no page of these is put up to date by itself."""
    frame = show_frame(deps)
    dates = Dates(frame.zone, frame.as_of)
    return chrome_of(frame.sync, frame.now, dates, is_live=False), dates
