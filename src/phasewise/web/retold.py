"""Sentences that are kept or raised in English, said in the reader's language where a page prints them.

What was raised far below, or stored to be looked at later, is English, as are the log and the terminal.
Here each is found again by its shape. Called by the pages that print reasons and errors.
"""

import re
from functools import cache

from phasewise.i18n.languages import ENGLISH
from phasewise.i18n.speaking import _, language, marked

BETWEEN = "; "
PLACE = re.compile(r"%\\\((\w+)\\\)s")


def retold(text: str) -> str:
    """The sentence in the language that is being spoken; one that is not known here stays as it is."""
    if language() == ENGLISH or not text:
        return text
    return _found(text) or _capitalised(_found(f"{text[0].lower()}{text[1:]}")) or _parts(text) or text


def _parts(text: str) -> str | None:
    """Several that are told as one."""
    several = text.split(BETWEEN)
    return BETWEEN.join(map(retold, several)) if len(several) > 1 else None


def _found(text: str) -> str | None:
    for pattern, sentence in _patterns():
        if found := pattern.fullmatch(text):
            return _(sentence, **{name: retold(value) for name, value in found.groupdict().items()})
    return None


def _capitalised(text: str | None) -> str | None:
    return text and f"{text[0].upper()}{text[1:]}"


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Those that say most come first: a short one may be part of a longer one."""
    known = sorted((*SENTENCES, *COMPOSED), key=lambda one: -len(PLACE.sub("", re.escape(one))))
    return tuple((re.compile(PLACE.sub(r"(?P<\1>.+)", re.escape(one)), re.DOTALL), one) for one in known)


SENTENCES = (
    marked("must be a time zone name like Europe/Paris"),
    marked("must be a two-letter country code like DE, or DE-BY with a subdivision"),
    marked("has no such subdivision of %(country)s; known: %(known)s"),
    marked('must be a list like ["mon", "tue", "wed", "thu", "fri"]'),
    marked("%(entry)s is no weekday; use mon, tue, wed, thu, fri, sat, sun"),
    marked("contradicts extra: %(days)s cannot be a working day and a day off"),
    marked("an address looks like %(example)s"),
    marked("an address holds no user name and no password"),
    marked("a token is needed"),
    marked("a token is one word of plain letters, digits and signs; copy it again"),
    marked("%(text)s is no mail address"),
    marked("without TLS a token could be read on its way; set %(setting)s if that is wanted"),
    marked("%(host)s is in a private network; set %(setting)s if that is wanted"),
    marked("This name leads into a private network; set %(setting)s if that is wanted"),
    marked("the time zone %(zone)s is not known"),
    marked("public holidays are not known: %(error)s"),
    marked(
        "The certificate of %(host)s cannot be verified (expired, another name, or an authority "
        "unknown here): put the authority's certificate into a file and set REQUESTS_CA_BUNDLE to it"
    ),
    marked("The name %(host)s cannot be resolved: check %(setting)s and this machine's DNS"),
    marked("%(host)s did not answer in time: check the network, or try again later"),
    marked("%(host)s refused the connection: check %(setting)s, the port, and that Jira runs"),
    marked("The connection to %(host)s broke before an answer came: try again later"),
    marked(
        "%(host)s redirects to %(target)s (%(status)s); the token was not sent there: set "
        "%(setting)s to the address where Jira answers itself, past any log-in page"
    ),
    marked(
        "Jira asks this account for a CAPTCHA after failed log-ins (403): log in once with a browser "
        "as that account, then try again"
    ),
    marked(
        "Jira refused the token (401): it has expired or is wrong; make a new personal access token "
        "and set PHASEWISE_JIRA_TOKEN, and for Jira Cloud set PHASEWISE_JIRA_EMAIL too"
    ),
    marked(
        "Jira refused the token (401): it has expired, is wrong or is not of this e-mail; make a new "
        "one and set PHASEWISE_JIRA_TOKEN. A scoped token works only with "
        "PHASEWISE_JIRA_API_URL=https://api.atlassian.com/ex/jira/{cloudId}, whose cloudId is shown "
        "at %(url)s/_edge/tenant_info"
    ),
    marked(
        "Jira refused the token (401): it has expired or is wrong, its scopes are missing, or the "
        "cloudId in PHASEWISE_JIRA_API_URL is another site's; set PHASEWISE_JIRA_TOKEN to a scoped "
        "token of this site"
    ),
    marked("Jira does not accept the request: check PHASEWISE_JIRA_SCOPE and the field settings"),
    marked(
        "Jira forbids this: give the account the Browse Projects permission, or a token with the "
        "scope read:jira-work"
    ),
    marked("Jira has removed this part of its API: update Phasewise"),
    marked(
        "%(host)s answered with a web page instead of data (%(status)s): a log-in (SSO) or "
        "maintenance page stands before Jira; set %(setting)s to where Jira itself answers, or try "
        "later"
    ),
    marked(
        "The account may not do this: it takes the permission Administer Jira; ask an administrator "
        "of Jira for it, or for the field"
    ),
    marked("The field %(field)s is not for all projects: add its options in Jira's custom fields"),
    marked("made the field %(field)s (%(id)s)"),
    marked("gave it the options %(options)s"),
    marked("put it on the default screens and into %(count)s projects"),
    marked("none is registered for this service; `phasewise check --register-webhook` does it"),
    marked("registered, but %(lacks)s; `phasewise check --register-webhook` repairs it"),
    marked("this account may not register it (%(status)s): %(todo)s"),
    marked("it lacks the events %(events)s"),
    marked("it is switched off"),
    marked("it excludes the body"),
    marked("it has no secret that is set here, so that its deliveries are refused"),
    marked("it has a JQL filter: what leaves it is not told, and found by polling"),
    marked("%(count)s are registered for this service; one is enough"),
    marked("it is registered, but without PHASEWISE_WEBHOOK_SECRET every delivery is refused: set it"),
    marked("not used, as PHASEWISE_WEBHOOK_SECRET is not set; polling is complete on its own"),
    marked("secret: the value of PHASEWISE_WEBHOOK_SECRET"),
    marked("exclude body: off"),
    marked("JQL: empty"),
    marked("events: %(events)s"),
    marked("Browse Projects: give it to the account in the projects of the scope"),
    marked("Jira's clock is %(minutes)s minutes from ours: set this machine's clock"),
    marked(
        "no issue that the account can see matches: check PHASEWISE_JIRA_SCOPE, and give the account the "
        "Browse Projects permission"
    ),
    marked(
        "Several fields may be the phase: %(fields)s. Every task counts in none until "
        "PHASEWISE_JIRA_PHASE_FIELD is set to one of these ids"
    ),
    marked(
        "No phase field was found: every task counts in none. Make a select field Phase with the six phases, "
        "or set PHASEWISE_JIRA_PHASE_FIELD to the id of yours.%(which)s"
    ),
    marked(" Select fields here: %(fields)s"),
    marked(
        "Jira no longer lists the phase field %(field)s: it was deleted, or the account may not see it. The "
        "last known phases are kept; give the account access, or set PHASEWISE_JIRA_PHASE_FIELD"
    ),
    marked(
        "The phase field %(field)s (%(name)s) is no select field, so it holds no phase and tasks count "
        "in none: set PHASEWISE_JIRA_PHASE_FIELD to the id of a select field"
    ),
    marked("Several fields may be the flag: %(fields)s. Set PHASEWISE_JIRA_FLAG_FIELD to one of them"),
    marked("no issue matches its scope %(scope)s"),
    marked("no issue names %(people)s: put the ids right in [teams.%(team)s.members]"),
    marked(
        "Jira refuses the scope of team %(team)s (%(error)s): projects stay in the teams they are in until "
        "[teams.%(name)s] scope of phasewise.toml is put right"
    ),
    marked("an administrator of Jira opens %(page)s and creates a WebHook with %(steps)s"),
    marked("%(address)s is of this machine alone, and Jira is elsewhere: set PHASEWISE_BASE_URL"),
    marked(
        "Jira Cloud cannot reach %(address)s: it needs https, a certificate that is trusted "
        "everywhere and a public name; set PHASEWISE_BASE_URL"
    ),
    marked("%(problem)s (%(host)s); check PHASEWISE_SMTP_URL"),
    marked("the mail server offers no STARTTLS, and a password is never sent in clear text"),
    marked("the mail server refused user and password: %(said)s"),
    marked("the mail server's TLS cannot be trusted: %(reason)s"),
    marked("the mail server refused %(what)s: %(reply)s"),
    marked("the mail server gave no answer after the whole mail: it may have delivered it, or not"),
    marked("the mail server takes no address with such characters"),
    marked("the sender"),
    marked("the recipient"),
    marked("the mail"),
    marked("it did not answer in time"),
    marked("interrupted while it was sent: whether it arrived is not known"),
    marked("must look like smtp://user:password@host:587 or smtps://host"),
    marked("Name a mail server first"),
    marked("the mail server took a mail to %(to)s: look whether it arrives"),
    marked("Open the link that Phasewise printed when it started: only whoever has that may set it up"),
    marked("Set it up on this machine, or serve with --host 0.0.0.0 and open the link that is printed then"),
    marked("the issue is deleted, or no longer shown to the account"),
    marked("its comment is not written yet"),
    marked("its comment was not written"),
    marked("somebody has deleted the comment"),
    marked("somebody has moved the issue to another status (%(status)s) meanwhile"),
    marked("somebody has set it to something else meanwhile: it is left as it is"),
    marked("this Jira has no issue links: without one the new task could be made twice"),
    marked("given up after %(days)s days: %(why)s"),
    marked("failed unexpectedly: %(error)s"),
    marked("the mail cannot be written: %(error)s"),
    marked("the post cannot be written: %(error)s"),
    marked("it was too late for it"),
    marked("not sent: they are no recipient any more"),
    marked("not sent: they unsubscribed"),
    marked("not sent: the report was skipped"),
    marked("not sent: a later report is due"),
    marked("not sent: there is no such team any more"),
    marked("waits for the end of the recipient's quiet hours"),
    marked("%(host)s cannot be reached: %(error)s"),
    marked("%(host)s gave no answer: it may have been posted, or not"),
    marked("Jira refused it (%(status)s): %(said)s"),
    marked("unknown event"),
    marked("names no issue"),
    marked("of another Jira site"),
    marked("our own comment"),
    marked("a new project has no issues yet"),
    marked("sprints are not followed"),
    marked("boards are not followed"),
    marked("versions are not followed"),
    marked("people are read with their issues"),
    marked("settings of Jira are not followed"),
    marked("It names no issue that could be read"),
    marked("The scope does not match the issue"),
    marked("Jira does not show the issue"),
    marked("The account can no longer see the Jira project of the issue; what is known of it is kept"),
    marked(
        "Too many issues disappeared at once: nothing is removed, see the warnings of the synchronisation"
    ),
    marked("It changed again and again while it was read"),
)
"""Each stands somewhere in the program as it is here, or with its values in braces."""

COMPOSED = (
    marked("repaired"),
    marked(
        "No phase field was found: every task counts in none. Make a select field Phase with the six phases, "
        "or set PHASEWISE_JIRA_PHASE_FIELD to the id of yours."
    ),
    marked("must be a whole number"),
    marked("must be a number"),
    marked("must be more than %(least)s"),
    marked("must be %(least)s or more"),
    marked("must be %(most)s or less"),
    marked("must be yes or no"),
    marked("must be a day like 2026-12-24"),
    marked("%(entry)s must be a day like 2026-12-24"),
    marked("%(problem)s; a zone is like Europe/Paris, a country like FR"),
    marked("%(host)s fails (%(status)s): try again later."),
    marked("There is no Jira API at this address: check %(setting)s, a context path such as /jira included"),
    marked("%(what)s (%(status)s)."),
    marked("Jira asks to slow down (429)"),
    marked("now registered for %(address)s, %(count)s events"),
    marked("registered for %(address)s, %(count)s events"),
    marked("the mail server cannot be reached: %(why)s"),
    marked("the mail server broke off before the mail: %(why)s"),
    marked("the mail server broke off during the mail: %(why)s"),
    marked("not sent: there is no such report"),
    marked("%(what)s Jira says: %(said)s"),
)
"""Those that are put together of parts."""
