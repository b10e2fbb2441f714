"""What every use case is given; `bootstrap` builds it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from phasewise.core.model import Instant, Policy
from phasewise.store.db import Database

if TYPE_CHECKING:
    from phasewise.jira.client import JiraClients


@dataclass(frozen=True)
class Deps:
    """The database and the site in it, the policy, the clock; `jira` is None where it is not needed.

    `poll_seconds` is how often a running service reads Jira.
    """

    database: Database
    site_id: int
    policy: Policy
    now: Callable[[], Instant]
    jira: "JiraClients | None" = None
    poll_seconds: float = 60.0
