"""Where the templates and migrations are: beside the sources in a checkout, bundled in an installed wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def templates_folder() -> Path:
    """The folder of the page templates."""
    return folder("templates")


def migrations_folder() -> Path:
    """The folder of the database migrations (what alembic calls the script location)."""
    return folder("migrations")


def folder(name: str, package: Path = PACKAGE) -> Path:
    """The folder `name` of the package whose sources are in `package`."""
    bundled = package / "_bundled" / name
    return bundled if bundled.is_dir() else package.parents[1] / name
