"""`phasewise report preview`, in this process: text, JSON, Markdown or HTML; nothing is written."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from tests.logs import log_as_it_was
from tests.store.records import at
from tests.usecases.rows import all_rows
from tests.web.story import URL, deps_of, stamp, story, tell
from typer.testing import CliRunner

from phasewise.errors import BadRequestError
from phasewise.report_commands import report_commands
from phasewise.store.db import Database
from phasewise.store.migrate import upgrade


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a store that was told the story."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PHASEWISE_JIRA_URL", URL)
    monkeypatch.setenv("PHASEWISE_DATABASE_URL", f"sqlite:///{tmp_path}/told.db")
    with closing(Database(f"sqlite:///{tmp_path}/told.db")) as database:
        upgrade(database)
        tell(deps_of(database, now=at(11)), story())


def preview(*words: str) -> str:
    """What it prints."""
    with log_as_it_was():
        answered = CliRunner().invoke(report_commands, ["preview", *words], catch_exceptions=False)
    assert answered.exit_code == 0, answered.output
    return answered.output


def test_e4_a_report_is_printed_and_nothing_is_written(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path}/told.db")) as database:
        before = all_rows(database)
        text = preview("--week", "2026-W10")
        assert all_rows(database) == before
    assert "week 10 of 2026" in text
    assert "Issue 1" in text


def test_a_report_is_printed_as_it_stood_at_an_instant() -> None:
    shown = json.loads(preview("--as-of", stamp(4), "--format", "json"))
    assert (shown["week"], shown["as_of"]) == ("2026-W10", stamp(4))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--format", "markdown"), "# ML projects, week 10 of 2026"),
        (("--format", "html"), "<html"),
        (("--language", "fr"), "semaine 10"),
    ],
)
def test_a_report_is_printed_in_a_form_and_a_language(words: tuple[str, ...], says: str) -> None:
    assert says in preview("--week", "2026-W10", *words)


def test_what_is_no_week_or_language_is_refused() -> None:
    with pytest.raises(BadRequestError, match="write it like 2026-W47"):
        preview("--week", "next")
    answered = CliRunner().invoke(report_commands, ["preview", "--language", "xx"])
    assert answered.exit_code == 2
    assert "choose one of en, fr" in answered.output
