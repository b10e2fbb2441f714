"""What must never be read by anybody: secrets are taken out of every log line and every error sentence.

The command line names them once, from the settings; `log` and `errors` ask for `masked` texts.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

MASK = "***"
SHORTEST = 6
"""Anything shorter is part of too many words to be taken out of them."""

ALWAYS = (
    (re.compile(r"(/webhooks/jira/)[^\s?#\"'<>]+"), rf"\1{MASK}"),
    (re.compile(r"\bphw_[\w-]{20,}"), MASK),
    (re.compile(r"\b((?:Bearer|Basic) +)[\w.~+/=-]{16,}", re.IGNORECASE), rf"\1{MASK}"),
)
"""Secrets wherever they stand: the end of this address, our tokens, what follows these words."""

_named: list[re.Pattern[str]] = []


def hide(secrets: Iterable[str]) -> None:
    """From now on these are masked in this process, and those that were before no longer are."""
    forms = {form for secret in secrets if len(secret) >= SHORTEST for form in _forms(secret)}
    longest_first = sorted(forms, key=len, reverse=True)
    _named[:] = [re.compile("|".join(map(re.escape, longest_first)))] if forms else []


def masked(text: str) -> str:
    """The text with three stars for each secret in it."""
    for pattern in _named:
        text = pattern.sub(MASK, text)
    for pattern, kept in ALWAYS:
        text = pattern.sub(kept, text)
    return text


def _forms(secret: str) -> tuple[str, ...]:
    """As it is, as addresses have it, and as Python quotes it."""
    return secret, quote(secret, safe=""), quote_plus(secret), repr(secret)[1:-1]
