"""Whether Jira has a webhook for this service, and its registration where somebody asks for it.

`phasewise check` calls it. The configured secret is never part of a text: Jira gets it, or a person who
registers the webhook by hand takes it from the settings.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from phasewise.errors import JiraError, SettingsError
from phasewise.jira.sending import Outcome, Sent
from phasewise.jira.webhook_admin import Hook
from phasewise.masking import masked
from phasewise.usecases.checks import FINE, MISSING, WARNING, Checked
from phasewise.usecases.deps import Deps
from phasewise.usecases.webhook_words import by_hand, may_not_reach

PATH = "/webhooks/jira"
NOT_ALLOWED = (401, 403, 404)
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class WebhookReport:
    """`state` is ok, missing, incomplete, no_secret, not_allowed, or unknown: Jira gave no good answer.

    `lacks` is what a repair puts right; `offer` the question whether to register or repair it.
    """

    state: str
    checks: tuple[Checked, ...]
    address: str
    events: tuple[str, ...]
    lacks: tuple[str, ...] = ()
    offer: str | None = None
    proposed_secret: str | None = None

    @property
    def settings(self) -> tuple[str, ...]:
        """Lines ready for the settings, where a secret is still to be chosen."""
        if self.proposed_secret is None:
            return ()
        return (
            "",
            "# A secret for webhooks, made just now: keep it as a setting, then run phasewise check again.",
            f"PHASEWISE_WEBHOOK_SECRET={self.proposed_secret}",
        )

    def as_dict(self) -> dict[str, Any]:
        """For `--json`; the texts are among the checks."""
        names = ("state", "address", "events", "lacks", "proposed_secret")
        return {name: getattr(self, name) for name in names}


def check_webhook(deps: Deps, base_url: str) -> WebhookReport:
    """Look. `base_url` is the address of this service; nothing is changed."""
    return _Place(deps, base_url).look()


def put_webhook_right(deps: Deps, base_url: str) -> WebhookReport:
    """Register the webhook, or give the one there is all it lacks and the secret once more; then look."""
    return _Place(deps, base_url).put_right()


class _Place:
    """This service as one Jira would send to it."""

    def __init__(self, deps: Deps, base_url: str) -> None:
        if deps.jira is None:
            raise SettingsError("PHASEWISE_JIRA_URL and PHASEWISE_JIRA_TOKEN are missing: set both")
        self.client = deps.jira.client()
        self.admin = self.client.webhook_admin()
        self.address = base_url.rstrip("/") + PATH
        self.secrets = [secret.decode() for secret in deps.webhook_secrets]

    # ------------------------------------------------------------ looking

    def look(self, done: str = "") -> WebhookReport:
        """`done` says what was just done to it."""
        try:
            hooks = self._ours()
        except JiraError as error:
            return self._unseen(error)
        if not self.secrets:
            return self._without_secret(bool(hooks))
        if not hooks:
            text = "none is registered for this service; `phasewise check --register-webhook` does it"
            offer = f"Register a webhook for {self.shown_address} in Jira?"
            return self._report("missing", WARNING, text, offer=offer)
        lacks, hook = min(((self._lacks(one), one) for one in hooks), key=lambda found: len(found[0]))
        more = tuple(self._warnings(hook, len(hooks)))
        if lacks:
            text = f"registered, but {'; '.join(lacks)}; `phasewise check --register-webhook` repairs it"
            return self._report("incomplete", WARNING, text, more, lacks, "Repair the webhook in Jira?")
        text = f"{done}registered for {self.shown_address}, {len(self.admin.events)} events"
        return self._report("ok", FINE, text, more)

    def _ours(self) -> list[Hook]:
        """The webhooks that send here, with a secret in the address or without."""
        here = _plain(self.address)
        return [one for one in self.admin.hooks() if f"{_plain(one.url)}/".startswith(f"{here}/")]

    def _lacks(self, hook: Hook) -> tuple[str, ...]:
        return tuple(self._each_lack(hook))

    def _each_lack(self, hook: Hook) -> Iterator[str]:
        missing = [event for event in self.admin.events if event not in hook.events]
        if missing:
            yield f"it lacks the events {', '.join(missing)}"
        if not hook.is_enabled:
            yield "it is switched off"
        if not hook.has_body:
            yield "it excludes the body"
        if not self._is_vouched(hook):
            yield "it has no secret that is set here, so that its deliveries are refused"

    def _is_vouched(self, hook: Hook) -> bool:
        """Whether its deliveries can be believed. Which secret Jira signs with, it does not tell."""
        behind = _plain(hook.url)[len(_plain(self.address)) :].removeprefix("/")
        if behind:
            return unquote(behind) in self.secrets
        return self.admin.signs and hook.is_signed is not False

    def _warnings(self, hook: Hook, number: int) -> Iterator[Checked]:
        if hook.jql:
            text = "it has a JQL filter: what leaves it is not told, and found by polling"
            yield Checked("Webhook filter", WARNING, text)
        if number > 1:
            yield Checked("Webhooks", WARNING, f"{number} are registered for this service; one is enough")

    # ------------------------------------------------------------ putting right

    def put_right(self) -> WebhookReport:
        if not self.secrets:
            return self._failed(self.look())
        try:
            hooks = self._ours()
        except JiraError as error:
            return self._failed(self._unseen(error))
        hook = min(hooks, key=lambda one: len(self._lacks(one)), default=None)
        sent = self._register() if hook is None else self._repair(hook)
        if sent.outcome in (Outcome.REFUSED, Outcome.NOT_SENT):
            return self._failed(self._refused(sent))
        # After an answer that was lost only another look tells whether it was done.
        found = self.look("now " if hook is None else "repaired; ")
        return found if found.state == "ok" else self._failed(found)

    def _register(self) -> Sent:
        return self.admin.register(self._wanted_address, self.secrets[0])

    def _repair(self, hook: Hook) -> Sent:
        stays = self.admin.signs and self._is_vouched(hook)
        return self.admin.repair(hook, hook.url if stays else self._wanted_address, self.secrets[0])

    @property
    def _wanted_address(self) -> str:
        return self.address if self.admin.signs else f"{self.address}/{quote(self.secrets[0], safe='')}"

    # ------------------------------------------------------------ saying

    @property
    def shown_address(self) -> str:
        """The address without its secret."""
        return self.address if self.admin.signs else f"{self.address}/<PHASEWISE_WEBHOOK_SECRET>"

    def _unseen(self, error: JiraError) -> WebhookReport:
        if not self.secrets:
            return self._without_secret(False)
        if error.status in NOT_ALLOWED:
            return self._not_allowed(error.status)
        return self._report("unknown", WARNING, str(error))

    def _refused(self, sent: Sent) -> WebhookReport:
        if sent.status in NOT_ALLOWED:
            return self._not_allowed(sent.status)
        return self._report("unknown", WARNING, masked(sent.said))

    def _not_allowed(self, status: int | None) -> WebhookReport:
        text = by_hand(self.client.access.url, self.shown_address, self.admin.events, self.admin.signs)
        return self._report("not_allowed", WARNING, f"this account may not register it ({status}): {text}")

    def _without_secret(self, is_registered: bool) -> WebhookReport:
        secret = secrets.token_hex(SECRET_BYTES)
        text = (
            "it is registered, but without PHASEWISE_WEBHOOK_SECRET every delivery is refused: set it"
            if is_registered
            else "not used, as PHASEWISE_WEBHOOK_SECRET is not set; polling is complete on its own"
        )
        found = Checked("Webhook", WARNING if is_registered else FINE, text)
        return WebhookReport(
            "no_secret", (found,), self.shown_address, self.admin.events, proposed_secret=secret
        )

    def _report(
        self,
        state: str,
        level: str,
        text: str,
        more: tuple[Checked, ...] = (),
        lacks: tuple[str, ...] = (),
        offer: str | None = None,
    ) -> WebhookReport:
        unheard = may_not_reach(self.address, self.client.access.url, is_cloud=self.admin.is_cloud)
        reach = (Checked("Webhook address", WARNING, unheard),) if unheard else ()
        checks = (Checked("Webhook", level, text), *more, *reach)
        return WebhookReport(state, checks, self.shown_address, self.admin.events, lacks, offer)

    def _failed(self, report: WebhookReport) -> WebhookReport:
        """What somebody asked for was not done, so that the command must not end as if it were."""
        first, *rest = report.checks
        return replace(report, checks=(replace(first, level=MISSING), *rest), offer=None)


def _plain(url: str) -> str:
    """An address to compare: name in lower case, without the usual port, a query or a slash at its end."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    shown = "" if port in (None, usual) else f":{port}"
    return f"{parts.scheme}://{parts.hostname or ''}{shown}{parts.path.rstrip('/')}"
