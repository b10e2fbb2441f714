"""Where Jira is, who we are there, and what the settings say about it. `bootstrap` makes it."""

import hashlib
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class JiraAccess:
    """Where Jira is and who we are. `url` is what people browse, `api_url` where the API is, if elsewhere.

    With an e-mail the token is a Cloud API token (Basic); alone it is sent as Bearer. `scope` is the JQL of
    what is watched; the two fields are ids, set only where they cannot be found.
    """

    url: str
    token: str = field(repr=False)
    email: str | None = None
    api_url: str | None = None
    scope: str | None = None
    phase_field: str | None = None
    flag_field: str | None = None

    @property
    def api(self) -> str:
        """The base of every request, without a slash at its end."""
        return (self.api_url or self.url).rstrip("/")

    @property
    def digest(self) -> str:
        """Tells one log-in from another without keeping it: 16 hexadecimal digits."""
        login = "\n".join((self.api, self.email or "", self.token))
        return hashlib.sha256(login.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def host(self) -> str:
        return urlsplit(self.api).netloc

    @property
    def setting(self) -> str:
        """The setting that holds the address of the requests."""
        return "PHASEWISE_JIRA_API_URL" if self.is_elsewhere else "PHASEWISE_JIRA_URL"

    @property
    def is_elsewhere(self) -> bool:
        """Whether the API has another address than the pages."""
        return self.api_url is not None and self.api_url.rstrip("/") != self.url.rstrip("/")
