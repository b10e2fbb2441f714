"""How an identity provider is asked, and what comes of it: values without the libraries that ask.

Made by `bootstrap` and `provider`, read by usecases/accounts/federated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from phasewise.core.rights import Role
from phasewise.errors import PhasewiseError


class ProviderError(PhasewiseError):
    """The identity provider cannot be reached, or says what cannot be believed."""

    http_status = 502
    title = "Identity provider"


@dataclass(frozen=True, slots=True)
class ProviderAccess:
    """How to ask the provider; `name` is what people call it. `roles` are by group, as `groups_claim` names
    groups; `usual` is the role of whoever is in none of them, None: they may not come in. `secret_key` is the
    key of the installation, empty where none is set."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str = "single sign-on"
    groups_claim: str = "groups"
    roles: Mapping[str, Role] = field(default_factory=dict)
    usual: Role | None = None
    secret_key: str = field(default="", repr=False)

    @property
    def signing_key(self) -> bytes:
        """What signs what a browser keeps while it signs in: the same in all processes."""
        return (self.secret_key or self.client_secret).encode()


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that was begun: where the browser goes, and what has to come back."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signed in. `subject` is unique over all providers; `email` None unless the provider verified it."""

    subject: str
    email: str | None
    name: str
    groups: tuple[str, ...]
