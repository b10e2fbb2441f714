"""What can go wrong between us and Jira, each as one sentence that says what to do.

`wire` raises these, `retry` decides by their type which call is tried again.
"""

import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from urllib3.exceptions import NameResolutionError

from phasewise.core.model import Instant
from phasewise.errors import JiraError
from phasewise.jira.access import JiraAccess
from phasewise.jira.instants import http_date, instant_of
from phasewise.jira.text import one_line
from phasewise.reach import PrivateAddressError


class UnreachableError(JiraError):
    """No answer came: name, connection, time-out. `was_sent`: the request may have arrived all the same."""

    was_sent = True


class RefusalError(JiraError):
    """Jira answered no. `said` is its own message, on one line."""

    said = ""


class BrokenAnswerError(JiraError):
    """An answer began and did not end, or is no JSON although it says so."""


class TooBigError(JiraError):
    """The answer is larger than what is taken in one piece; asking for less may work."""


class LoginRefusedError(JiraError):
    """Jira does not accept who we say we are. Trying again can lock the account."""


class RateLimitedError(JiraError):
    """Jira asks to wait. `asked_seconds` is None where it does not say how long. The wait is for the whole
    site, for writes to the one issue, or else for requests of the same kind."""

    def __init__(
        self, message: str, *, asked_seconds: float | None, whole_site: bool, one_issue: bool = False
    ) -> None:
        super().__init__(message, retryable=True, status=429)
        self.asked_seconds = asked_seconds
        self.whole_site = whole_site
        self.one_issue = one_issue


def no_answer(error: Exception, access: JiraAccess) -> JiraError:
    """The sentence for a request without an answer. Never the exception's text: it may hold the token."""
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return JiraError(f"{access.setting} is no web address; set it like https://example.atlassian.net")
    if isinstance(error, requests.exceptions.InvalidHeader) or not isinstance(
        error, requests.exceptions.RequestException
    ):
        return LoginRefusedError(
            "PHASEWISE_JIRA_EMAIL or PHASEWISE_JIRA_TOKEN holds a character that no e-mail or token has; "
            "copy it again"
        )
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, PrivateAddressError):
            return JiraError(str(cause))
    if any(isinstance(cause, ssl.SSLError | urllib3.exceptions.SSLError) for cause in causes):
        return JiraError(
            f"The certificate of {access.host} cannot be verified (expired, another name, or an authority "
            "unknown here): put the authority's certificate into a file and set REQUESTS_CA_BUNDLE to it"
        )
    if any(isinstance(cause, NameResolutionError) for cause in causes):
        what = f"The name {access.host} cannot be resolved: check {access.setting} and this machine's DNS"
    elif any(isinstance(cause, requests.exceptions.Timeout) for cause in causes):
        what = f"{access.host} did not answer in time: check the network, or try again later"
    elif any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        what = f"{access.host} refused the connection: check {access.setting}, the port, and that Jira runs"
    else:
        what = f"The connection to {access.host} broke before an answer came: try again later"
    unreachable = UnreachableError(what, retryable=True)
    unreachable.was_sent = not any(isinstance(cause, _BEFORE_SENDING) for cause in causes)
    return unreachable


TAKEN_FOR_AN_APP = "Connect Session Auth Token"
"""In what Cloud says to a token that comes as Bearer, as Data Center has it: it takes that for an app's."""

_BEFORE_SENDING = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    ConnectionRefusedError,
)


def _causes(error: BaseException | None) -> Any:
    """The exception and all it was made from; requests hides the real cause in `args` and `reason`."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        cause = waiting.pop()
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args]


def refusal(status: int, headers: Mapping[str, str], said: str, access: JiraAccess) -> JiraError:
    """The sentence for an answer that is not 2xx and not 429; `said` is Jira's own message, if any."""
    said = f" Jira says: {one_line(said)}" if said else ""
    if 300 <= status < 400:
        target = urlsplit(headers.get("Location", "")).netloc or "another page"
        return JiraError(
            f"{access.host} redirects to {target} ({status}); the token was not sent there: set "
            f"{access.setting} to the address where Jira answers itself, past any log-in page",
            status=status,
        )
    if "AUTHENTICATION_DENIED" in headers.get("X-Seraph-LoginReason", ""):
        return LoginRefusedError(
            "Jira asks this account for a CAPTCHA after failed log-ins (403): log in once with a browser as "
            "that account, then try again",
            status=status,
        )
    if status == 401:
        return LoginRefusedError(_token_refused(access), status=401)
    if status == 403 and TAKEN_FOR_AN_APP in said:
        return LoginRefusedError(
            "Jira Cloud takes a token only together with its e-mail (403): set PHASEWISE_JIRA_EMAIL to that "
            "of the account that made it",
            status=403,
        )
    if status >= 500:
        return JiraError(
            f"{access.host} fails ({status}): try again later.{said}", retryable=True, status=status
        )
    refused = RefusalError(
        _BY_STATUS.get(status, "Jira refused the request").format(setting=access.setting)
        + f" ({status}).{said}",
        status=status,
    )
    refused.said = said.removeprefix(" Jira says: ")
    return refused


_BY_STATUS = {
    400: "Jira does not accept the request: check PHASEWISE_JIRA_SCOPE and the field settings",
    403: "Jira forbids this: give the account the Browse Projects permission, or a token with the scope "
    "read:jira-work",
    404: "There is no Jira API at this address: check {setting}, a context path such as /jira included",
    410: "Jira has removed this part of its API: update Phasewise",
}


def _token_refused(access: JiraAccess) -> str:
    if access.email is None:
        return (
            "Jira refused the token (401): it has expired or is wrong; make a new personal access token and "
            "set PHASEWISE_JIRA_TOKEN, and for Jira Cloud set PHASEWISE_JIRA_EMAIL too"
        )
    if not access.is_elsewhere:
        return (
            "Jira refused the token (401): it has expired, is wrong or is not of this e-mail; make a new "
            "one and set PHASEWISE_JIRA_TOKEN. A scoped token works only with PHASEWISE_JIRA_API_URL="
            "https://api.atlassian.com/ex/jira/{cloudId}, whose cloudId is shown at "
            f"{access.url.rstrip('/')}/_edge/tenant_info"
        )
    return (
        "Jira refused the token (401): it has expired or is wrong, its scopes are missing, or the cloudId in "
        "PHASEWISE_JIRA_API_URL is another site's; set PHASEWISE_JIRA_TOKEN to a scoped token of this site"
    )


def no_json(status: int, access: JiraAccess) -> JiraError:
    """The sentence for a 2xx answer that is a web page."""
    return JiraError(
        f"{access.host} answered with a web page instead of data ({status}): a log-in (SSO) or maintenance "
        f"page stands before Jira; set {access.setting} to where Jira itself answers, or try later",
        retryable=True,
        status=status,
    )


def rate_limited(headers: Mapping[str, str], now: Instant) -> RateLimitedError:
    """What a 429 asks for: how long, and whether of this kind of request only or of all."""
    reason = one_line(headers.get("RateLimit-Reason", ""), 60)
    return RateLimitedError(
        "Jira asks to slow down (429)" + (f": {reason}" if reason else ""),
        asked_seconds=_asked_seconds(headers, now),
        whole_site="quota" in reason,
        one_issue="per-issue" in reason,
    )


def _asked_seconds(headers: Mapping[str, str], now: Instant) -> float | None:
    """Seconds from `Retry-After` (a number or a date) or `X-RateLimit-Reset`; None where neither makes sense.

    A date is measured from the answer's own `Date`, so that a wrong clock on either side does not matter.
    """
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:12])
    sent = http_date(headers.get("Date"))
    until = http_date(value)
    if until is None and not value:
        try:
            until = instant_of(headers.get("X-RateLimit-Reset"))
        except ValueError:
            return None
    if until is None:
        return None
    return max(0.0, (until - (now if sent is None else sent)) / 1000)
