"""Everything that can be made to go wrong, and when. Set by options, by tests, or by POST /_sandbox/trouble.

`app` asks before and after each request; nothing here happens unless asked for.
"""

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from phasewise.sandbox.model import Language

FaultKind = Literal[
    "status", "html", "drop", "truncate", "half_json", "apply_then_drop", "redirect", "dribble"
]


class Fault(BaseModel):
    """One way to fail. Strikes every `every`-th matching request after `skip`, `times` times (None: always).

    status: answers `status` with `body`; html: 200 with a log-in page; drop: no answer at all;
    truncate: half the promised bytes, then the connection closes; half_json: a well-formed answer of half a
    document; apply_then_drop: the request is carried out, the answer lost; redirect: 302 to `location`;
    dribble: the answer in single bytes, `delay_ms` apart.
    """

    model_config = ConfigDict(extra="forbid")

    kind: FaultKind = "status"
    path: str = ""
    method: str | None = None
    every: int = Field(default=1, ge=1)
    skip: int = 0
    times: int | None = None
    status: int = 500
    body: str = '{"errorMessages":["Internal server error"],"errors":{}}'
    headers: dict[str, str] = Field(default_factory=dict)
    location: str = "https://id.example.com/login"
    delay_ms: int = 1
    _seen: int = PrivateAttr(0)
    _struck: int = PrivateAttr(0)

    def strikes(self, method: str, path: str) -> bool:
        """Counts a request, and says whether this is one to spoil."""
        if self.method not in (None, method) or not re.search(self.path, path):
            return False
        if self.times is not None and self._struck >= self.times:
            return False
        self._seen += 1
        if self._seen <= self.skip or (self._seen - self.skip) % self.every:
            return False
        self._struck += 1
        return True


class Trouble(BaseModel):
    """The trouble of a site. All off by default."""

    model_config = ConfigDict(extra="forbid")

    latency_ms: int = 0
    rate_limit: int = Field(default=0, ge=0)
    """Every so-many-th request answers 429; 0: none does."""
    retry_after: str | None = "1"
    rate_limit_reason: str | None = "jira-burst-based"
    limit_issue_writes: bool = False
    """20 writes of one issue in 2 s, 100 in 30 s."""
    faults: list[Fault] = Field(default_factory=list)

    token: str | None = None
    """The one token accepted (as the Basic password or the Bearer); None: any, or none at all."""
    wrong_token: Literal["401", "anonymous", "captcha"] = "401"  # noqa: S105 - not a secret, a mode.
    caller_zone: str | None = None
    hidden_spaces: set[str] = Field(default_factory=set)
    """Ids or keys of spaces the caller may no longer browse."""
    hidden_issues: set[int] = Field(default_factory=set)
    may_transition: bool = True
    may_administer: bool = True
    """False: 403 on the registration of webhooks."""
    refuse_silent_edits: bool = False
    """403 on `notifyUsers=false`."""
    conflicts: int = 0
    """So many of the next transitions answer 409."""

    index_lag_ms: int = 0
    edit_after_page: bool = False
    """An issue of each served search page is edited right after."""
    short_pages: bool = False
    """Search pages hold fewer issues than asked for, though more follow."""
    max_result_window: int = 0
    """Data Center on OpenSearch: offsets beyond so many results fail; 0: none do."""
    page_token: Literal["", "repeated", "expired", "empty_page"] = ""

    datacenter_version: str = Field(default="10.3.24", pattern=r"^\d+\.\d+\.\d+$")
    """Data Center's: before 10 webhooks are not signed, and their registration has the old path alone."""
    language: Language | None = None
    renamed_statuses: dict[str, str] = Field(default_factory=dict)
    deleted_fields: set[str] = Field(default_factory=set)

    webhook_copies: int = 1
    """How often each delivery is sent."""
    webhook_reorder: bool = False
    """Deliveries are held back and sent in pairs, the later one first."""
    webhook_at_once: int = 1
    """So many are sent at a time, up to 20, as Jira Cloud does: then they overtake each other."""
    webhook_retry_ms: int = 5 * 60_000
    webhook_lost: bool = False
    """No delivery is sent at all."""

    _requests: int = PrivateAttr(0)

    def is_rate_limited(self) -> bool:
        """Counts a request, and says whether it is the N-th."""
        self._requests += 1
        return self.rate_limit > 0 and self._requests % self.rate_limit == 0

    @property
    def is_before_ten(self) -> bool:
        return int(self.datacenter_version.partition(".")[0]) < 10

    def fault(self, method: str, path: str) -> Fault | None:
        return next((fault for fault in self.faults if fault.strikes(method, path)), None)

    def change(self, values: dict[str, object]) -> None:
        """Sets some of it, validated; pydantic's ValidationError where a name or value is wrong."""
        fresh = Trouble.model_validate(
            {**self.model_dump(exclude={"faults"}), "faults": self.faults, **values}
        )
        for name in Trouble.model_fields:
            setattr(self, name, getattr(fresh, name))
