"""The golden mails: what a fixed week of the demo's team says, in five languages.

`python -m tests.mail.report.golden` renews them from the kept digest; with `digest` it too, from the sandbox.
Read what changed before it is committed: these are the mails that people get.
"""

import json
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from phasewise.core.digest import Digest, from_json, to_json
from phasewise.i18n.languages import LANGUAGES
from phasewise.mail.report.form import form_of
from phasewise.mail.report.links import Links

FOLDER = Path(__file__).resolve().parents[2] / "data" / "mails"
BASE = "https://phasewise.example.com"
JIRA = "https://jira.example.com"
WEEK, ZONE = "2026-W46", "Europe/Berlin"
LINKS = Links(BASE, f"{BASE}/reports/default/{WEEK}", f"{BASE}/account", f"{BASE}/unsubscribe/s3cret")


def kept_digest() -> Digest:
    return from_json(json.loads((FOLDER / "digest.json").read_text(encoding="utf-8")))


def mails(digest: Digest) -> Mapping[str, str]:
    """By the name of its file, what each mail says; of pictures their digests."""
    files: dict[str, str] = {}
    pictures: dict[str, str] = {}
    for language in LANGUAGES:
        mail = form_of(digest, "team", language, ZONE, LINKS)
        files[f"{language}.txt"] = f"{mail.subject}\n\n{mail.text}"
        files[f"{language}.html"] = mail.html
        pictures |= {image.cid: sha256(image.png).hexdigest() for image in mail.images}
    for audience in ("stakeholder", "executive"):
        files[f"{audience}.txt"] = form_of(digest, audience, "en", ZONE, LINKS).text
    files["pictures.json"] = json.dumps(pictures, indent=1) + "\n"
    return files


def made_digest() -> Digest:
    """What the demo's team gives: eight people, 26 weeks, as of a Monday; recorded on the Thursday before."""
    from tests.usecases.syncing import HOUR, NOW, desk_of

    from phasewise.demo_records import record_some
    from phasewise.sandbox.team import settle_team
    from phasewise.sandbox.world import World
    from phasewise.store.db import Database
    from phasewise.store.migrate import upgrade
    from phasewise.usecases.judge import judge
    from phasewise.usecases.reports.show_report import show_report

    world = World("cloud", clock=lambda: NOW + HOUR, seed=1)
    settle_team(world, seed=1, team_size=8, weeks=26, end_ms=NOW, zone=ZONE)
    with TemporaryDirectory() as folder, closing(Database(f"sqlite:///{folder}/demo.db")) as database:
        upgrade(database)
        with desk_of(database, world) as desk:
            desk.sync()
            judge(desk.deps)
            record_some(replace(desk.deps, now=lambda: NOW - 96 * HOUR))
            body = json.dumps(to_json(show_report(desk.deps, WEEK).digest))
            return from_json(json.loads(body.replace(desk.running.url, JIRA)))


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    if "digest" in sys.argv[1:]:
        text = json.dumps(to_json(made_digest()), ensure_ascii=False, indent=1)
        (FOLDER / "digest.json").write_text(text + "\n", encoding="utf-8")
    for name, said in mails(kept_digest()).items():
        (FOLDER / name).write_text(said, encoding="utf-8")


if __name__ == "__main__":
    main()
