"""What is typed about a recipient of the weekly report, checked field by field. Called by `recipients`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from functools import cache
from zoneinfo import available_timezones

from phasewise.errors import BadRequestError
from phasewise.i18n.languages import LANGUAGES
from phasewise.i18n.speaking import _, marked
from phasewise.mail.message import mail_address

ADDRESS_MOST, NAME_MOST = 254, 100
AUDIENCES = ("team", "stakeholder", "executive")
FORMATS = ("html", "text")
NOT_AN_ADDRESS = marked("This is no e-mail address. Write one address like ada@example.com.")
NOT_A_ZONE = marked("There is no such time zone. Write it like Europe/Paris, or leave it empty.")
NOT_A_TIME = marked("This is no time of day. Write it like 22:00.")
NOT_LISTED = marked("Choose one of the list.")


class RecipientFieldsError(BadRequestError):
    """Some fields cannot be taken; `problems` says by field what is wrong with each."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a recipient wants it. `zone` None: the team's. `quiet` are minutes of their day, from and to, in
    which no mail is handed over; None: any time will do."""

    language: str
    zone: str | None
    format: str
    quiet: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class RecipientFields:
    """A recipient as a lead fills it in. `project` is the id of the only project they read about, or None."""

    address: str
    name: str
    audience: str
    project: int | None
    preferences: Preferences


def recipient_fields(form: Mapping[str, str]) -> RecipientFields:
    """The fields of a form. Raises RecipientFieldsError with all that is wrong."""
    wrong: dict[str, str] = {}
    project = form.get("project", "")
    if project and not (project.isascii() and project.isdigit() and len(project) < 19):
        wrong["project"] = _("There is no such project in this team. Choose one of the list.")
    fields = RecipientFields(
        address=_address(form.get("address", ""), wrong),
        name=_name(form.get("name", ""), wrong),
        audience=_one_of(form, "audience", AUDIENCES, wrong),
        project=int(project) if project and "project" not in wrong else None,
        preferences=_preferences(form, wrong),
    )
    _raise(wrong)
    return fields


def preferences_in(form: Mapping[str, str]) -> Preferences:
    """What recipients choose themselves. Raises RecipientFieldsError."""
    wrong: dict[str, str] = {}
    found = _preferences(form, wrong)
    _raise(wrong)
    return found


def time_text(minute: int | None) -> str:
    """A minute of the day as forms take it: `22:00`; empty for None."""
    return "" if minute is None else f"{minute // 60:02}:{minute % 60:02}"


def minute_of(text: str) -> int | None:
    """The minute of the day of `22:00`, or None for what is no time."""
    try:
        at = time.fromisoformat(text)
    except ValueError:
        return None
    return at.hour * 60 + at.minute if len(text) == 5 else None


@cache
def known_zones() -> frozenset[str]:
    """The names of all time zones: `Europe/Paris` and the like."""
    return frozenset(available_timezones())


def _raise(wrong: Mapping[str, str]) -> None:
    if wrong:
        raise RecipientFieldsError(wrong)


def _address(text: str, wrong: dict[str, str]) -> str:
    try:
        address = mail_address(text)
    except ValueError:
        address = ""
    # A domain without a dot may be right within a company: the mail server says so, or refuses it.
    if not address or len(address) > ADDRESS_MOST or not text.isprintable():
        wrong["address"] = _(NOT_AN_ADDRESS)
    return address


def _name(text: str, wrong: dict[str, str]) -> str:
    if not text.isprintable():
        wrong["name"] = _("Write the name in one line, without signs that cannot be printed.")
    elif len(text) > NAME_MOST:
        wrong["name"] = _(
            "Write at most %(most)s characters; these are %(num)s.", most=NAME_MOST, num=len(text)
        )
    return text


def _one_of(form: Mapping[str, str], field: str, known: tuple[str, ...], wrong: dict[str, str]) -> str:
    value = form.get(field, known[0])
    if value not in known:
        wrong[field] = _(NOT_LISTED)
    return value


def _preferences(form: Mapping[str, str], wrong: dict[str, str]) -> Preferences:
    zone = form.get("zone", "")
    if zone and zone not in known_zones():
        wrong["zone"] = _(NOT_A_ZONE)
    return Preferences(
        language=_one_of(form, "language", tuple(LANGUAGES), wrong),
        zone=zone or None,
        format=_one_of(form, "format", FORMATS, wrong),
        quiet=_quiet(form.get("quiet_from", ""), form.get("quiet_to", ""), wrong),
    )


def _quiet(start: str, end: str, wrong: dict[str, str]) -> tuple[int, int] | None:
    if not start and not end:
        return None
    first, last = minute_of(start), minute_of(end)
    for field, text, minute in (("quiet_from", start, first), ("quiet_to", end, last)):
        if minute is None:
            wrong[field] = _(NOT_A_TIME) if text else _("Give both times, or none.")
    if first is None or last is None:
        return None
    if first == last:
        wrong["quiet_to"] = _("A whole day is quiet then: give two different times, or none.")
    return first, last
