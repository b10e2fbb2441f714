"""Whether a delivery was signed with one of our secrets. `web/webhooks.py` asks."""

import hashlib
import hmac
import re
from collections.abc import Sequence

HEADER = "x-hub-signature"
SHA256 = re.compile(r"sha256=([0-9A-Fa-f]{64})")


def is_signed(body: bytes | bytearray, headers: Sequence[str], secrets: Sequence[bytes]) -> bool:
    """Whether `headers`, all that came as X-Hub-Signature, hold one signature of `body` by one of `secrets`.

    Only `sha256=` and 64 hexadecimal digits of either case count: a header that comes twice, or another
    method, could be read in two ways and is refused.
    """
    found = SHA256.fullmatch(headers[0]) if len(headers) == 1 else None
    if found is None:
        return False
    claimed = bytes.fromhex(found[1])
    return any(hmac.compare_digest(hmac.digest(secret, body, "sha256"), claimed) for secret in secrets)


def is_secret(text: str, secrets: Sequence[bytes]) -> bool:
    """Whether `text` is one of `secrets`: for a Jira that cannot sign, and has it in the address."""
    given = hashlib.sha256(text.encode(errors="surrogateescape")).digest()
    return any(hmac.compare_digest(hashlib.sha256(secret).digest(), given) for secret in secrets)
