"""Addresses and tokens as people paste them, made into what a setting holds. For `find_jira` and `init`."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

QUOTES = "\"'`\u2018\u2019\u201c\u201d\u00ab\u00bb"
SCHEME_OF_LOGIN = re.compile(r"(?i)^(bearer|basic)\s+")
CLOUD_NAME = re.compile(r"[A-Za-z0-9-]+")
EXAMPLE = "https://example.atlassian.net"


def addresses(text: str) -> Iterator[str]:
    """The addresses that may be meant, the likeliest first: a page of Jira is cut back, step by step.

    A context path (`/jira`) can only be told from a page by asking. ValueError where it is no web address.
    """
    typed = text.strip().strip(QUOTES).strip()
    if CLOUD_NAME.fullmatch(typed) and typed.lower() != "localhost":
        typed += ".atlassian.net"
    if "://" not in typed:
        typed = f"https://{typed}"
    try:
        parts = urlsplit(typed)
        port = parts.port
    except ValueError:
        raise ValueError(f"an address looks like {EXAMPLE}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", typed):
        raise ValueError(f"an address looks like {EXAMPLE}")
    if parts.username or parts.password:
        raise ValueError("an address holds no user name and no password")
    host = parts.hostname if ":" not in parts.hostname else f"[{parts.hostname}]"
    origin = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
    steps = [step for step in parts.path.split("/") if step]
    if host.endswith(".atlassian.net"):
        steps = []  # Jira Cloud is at the root
    for many in range(min(len(steps), 2), 0, -1):
        yield f"{origin}/{'/'.join(steps[:many])}"
    yield origin


def token(text: str) -> str:
    """The token without the blanks, quotes and `Bearer ` that came along. ValueError where none is left."""
    found = SCHEME_OF_LOGIN.sub("", text.strip().strip(QUOTES).strip()).strip(QUOTES)
    if not found:
        raise ValueError("a token is needed")
    if not found.isascii() or re.search(r"[\s\x00-\x1f\x7f]", found):
        raise ValueError("a token is one word of plain letters, digits and signs; copy it again")
    return found
