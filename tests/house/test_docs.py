"""The pages for people name only what is there: files, links, commands, make targets, routes, fields."""

import re
from collections.abc import Iterator
from pathlib import Path
from subprocess import run

import pytest
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from phasewise.cli import app
from phasewise.web.app import create_app

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NOT_KEPT = {".whl", ".gz", ".zip", ".db", ".pyc", ".log", ".so"}
MADE_BY_THE_READER = {"secrets/"}
FITS = 64
"""Characters beside the name of a command, in a terminal of 80."""

LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
CODE = re.compile(r"```.*?\n(.*?)```|`([^`]+)`", re.DOTALL)
REPO_PATH = re.compile(r"(?:[\w.*-]+/)*[\w*-]+(?:\.(?:py|md|ini|css|html)|/)")
CALL = re.compile(r"(\w+)\(")
COMMAND = re.compile(r"(?:^|[\s(/])phasewise ([a-z]+)(?: ([a-z]+))?([^#|()\n]*)")

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def code_in(page: Path) -> Iterator[str]:
    """Every code block and span; a span may be broken over two lines."""
    for block, span in CODE.findall(page.read_text(encoding="utf-8")):
        yield block or " ".join(span.split())


def is_there(path: str) -> bool:
    return any(any(base.glob(path.rstrip("/"))) for base in (ROOT, ROOT / "src" / "phasewise", ROOT / "docs"))


def commands_in(text: str) -> Iterator[tuple[str, TyperCommand | None, str]]:
    """(as written, the command of that name if there is one, what follows it)."""
    known = get_command(app)
    assert isinstance(known, TyperGroup)
    for name, second, rest in COMMAND.findall(text):
        command = known.commands.get(name)
        if isinstance(command, TyperGroup) and second:
            yield f"{name} {second}", command.commands.get(second), rest
        else:
            yield name, command, rest


def test_there_are_pages_to_look_at() -> None:
    assert {"README.md", "CONTRIBUTING.md", "api.md"} <= {page.name for page in PAGES}


def test_no_command_is_told_by_half_a_sentence() -> None:
    known = get_command(app)
    assert isinstance(known, TyperGroup)
    groups = [known, *(one for one in known.commands.values() if isinstance(one, TyperGroup))]
    told = [one.get_short_help_str(FITS) for group in groups for one in group.commands.values()]
    assert len(told) > 30
    assert [text for text in told if text.endswith("...")] == []


@every_page
def test_every_link_leads_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


@every_page
def test_every_file_named_is_there(page: Path) -> None:
    named = {code for code in code_in(page) if REPO_PATH.fullmatch(code)} - MADE_BY_THE_READER
    assert [path for path in sorted(named) if not is_there(path)] == []


@every_page
def test_every_make_target_named_is_there(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {target for code in code_in(page) for target in re.findall(r"\bmake ([a-z]+)\b", code)}
    assert named - targets == set()


def test_every_test_that_make_names_is_there() -> None:
    named = re.findall(r"tests/[\w/.]+", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


@every_page
def test_every_command_named_is_there_with_its_options(page: Path) -> None:
    wrong = []
    for name, command, rest in commands_in("\n".join(code_in(page))):
        options = {option for parameter in command.params for option in parameter.opts} if command else set()
        asked = re.findall(r"(?<!\S)--[a-z-]+", rest)
        wrong += [name] if command is None else [f"{name} {one}" for one in asked if one not in options]
    assert wrong == []


def test_the_api_page_has_every_route_and_no_other() -> None:
    paths = create_app(None).openapi()["paths"]
    routes = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^### `(.+)`$", page, re.MULTILINE)) == routes


def test_the_api_page_names_every_field_and_parameter() -> None:
    document = create_app(None).openapi()
    schemas = document["components"]["schemas"].values()
    routes = [route for path in document["paths"].values() for route in path.values()]
    asked = {
        name for route in routes for one in route.get("parameters", ()) for name in one["name"].split("-")
    }
    words = {word for code in code_in(ROOT / "docs" / "api.md") for word in re.findall(r"\w+", code)}
    fields = {name for schema in schemas for name in schema.get("properties", ())}
    assert fields | asked <= words


def test_the_map_names_every_module() -> None:
    package = ROOT / "src" / "phasewise"
    modules = {path.stem for path in package.rglob("*.py") if "sandbox" not in path.parts}
    words = {word for code in code_in(ROOT / "docs" / "architecture.md") for word in re.findall(r"\w+", code)}
    assert modules - {"__init__", "__main__"} <= words


def test_the_map_names_no_function_that_is_not_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    offered = {
        name for code in re.findall(r"```python\n(.*?)```", page, re.DOTALL) for name in CALL.findall(code)
    }
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    assert offered - set(re.findall(r"(?:def|class) (\w+)", sources)) == set()


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="a copy without its history says not what is kept")
def test_what_is_kept_is_text_or_a_picture_or_recorded() -> None:
    """A package or a database that somebody left in the folder comes with every clone for ever."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    kept = [path for path in listed.stdout.split("\0") if path and (ROOT / path).is_file()]
    odd = [path for path in kept if Path(path).suffix in NOT_KEPT]
    large = [path for path in kept if (ROOT / path).stat().st_size > 1_000_000]
    assert len(kept) > 1000
    assert (odd, large) == ([], [])
