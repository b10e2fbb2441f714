"""The webhooks that Jira really sent (tests/data/webhooks), and those of them that tell nothing."""

import csv
from pathlib import Path

from phasewise.jira.hints import UNKNOWN_EVENT

RECORDED = Path(__file__).parents[1] / "data" / "webhooks"
INDEX = list(csv.DictReader((RECORDED / "INDEX.tsv").read_text().splitlines(), delimiter="\t"))
NAMES = [f"{row['source']}/{row['file']}" for row in INDEX]

TELLS_NOTHING = {
    "jira:issue_unknown": UNKNOWN_EVENT,
    "board_created": "boards are not followed",
    "sprint_created": "sprints are not followed",
    "sprint_started": "sprints are not followed",
    "user_created": "people are read with their issues",
    "project_created": "a new project has no issues yet",
}
