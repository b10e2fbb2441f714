"""Where the templates and migrations are: beside the sources in a checkout, bundled in an installed wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def templates_folder() -> Path:
    """The folder of the page templates."""
    return _folder("templates")


def migrations_folder() -> Path:
    """The folder of the database migrations (what alembic calls the script location)."""
    return _folder("migrations")


def _folder(name: str) -> Path:
    bundled = PACKAGE / "_bundled" / name
    return bundled if bundled.is_dir() else PACKAGE.parents[1] / name
