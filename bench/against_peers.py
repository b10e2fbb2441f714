"""The first load beside other programs that bring Jira into a store, all against one sandbox with latency.

Each peer does less than Phasewise: none computes intervals, visits or findings. They are installed from PyPI
in environments of their own, at the versions below.
"""

import json
import subprocess
import sys
from pathlib import Path

from bench.export_cache import export
from bench.first_load import LATENCY_MS
from bench.measure import FailedError, Run, run
from bench.report import Figure, at_least, not_run, seen
from bench.site import ROOT, first_sync, sandbox

VENVS = ROOT / "bench" / ".peers"
PIPEWELL, TAP, LIBRARY = "pipewell-jira-ingest==1.2.1", "tap-jira==2.6.0", "jira==3.10.5"
MORE = {PIPEWELL: ("sqlalchemy>=2,<3",)}
"""What a peer needs for its store and does not bring along."""
AHEAD = {PIPEWELL: 4.0, TAP: 10.0}


def measure(folder: Path, issues: int) -> list[Figure]:
    """One run of each: they take minutes, and are behind by more than the noise."""
    found = _beside(folder, "datacenter", issues, (PIPEWELL, TAP))
    return found + _beside(folder, "cloud", issues, (LIBRARY,))


def _beside(folder: Path, deployment: str, issues: int, peers: tuple[str, ...]) -> list[Figure]:
    name = f"peers, {deployment}, {LATENCY_MS} ms"
    figures: list[Figure] = []
    loaded = ("--load", str(export(deployment, issues)), "--deployment", deployment)
    with sandbox(*loaded, "--latency", str(LATENCY_MS)) as jira:
        for peer in peers:
            python = _python_with(peer)
            if python is None:
                figures.append(not_run(name, peer, "PyPI cannot be reached"))
                continue
            try:
                theirs = _run_peer(peer, python, jira.url, folder)
            except FailedError as error:
                figures.append(not_run(name, peer, str(error)[:300]))
                continue
            figures += _compared(name, peer, theirs, first_sync(jira.url, folder / "data"))
    return figures


def _compared(name: str, peer: str, theirs: Run, ours: Run) -> list[Figure]:
    ahead = theirs.wall / ours.wall
    what = f"ahead of {peer}"
    head = at_least(name, what, ahead, AHEAD[peer], "x") if peer in AHEAD else seen(name, what, ahead, "x")
    return [
        head,
        seen(name, f"{peer}: wall", theirs.wall, " s"),
        seen(name, f"{peer}: CPU", theirs.cpu, " s"),
        seen(name, f"{peer}: peak", theirs.peak_mb, " MB"),
        seen(name, f"phasewise beside {peer}: wall", ours.wall, " s"),
    ]


def _python_with(peer: str) -> str | None:
    """The interpreter of an environment that holds the peer; None where it cannot be made."""
    folder = VENVS / peer.replace("==", "-")
    python = folder / "bin" / "python"
    done = folder / ".installed"
    if done.exists():
        return str(python)
    try:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", peer]
        subprocess.run([*install, *MORE.get(peer, ())], check=True, capture_output=True)
    except subprocess.CalledProcessError:
        return None
    done.touch()
    return str(python)


def _run_peer(peer: str, python: str, url: str, folder: Path) -> Run:
    if peer == PIPEWELL:
        return _pipewell(python, url, folder)
    if peer == TAP:
        return _tap(python, url, folder)
    return run([python, str(ROOT / "bench" / "library_loop.py"), url, str(folder / "loop.db")])


def _pipewell(python: str, url: str, folder: Path) -> Run:
    database = folder / "pipewell.db"
    database.unlink(missing_ok=True)
    env = {
        "JIRA_MODE": "dc",
        "JIRA_URL": url,
        "JIRA_API_TOKEN": "bench",
        "JIRA_OUTPUT_FORMAT": "jsonl",
        "JIRA_SINK_URI": str(folder / "pipewell"),
    }
    command = [str(Path(python).with_name("jira-ingest")), "run", "--database-url", f"sqlite:///{database}"]
    return run(command, env, cwd=folder)


def _tap(python: str, url: str, folder: Path) -> Run:
    config, catalog = folder / "tap.json", folder / "catalog.json"
    config.write_text(
        json.dumps(
            {
                "start_date": "2000-01-01T00:00:00Z",
                "username": "bench",
                "password": "bench",
                "base_url": url,
                "user_agent": "bench",
            }
        )
    )
    launcher = [python, str(ROOT / "bench" / "launch_tap.py"), "--config", str(config)]
    return run(
        [*launcher, "--properties", str(catalog)], {"TAP_CATALOG": str(catalog), "TAP_OUT": "/dev/null"}
    )
