"""The key of an installation that sets none: made once, for its owner alone, the same ever after."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from phasewise.errors import SettingsError
from phasewise.secret_key import kept_key


def test_it_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "phasewise.db.key"
    key = kept_key(path)
    assert (len(key), kept_key(path), path.stat().st_mode & 0o777) == (64, key, 0o600)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_two_installations_have_two_keys(tmp_path: Path) -> None:
    assert kept_key(tmp_path / "one.key") != kept_key(tmp_path / "other.key")


def test_who_begins_at_once_has_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(kept_key, [tmp_path / "phasewise.db.key"] * 32))) == 1


@pytest.mark.parametrize(
    ("held", "problem"), [(b"", "is empty: delete it"), (b"\xff", "cannot be used: it holds no key")]
)
def test_a_file_that_holds_no_key_is_told(tmp_path: Path, held: bytes, problem: str) -> None:
    path = tmp_path / "phasewise.db.key"
    path.write_bytes(held)
    with pytest.raises(SettingsError, match=problem):
        kept_key(path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file or directory; set PHASEWISE_SECRET_KEY"):
        kept_key(tmp_path / "nowhere" / "phasewise.db.key")
