"""What commands print, and how they begin: `cli` and the modules of commands beside it call it."""

import json
from typing import Any

from rich.console import Console

from phasewise.log import configure_log, get_log
from phasewise.masking import hide
from phasewise.settings import Settings, load_settings, odd_settings

screen = Console(markup=False, emoji=False, highlight=False, soft_wrap=True)
notes = Console(markup=False, emoji=False, highlight=False, soft_wrap=True, stderr=True)

CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), "\N{REPLACEMENT CHARACTER}")


def settings_of_this_process(*, jira: bool = False) -> Settings:
    """The settings, their secrets hidden from now on, and the log as they want it. `jira`: it will be read.
    Raises SettingsError."""
    settings = load_settings(jira=jira)
    hide(settings.secrets)
    configure_log(settings.log_format)
    for sentence in odd_settings():
        get_log(__name__).warning("setting_unknown", message=sentence)
    return settings


def line(text: str) -> None:
    """One line on standard output. What Jira said in it must not move, colour or rename the terminal."""
    screen.print(text.translate(CONTROLS))


def note(text: str) -> None:
    """The same on standard error."""
    notes.print(text.translate(CONTROLS))


def print_json(value: Any) -> None:
    print(json.dumps(value, indent=2, ensure_ascii=False, default=str))
