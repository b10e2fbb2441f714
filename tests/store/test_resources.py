"""Templates and migrations are found in a checkout and in an installed package."""

from pathlib import Path

from phasewise.resources import folder, migrations_folder, templates_folder


def test_a_checkout_has_them_beside_the_sources() -> None:
    assert (migrations_folder() / "env.py").is_file()
    assert (templates_folder() / "pages").is_dir()


def test_an_installed_package_brings_them_along(tmp_path: Path) -> None:
    bundled = tmp_path / "site-packages" / "phasewise" / "_bundled" / "migrations"
    bundled.mkdir(parents=True)
    assert folder("migrations", tmp_path / "site-packages" / "phasewise") == bundled
