"""A small OpenID Connect provider on loopback: discovery, keys, a code for PKCE, signed ID tokens.

`claims` is what it says next, `spoil` what it does to a token before it is signed.
"""

import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey

from phasewise.oidc.identity import ProviderAccess
from phasewise.oidc.provider import Provider

CLIENT, SECRET = "phasewise", "a secret of the client"


class Identities:
    """What the provider knows and does."""

    def __init__(self) -> None:
        self.issuer = ""
        self.key = ECKey.generate_key("P-256", {"kid": "first"})
        self.signed_with: ECKey | OctKey = self.key
        self.algorithm = "ES256"
        self.claims: dict[str, Any] = {}
        self.asked: dict[str, dict[str, str]] = {}
        self.spoil: Callable[[dict[str, Any]], dict[str, Any]] = dict
        self.reads = 0

    def code_for(self, url: str) -> str:
        """What a browser brings back: the query, after a person signed in at `url`."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        code = f"code-{len(self.asked)}"
        self.asked[code] = asked
        return urlencode({"code": code, "state": asked["state"]})

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        asked = self.asked.pop(form.get("code", ""), None)
        challenge = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest())
        if asked is None or challenge.rstrip(b"=").decode() != asked["code_challenge"]:
            return None
        now = int(time.time())
        told = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": asked["nonce"]}
        header = {"alg": self.algorithm, "kid": self.key.kid}
        claims = self.spoil({**told, **self.claims})
        token = jwt.encode(header, claims, self.signed_with, algorithms=[self.algorithm])
        return {"access_token": "a", "token_type": "Bearer", "id_token": token}

    def document(self, path: str) -> dict[str, Any]:
        self.reads += 1
        if path == "/keys":
            return dict(KeySet([self.key]).as_dict(private=False))
        ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return {"issuer": self.issuer, **{name: self.issuer + path for name, path in ends.items()}}


@contextmanager
def identities() -> Iterator[Identities]:
    """A running provider."""
    known = Identities()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(200, known.document(self.path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            answer = known.token({name: values[0] for name, values in parse_qs(body).items()})
            self._say(400 if answer is None else 200, answer or {"error": "invalid_grant"})

        def _say(self, status: int, value: dict[str, Any]) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def provider(known: Identities, **more: Any) -> Provider:
    return Provider(ProviderAccess(known.issuer, CLIENT, SECRET, "Example ID", **more))
