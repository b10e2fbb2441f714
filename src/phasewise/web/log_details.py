"""What an entry of the audit log tells besides: each value with its name, in the reader's language.

The log keeps names and codes, and English where it keeps words. Called by `users`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from phasewise.core.deliverables import Slot
from phasewise.core.health import Colour
from phasewise.core.returns import ReturnReason
from phasewise.i18n.languages import LANGUAGES
from phasewise.i18n.speaking import _, marked, ngettext
from phasewise.terms import language_name
from phasewise.usecases.policies.words import Changed
from phasewise.usecases.reports.plans import DAYS
from phasewise.usecases.reports.recipient_fields import time_text
from phasewise.usecases.show_audit_log import PolicyChanges
from phasewise.usecases.views import EntryShown
from phasewise.web.dates import Dates
from phasewise.web.log_words import led_words
from phasewise.web.project_parts import REASONS
from phasewise.web.record_words import word
from phasewise.web.report_fields import AUDIENCES, audience_name
from phasewise.web.report_words import COLOURS
from phasewise.web.wording import comma_list

NAMES: Mapping[str, str] = {
    "after": marked("now"),
    "assignee": marked("assignee"),
    "audience": marked("reads as"),
    "before": marked("before"),
    "by": marked("by"),
    "changed": marked("changed"),
    "comment": marked("with a comment"),
    "days": marked("days"),
    "edit": marked("edit"),
    "effect": marked("effect"),
    "epic": marked("epic"),
    "from": marked("from status"),
    "health": marked("health"),
    "kind": marked("about"),
    "language": marked("language"),
    "length": marked("characters"),
    "mails": marked("mails"),
    "minute": marked("time"),
    "name": marked("name"),
    "on": marked("weekly mail"),
    "phase": marked("phase"),
    "project": marked("project"),
    "reason": marked("reason"),
    "reply_to": marked("answers go to"),
    "role": marked("role"),
    "scope": marked("scope"),
    "seconds": marked("it took"),
    "standup": marked("stand-up line at"),
    "team": marked("team"),
    "text": marked("in words"),
    "to": marked("to status"),
    "until": marked("until"),
    "version": marked("version"),
    "waiver": marked("waiver"),
    "week": marked("week"),
    "weekday": marked("weekday"),
    "zone": marked("time zone"),
}
COLUMNS: Mapping[str, str] = {
    "account_id": marked("account"),
    "address": marked("e-mail address"),
    "audience": marked("reads as"),
    "bounce": marked("what came back"),
    "bounced_at": marked("when it came back"),
    "format": marked("form"),
    "language": marked("language"),
    "name": marked("name"),
    "project_id": marked("project"),
    "quiet_from": marked("quiet from"),
    "quiet_to": marked("quiet until"),
    "zone": marked("time zone"),
}
"""What of a recipient changed."""

WAYS: Mapping[str, str] = {
    "first link": marked("the first link"),
    "link": marked("a link"),
    "password": marked("password"),
    "password change": marked("a changed password"),
}
"""How somebody came in."""

ABOUT: Mapping[str, str] = {"person": marked("person"), "project": marked("project")}
RECORD = re.compile(r"[0-9a-f]{12}")
"""What programs call a test or a decision by: nobody knows it by that."""

Say = Callable[[str], str]


def detail_words(entry: EntryShown, changes: PolicyChanges, dates: Dates) -> str:
    """All of it in one line; empty where nothing else is told."""
    detail = dict(entry.detail)
    changed = changes.get((entry.subject, detail.get("version")))
    if entry.action == "policy.changed" and changed:
        detail["changed"] = [_changed(one) for one in changed]
    told = [
        _pair(_(NAMES.get(name, name)), _value(entry.action, name, value, dates))
        for name, value in detail.items()
        if value not in (None, "", []) and not RECORD.fullmatch(str(value))
    ]
    return " · ".join(told)


def _changed(one: Changed) -> str:
    return _pair(one.label, f"{one.old} → {one.new}")


def _pair(name: str, value: str) -> str:
    return _("%(name)s: %(value)s", name=name, value=value)


def _value(action: str, name: str, value: object, dates: Dates) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case list():
            return _several(action, value)
        case int():
            return _number(name, value, dates)
        case _:
            return _word(action, name, str(value))


def _several(action: str, values: Sequence[object]) -> str:
    texts = [str(one) for one in values]
    if action == "policy.changed":
        return "; ".join(texts)
    return comma_list(_(COLUMNS[one]) if one in COLUMNS else one for one in texts)


def _number(name: str, value: int, dates: Dates) -> str:
    if name == "until":
        return dates.day(value)
    if name in ("minute", "standup"):
        return time_text(value)
    if name == "seconds":
        return ngettext("%(num)s minute", "%(num)s minutes", max(1, round(value / 60)))
    return str(value)


def _word(action: str, name: str, value: str) -> str:
    if name == "role" or action == "account.role":
        return led_words(value)
    if action == "return.reason":
        return _reason(value)
    if name == "name" and action.startswith("deliverable.") and value in set(Slot):
        return word(Slot(value))
    say = WORDS.get(name)
    return say(value) if say else value


def _reason(value: str) -> str:
    with suppress(ValueError):
        return _(REASONS[ReturnReason(value)])
    return value


def _health(value: str) -> str:
    with suppress(ValueError):
        return _(COLOURS[Colour(value)][1])
    return value


WORDS: Mapping[str, Say] = {
    "audience": lambda value: audience_name(value) if value in AUDIENCES else value,
    "by": lambda value: _(WAYS[value]) if value in WAYS else value,
    "health": _health,
    "kind": lambda value: _(ABOUT[value]) if value in ABOUT else value,
    "language": lambda value: language_name(value) if value in LANGUAGES else value,
    "weekday": lambda value: _(value) if value in DAYS else value,
}
