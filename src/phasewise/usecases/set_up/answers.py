"""What was typed in each step, tried, and made into settings. BadRequestError, JiraError: one sentence.

Called by web/set_up. Nothing is changed in Jira but where a step is about just that.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import TypeVar

from phasewise.core.calendar import Calendar
from phasewise.core.model import CalendarRules, Instant
from phasewise.errors import BadRequestError, JiraError, SettingsError
from phasewise.i18n.speaking import _, marked
from phasewise.jira import pasted
from phasewise.jira.access import JiraAccess
from phasewise.jira.client import JiraClient
from phasewise.jira.jql import scope_clause
from phasewise.jira.retry import Patience
from phasewise.mail.access import smtp_access
from phasewise.mail.message import Mail, mail_address, rendered
from phasewise.mail.smtp import Fate, MailError, Smtp
from phasewise.reach import require_public, require_public_host
from phasewise.usecases.find_jira import FoundJira, find_jira
from phasewise.usecases.set_up.draft import Draft

Typed = Mapping[str, str]
Answer = TypeVar("Answer")
SOMEBODY_WAITS = Patience(tries=2, first_seconds=0.5, failing_seconds=20, total_seconds=30)
NEEDED = (
    (
        "BROWSE_PROJECTS",
        marked("Browse Projects, in the projects to watch: without it there is nothing to read"),
    ),
)
USEFUL = (
    (
        "ADMINISTER",
        marked("Administer Jira: only to register the webhook and to make the phase field from here"),
    ),
    ("ADD_COMMENTS", marked("Add Comments: only where rules are to say something in Jira")),
    ("TRANSITION_ISSUES", marked("Transition Issues: only where rules are to move tickets back")),
)


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission of the account: whether it has it (None: Jira does not say), and whether it must."""

    about: str
    has_it: bool | None
    is_needed: bool


def jira_at(typed: Typed, *, may_be_private: bool) -> FoundJira:
    """The Jira at the address."""
    try:
        if not may_be_private:
            for url in pasted.addresses(typed.get("address", "")):
                require_public(url)
        return find_jira(typed.get("address", ""))
    except ValueError as error:
        raise BadRequestError(_sentence(error)) from None


def account(draft: Draft, typed: Typed) -> dict[str, str]:
    """E-mail address and token, once Jira knows them. An empty token is the one that was kept."""
    try:
        found = {"JIRA_EMAIL": mail_address(typed.get("email", "")) if draft.is_cloud else ""}
        found["JIRA_TOKEN"] = pasted.token(typed.get("token", "") or draft.get("JIRA_TOKEN"))
    except ValueError as error:
        raise BadRequestError(_sentence(error)) from None
    with_jira(draft, found, lambda client: client.myself())
    return found


def permissions(draft: Draft) -> list[Permission]:
    """What the account may do, the needed first."""

    def asked(client: JiraClient) -> list[Permission]:
        return [
            Permission(_(about), client.may(name), is_needed)
            for is_needed, several in ((True, NEEDED), (False, USEFUL))
            for name, about in several
        ]

    return with_jira(draft, {}, asked)


def scope(draft: Draft, typed: Typed) -> tuple[str, int | None]:
    """The JQL of what to follow, and about how many issues that is. A scope without any is refused."""
    wanted = typed.get("scope", "").strip()
    if not wanted:
        raise BadRequestError(_("Say by a JQL what to follow, like project = ML"))
    try:
        clause = scope_clause(wanted)
    except SettingsError:
        raise BadRequestError(_("The JQL has a quote or a bracket that does not close")) from None
    count = with_jira(draft, {}, lambda client: client.approximate_count(clause))
    if count == 0:
        raise BadRequestError(_("No issue that the account can see matches this: check the words and names"))
    return wanted, count


def calendar(typed: Typed) -> dict[str, str]:
    """Time zone and country of the team."""
    zone, country = typed.get("zone", "").strip() or "UTC", typed.get("country", "").strip().upper()
    try:
        Calendar(calendar_rules(zone, country)).is_working(date(2026, 1, 1))
    except ValueError as error:
        raise BadRequestError(f"{_sentence(error)}; a zone is like Europe/Paris, a country like FR") from None
    return {"TIMEZONE": zone, "COUNTRY": country}


def calendar_rules(zone: str, country: str) -> CalendarRules:
    """Monday to Friday, in a zone, without the public holidays of a country."""
    code, __, subdivision = country.partition("-")
    return CalendarRules(zone=zone, country=code or None, subdivision=subdivision or None)


def holidays(rules: CalendarRules, since: date, count: int = 5) -> list[date]:
    """The next weekdays from a day on on which nobody works."""
    calendar = Calendar(rules)
    days = (since + timedelta(days=n) for n in range(366))
    free = (day for day in days if day.weekday() in rules.weekdays and not calendar.is_working(day))
    return list(islice(free, count))


def mail(draft: Draft, typed: Typed, *, may_be_private: bool) -> dict[str, str]:
    """The mail server, once it would take a mail from us. An empty address: no mail."""
    url = typed.get("smtp", "").strip() or draft.get("SMTP_URL")
    if not url or typed.get("none"):
        return {"SMTP_URL": "", "MAIL_FROM": "", "ADMIN_EMAIL": ""}
    try:
        found = {
            "SMTP_URL": url,
            "MAIL_FROM": mail_address(typed.get("from", "")),
            "ADMIN_EMAIL": mail_address(typed.get("admin", "")) if typed.get("admin") else "",
        }
        access = smtp_access(url, found["MAIL_FROM"])
        if not may_be_private:
            require_public_host(access.host)
        Smtp(access, step_seconds=10).probe()
    except (ValueError, MailError) as error:
        raise BadRequestError(_sentence(error)) from None
    return found


def send_test_mail(draft: Draft, recipient: str, now: Instant) -> str:
    """One mail by the server that was set; what became of it. BadRequestError where it was not taken."""
    if not draft.get("SMTP_URL"):
        raise BadRequestError("Name a mail server first")
    try:
        to = mail_address(recipient)
    except ValueError as error:
        raise BadRequestError(_sentence(error)) from None
    sender = draft.get("MAIL_FROM")
    text = "Phasewise can send mails. Nothing else is said here.\n"
    mail = rendered(Mail(f"set-up/{draft.edit}", to, "A test of Phasewise", text), sender, now)
    handed = Smtp(smtp_access(draft.get("SMTP_URL"), sender)).send(mail, to, lambda: True)
    if handed.fate is not Fate.SENT:
        raise BadRequestError(_sentence(Exception(handed.said)))
    return f"the mail server took a mail to {to}: look whether it arrives"


def with_jira(draft: Draft, more: Mapping[str, str], ask: Callable[[JiraClient], Answer]) -> Answer:
    """What Jira answers with the address and the token of the draft."""
    values = {**draft.values, **more}
    access = JiraAccess(
        url=values.get("JIRA_URL", ""),
        token=values.get("JIRA_TOKEN", ""),
        email=values.get("JIRA_EMAIL") or None,
        scope=values.get("JIRA_SCOPE"),
    )
    client = JiraClient(access, patience=SOMEBODY_WAITS)
    try:
        return ask(client)
    except JiraError as error:
        raise BadRequestError(str(error)) from None
    finally:
        client.close()


def _sentence(error: Exception) -> str:
    return f"{str(error)[:1].upper()}{str(error)[1:]}"
