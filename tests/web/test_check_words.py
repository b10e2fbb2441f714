"""The lines of `phasewise check` on pages: in the reader's language, whatever was looked at."""

import ast
import re
from pathlib import Path

import pytest

import phasewise
from phasewise.i18n.speaking import speaking
from phasewise.usecases.checks import WARNING, Checked
from phasewise.web.check_words import LABELS, check_words

USECASES = Path(phasewise.__file__).parent / "usecases"
HOOK = (
    "registered, but it lacks the events jira:issue_deleted, comment_created; it is switched off; "
    "`phasewise check --register-webhook` repairs it"
)
NONE = (
    "No phase field was found: every task counts in none. Make a select field Phase with the six phases, or "
)


def labels_in(file: Path) -> set[str]:
    """What the module says it looked at: `Checked("Scope", ...)`, and codes: `Warned("phase_none", ...)`."""
    calls = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    first = {
        (call.func.id, call.args[0].value)
        for call in calls
        if isinstance(call.func, ast.Name) and call.args and isinstance(call.args[0], ast.Constant)
    }
    return {what for name, what in first if name == "Checked"} | {
        what.replace("_", " ").capitalize() for name, what in first if name == "Warned"
    }


def test_whatever_is_looked_at_has_its_words() -> None:
    said = set().union(*map(labels_in, USECASES.glob("*.py")))
    assert len(said) > 12
    assert said - LABELS == set()


@pytest.mark.parametrize(
    ("what", "text", "told"),
    [
        ("Team NLP", "no issue matches its scope project = X", ("Équipe NLP", "à son périmètre project = X")),
        (
            "Webhook",
            HOOK,
            ("Webhook", "il lui manque les événements jira:issue_deleted, comment_created; il"),
        ),
        ("Clock", "Jira's clock is +2.0 minutes from ours: set this machine's clock", ("Horloge", "+2.0")),
        (
            "Phase field none",
            f"{NONE}set PHASEWISE_JIRA_PHASE_FIELD to the id of yours. Select fields here: cf_1 (Stage)",
            ("Aucun champ de phase", "Champs de sélection ici : cf_1 (Stage)"),
        ),
        ("Something new", "said as it is", ("Something new", "said as it is")),
    ],
)
def test_a_line_is_said_in_the_readers_language(what: str, text: str, told: tuple[str, str]) -> None:
    one = Checked(what, WARNING, text)
    assert check_words(one) == (what, text)
    with speaking("fr"):
        label, said = check_words(one)
    assert label == told[0]
    assert told[1] in re.sub(r"\s+;", ";", said)
