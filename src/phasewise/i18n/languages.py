"""The languages that there are, and which of them a browser asks for. Called by web and by whoever mails."""

from collections.abc import Mapping

ENGLISH = "en"
"""The language of the messages' own texts, and of whoever says nothing."""

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "fr": "Français",
    "ja": "日本語",
    "ru": "Русский",
    "zh": "中文",
}
"""By code, what its speakers call it."""

TAGS: Mapping[str, str] = {"zh": "zh-Hans"}
"""What `<html lang>` says where it is not the code."""

LONGEST = 1_000
"""Characters of an Accept-Language header that are read."""


def known(code: str | None) -> str | None:
    """The code if it is one of ours, else None."""
    return code if code in LANGUAGES else None


def tag_of(language: str) -> str:
    """The language as documents name it (BCP 47)."""
    return TAGS.get(language, language)


def chosen(accepted: str | None) -> str:
    """The first of our languages in an Accept-Language header, by its weights; English where there is none.

    `fr-CH` is `fr`, every Chinese is `zh`.
    """
    weighed: list[tuple[float, int, str]] = []
    for place, entry in enumerate((accepted or "")[:LONGEST].split(",")):
        name, _, parameter = entry.strip().partition(";")
        code = known(name.strip().lower().partition("-")[0])
        weight = _weight(parameter)
        if code is not None and weight > 0:
            weighed.append((-weight, place, code))
    return min(weighed)[2] if weighed else ENGLISH


def _weight(parameter: str) -> float:
    """`q=0.8` as 0.8; nothing is 1, and what cannot be read is 0."""
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if name.strip() == "q" and 0 <= weight <= 1 else 0.0
