"""The key of an installation on SQLite that sets none: made once, beside its file. `bootstrap` calls it."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

from phasewise.errors import SettingsError

KEY_BYTES = 32


def kept_key(path: Path) -> str:
    """What the file holds; if there is none it is made, whole or not at all, for its owner alone. Raises
    SettingsError where it can neither be read nor written."""
    try:
        if not path.exists():
            _make(path)
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it holds no key"
        raise SettingsError(f"{path} cannot be used: {reason}; set PHASEWISE_SECRET_KEY instead") from None
    if not key:
        raise SettingsError(f"{path} is empty: delete it, and another one is made")
    return key


def _make(path: Path) -> None:
    """Of those who begin at once all take what the first one made."""
    descriptor, own = mkstemp(prefix=f"{path.name}.", dir=path.parent)  # for its owner alone
    try:
        with open(descriptor, "w", encoding="ascii") as file:
            file.write(f"{secrets.token_hex(KEY_BYTES)}\n")
        with suppress(FileExistsError):
            os.link(own, path)
    finally:
        os.unlink(own)
