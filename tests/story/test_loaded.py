"""Commands that begin as copies of a loaded process are heard of, however many files are open."""

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.story.commands import LoadedShell

MORE_THAN_SELECT_TAKES = 1100


@pytest.fixture
def many_files() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = max(soft, 4 * MORE_THAN_SELECT_TAKES) if hard == resource.RLIM_INFINITY else max(soft, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    files = [os.open(os.devnull, os.O_RDONLY) for _ in range(MORE_THAN_SELECT_TAKES)]
    yield
    for file in files:
        os.close(file)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_command_that_goes_on_is_not_waited_for(many_files: None, tmp_path: Path) -> None:
    process = LoadedShell(tmp_path).start("sandbox", "--port", "0", "--no-clock")
    assert process.poll() is None
    process.kill()
    assert process.wait(20) == -9
    assert process.stdout is not None
    process.stdout.close()
