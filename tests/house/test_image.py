"""The Dockerfile's steps without a Docker engine: what it copies becomes a working installation."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The environment that the image's build stage makes, from nothing but what it copies."""
    source = tmp_path_factory.mktemp("src")
    for line in (ROOT / "Dockerfile").read_text().splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            *files, into = line.split()[1:]
            for name in files:
                _copy(ROOT / name, source / into / name if (ROOT / name).is_file() else source / into)
    target = tmp_path_factory.mktemp("opt") / "phasewise"
    subprocess.run(
        [UV, "sync", "--quiet", "--frozen", "--no-dev", "--no-editable", "--python", sys.executable],
        cwd=source,
        env={**_clean_environment(), "UV_PROJECT_ENVIRONMENT": str(target)},
        check=True,
        timeout=300,
    )
    shutil.rmtree(source)
    return target


def _copy(path: Path, target: Path) -> None:
    if path.is_dir():
        shutil.copytree(path, target, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    else:
        shutil.copy(path, target.parent)


def _clean_environment() -> dict[str, str]:
    left_out = ("PHASEWISE_", "PYTHON", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if not name.startswith(left_out)}


@pytest.mark.slow
def test_the_image_carries_templates_and_migrations_and_runs_from_anywhere(
    installed: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    ran = subprocess.run(
        [installed / "bin" / "phasewise", "db", "upgrade"],
        cwd="/",
        env={**_clean_environment(), "PHASEWISE_DATA_DIR": str(data)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (data / "phasewise.db").stat().st_size > 0
    bundled = next(installed.glob("lib/python3*/site-packages/phasewise/_bundled"))
    assert (bundled / "templates" / "pages" / "portfolio.html").is_file()
