"""The catalogues, read from their .po file when a language is first spoken, and kept. For `speaking`."""

from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

LOCALE_FOLDER = Path(__file__).resolve().parent.parent / "locale"


def catalogue_path(domain: str, language: str) -> Path:
    """Where the messages of a domain (pages, mail) are in a language."""
    return LOCALE_FOLDER / language / "LC_MESSAGES" / f"{domain}.po"


@cache
def catalogue(domain: str, language: str) -> GNUTranslations:
    """What a domain says in a language: 0.1 s at the first call. A message without a translation stays
    English; a fuzzy one has none."""
    # Babel takes long to import, and English needs none of it.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with catalogue_path(domain, language).open("rb") as file:
        write_mo(compiled, read_po(file, locale=language, domain=domain))
    compiled.seek(0)
    return GNUTranslations(compiled)
