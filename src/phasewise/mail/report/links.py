"""Where the figures of a report lead: to their lists, as they were at its instant. Called by form."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from phasewise.core.model import Instant

LONGEST = 2_000
"""Characters of an address: what servers and mail programs take."""


@dataclass(frozen=True, slots=True)
class Links:
    """`base` is the address of this installation, None where it is not known: then nothing is linked.
    `report` shows the report in a browser, `preferences` changes these mails, `unsubscribe` ends them.
    Without `lists` only the report is linked: for readers who have no account."""

    base: str | None = None
    report: str | None = None
    preferences: str | None = None
    unsubscribe: str | None = None
    lists: bool = True

    def to(self, path: str, as_of: Instant, **query: str | int) -> str | None:
        """The address of a list as of an instant; `path` is quoted part by part. None for one too long."""
        if self.base is None or not self.lists:
            return None
        asked = urlencode({**query, "as_of": written(as_of)}, safe=":")
        address = f"{self.base.rstrip('/')}/{quote(path)}?{asked}"
        return address if len(address) <= LONGEST else None


def written(at: Instant) -> str:
    """RFC 3339, as short as it may be: `2026-11-22T23:00:00Z`."""
    moment = datetime.fromtimestamp(at / 1000, UTC).replace(tzinfo=None)
    return moment.isoformat(timespec="milliseconds").removesuffix(".000") + "Z"


def safe(url: str | None) -> str | None:
    """The address where it is one of the web: anything else (javascript:, data:) is no link."""
    return url if url is not None and url.lower().startswith(("https://", "http://")) else None
