"""Sign-in at an identity provider: authorization code with PKCE and a nonce. `bootstrap` makes the one there
is, usecases/accounts/federated uses it.

What the provider says of itself is read when it is needed and kept for an hour. Tokens are believed only if
signed by one of its keys, with an asymmetric algorithm, for us, now, and for this very sign-in.
"""

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException

from phasewise.oidc.identity import Begun, Identity, ProviderAccess, ProviderError

ALGORITHMS = tuple(f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512))
SCOPE = "openid email profile"
TIMEOUT_SECONDS = 10.0
KEPT_SECONDS = 3600.0
LEEWAY_SECONDS = 60
LARGEST_BYTES = 1 << 20
WELL_KNOWN = "/.well-known/openid-configuration"


class Provider:
    """One identity provider; threads share it."""

    def __init__(self, access: ProviderAccess, clock: Callable[[], float] = time.time) -> None:
        self.access = access
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, dict[str, Any]]] = {}

    def begin(self, redirect_uri: str) -> Begun:
        """Where to send the browser. Raises ProviderError."""
        nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        with self._session(redirect_uri) as session:
            url, state = session.create_authorization_url(
                self._metadata()["authorization_endpoint"], code_verifier=verifier, nonce=nonce
            )
        return Begun(url, state, nonce, verifier)

    def finish(self, begun: Begun, redirect_uri: str, code: str) -> Identity:
        """Who signed in, for the code that came back. Raises ProviderError."""
        endpoint = self._metadata()["token_endpoint"]
        try:
            with self._session(redirect_uri) as session:
                answer = session.fetch_token(
                    endpoint, code=code, code_verifier=begun.verifier, allow_redirects=False
                )
        except (RequestException, OAuthError, ValueError) as error:
            raise ProviderError(f"{self.access.name} did not take the code: {type(error).__name__}") from None
        token = answer.get("id_token") if isinstance(answer, dict) else None
        if not isinstance(token, str):
            raise ProviderError(f"{self.access.name} sent no ID token")
        return self._identity(self._claims(token, begun.nonce))

    def _claims(self, token: str, nonce: str) -> Mapping[str, Any]:
        """What the token says. A key that is not known yet may be new: the keys are read again, once."""
        for is_again in (False, True):
            try:
                keys = KeySet.import_key_set(self._keys(again=is_again))  # type: ignore[arg-type]
                claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
                self._registry(nonce).validate(claims)
            except (JoseError, ValueError) as error:
                if is_again:
                    raise ProviderError(f"The ID token cannot be believed: {type(error).__name__}") from None
            else:
                break
        audience = claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != self.access.client_id:
            raise ProviderError("The ID token cannot be believed: it is for somebody else, too")
        return claims

    def _registry(self, nonce: str) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=int(self._clock()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._metadata()["issuer"]},
            aud={"essential": True, "value": self.access.client_id},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        email, groups = claims.get("email"), claims.get(self.access.groups_claim, ())
        is_verified = isinstance(email, str) and claims.get("email_verified") is True
        return Identity(
            subject=f"{claims['iss']} {claims['sub']}"[:512],
            email=email if is_verified else None,
            name=str(claims.get("name") or claims.get("preferred_username") or ""),
            groups=tuple(map(str, groups)) if isinstance(groups, list | tuple) else (str(groups),),
        )

    # ------------------------------------------------------------------ what the provider says of itself

    def _metadata(self) -> dict[str, Any]:
        found = self._read(self.access.issuer.rstrip("/") + WELL_KNOWN)
        if str(found.get("issuer", "")).rstrip("/") != self.access.issuer.rstrip("/"):
            raise ProviderError("The provider calls itself otherwise than PHASEWISE_OIDC_ISSUER does")
        wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if not all(isinstance(found.get(name), str) for name in wanted):
            raise ProviderError("The provider does not say where it signs people in")
        return found

    def _keys(self, *, again: bool) -> dict[str, Any]:
        return self._read(self._metadata()["jwks_uri"], again=again)

    def _read(self, url: str, *, again: bool = False) -> dict[str, Any]:
        with self._lock:
            kept = self._known.get(url)
            if kept is not None and not again and self._clock() - kept[0] < KEPT_SECONDS:
                return kept[1]
        try:
            with self._session("") as session:
                answer = session.get(url, withhold_token=True, allow_redirects=False)
                found = answer.json() if len(answer.content) <= LARGEST_BYTES else None
        except (RequestException, ValueError):
            raise ProviderError(
                f"{self.access.name} cannot be reached; try again, or use a password"
            ) from None
        if answer.status_code != 200 or not isinstance(found, dict):
            raise ProviderError(f"{self.access.name} answered {answer.status_code} when asked about itself")
        with self._lock:
            self._known[url] = (self._clock(), found)
        return found

    def _session(self, redirect_uri: str) -> OAuth2Session:
        return OAuth2Session(
            self.access.client_id,
            self.access.client_secret,
            scope=SCOPE,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            default_timeout=TIMEOUT_SECONDS,
        )
