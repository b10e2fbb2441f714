"""What every use case is given; `bootstrap` builds it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from phasewise.core.model import Instant, Policy
from phasewise.core.rights import OPERATOR, Asker
from phasewise.core.rulebook import Rulebook, one_team
from phasewise.store import policies
from phasewise.store.db import Connection, Database

if TYPE_CHECKING:
    from phasewise.chat.post import Chat
    from phasewise.jira.client import JiraClients
    from phasewise.mail.smtp import Smtp
    from phasewise.oidc.provider import Provider


@dataclass(frozen=True)
class Deps:
    """The database and the site in it, the policy, the clock; `jira` is None where it is not needed.

    `declared` are the teams as the settings name them; None: one team, of which `policy` is the policy. Both
    count only until versions are stored: ask `rulebook`.
    `poll_seconds` is how often a running service reads Jira. `webhook_secrets` are those that deliveries are
    signed with, none where there are no webhooks; `jira_urls` the addresses that Jira calls its own.
    `mailer` is None where no mail server is set, `chat` where no chat is; `report_at` is when the report of a
    team is sent that has no plan of its own; `admin_email` who is told of what only a person can repair.
    `base_url` is where people reach us, `asker` who asks: for each request somebody else; `provider`
    is where people sign in by OpenID Connect, None where there is no such place. `board_moves`: leads may
    move cards, which writes to Jira. `records_in_jira`: what is recorded of a project is shown on its epic.
    """

    database: Database
    site_id: int
    policy: Policy
    now: Callable[[], Instant]
    jira: "JiraClients | None" = None
    poll_seconds: float = 60.0
    webhook_secrets: tuple[bytes, ...] = field(default=(), repr=False)
    jira_urls: tuple[str, ...] = ()
    mailer: "Smtp | None" = None
    chat: "Chat | None" = None
    report_at: str = "Mon 08:00"
    admin_email: str | None = None
    declared: Rulebook | None = None
    base_url: str = "http://127.0.0.1:8000"
    asker: Asker = OPERATOR
    provider: "Provider | None" = None
    board_moves: bool = False
    records_in_jira: bool = False

    def rulebook(self, connection: Connection) -> Rulebook:
        """Whose policy counts when, as it is stored, or declared where nothing is."""
        return policies.rulebook(connection, self.site_id, self.declared_rulebook)

    @property
    def declared_rulebook(self) -> Rulebook:
        return self.declared or one_team(self.policy)
