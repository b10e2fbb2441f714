"""What a browser keeps for us and cannot change: signed, for a few minutes. Called by `federated`."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256

from phasewise.core.model import Instant

PURPOSE = b"phasewise sign-in"
"""The key may be used for something else, too: what is signed here is good for nothing else."""


def sealed(key: bytes, body: Mapping[str, str], until: Instant) -> str:
    """The body with the instant it is good until, signed, as text that a cookie takes."""
    text = urlsafe_b64encode(json.dumps([until, dict(body)]).encode())
    return f"{text.decode()}.{_signature(key, text)}"


def opened(key: bytes, text: str, now: Instant) -> dict[str, str] | None:
    """The body, if it was sealed with this key and is still good; None otherwise."""
    body, _, signature = text.partition(".")
    kept = body.encode(errors="replace")
    if not hmac.compare_digest(_signature(key, kept).encode(), signature.encode(errors="replace")):
        return None
    until, values = json.loads(urlsafe_b64decode(kept))
    return values if now < until else None


def _signature(key: bytes, text: bytes) -> str:
    return hmac.new(hmac.digest(key, PURPOSE, sha256), text, sha256).hexdigest()
