"""From a clone to the first page, as somebody tries it; and what the demo holds in memory."""

import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from bench.measure import resident_mb
from bench.report import Figure, at_most, not_run, seen
from bench.site import ROOT, bare_environment

PORT = 8000
LIMIT_SECONDS, LIMIT_MB = 120, 250
LIVED_SECONDS = 60


def measure(folder: Path) -> list[Figure]:
    if _in_use(PORT):
        return [not_run("demo", "make demo", f"port {PORT} is in use")]
    clone = folder / "clone"
    shutil.rmtree(clone, ignore_errors=True)
    began = time.perf_counter()
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    log = (folder / "demo.log").open("wb")
    # `make demo` gives way to the demo itself (exec), so that the process measured is the demo.
    process = subprocess.Popen(
        ["make", "-s", "demo"], cwd=clone, env=bare_environment(), stdout=log, stderr=log
    )
    try:
        if not _answers(f"http://127.0.0.1:{PORT}/", process, began + 600):
            return [not_run("demo", "make demo", (folder / "demo.log").read_text()[-300:])]
        wall = time.perf_counter() - began
        time.sleep(LIVED_SECONDS)
        memory = sum(resident_mb(pid) for pid in _with_children(process.pid))
    finally:
        for pid in reversed(_with_children(process.pid)):
            subprocess.run(["kill", "-INT", str(pid)], check=False)
        process.wait(timeout=30)
    return [
        at_most("demo", "clone to page, packages from the index", wall, LIMIT_SECONDS, " s"),
        at_most("demo", f"resident after {LIVED_SECONDS} s", memory, LIMIT_MB, " MB"),
        seen("demo", "folder after it", _size_mb(clone), " MB"),
    ]


def _in_use(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(url: str, process: subprocess.Popen[bytes], until: float) -> bool:
    while time.perf_counter() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as page:  # noqa: S310 - our own http address
                return bool(page.status == 200)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    return False


def _with_children(pid: int) -> list[int]:
    """The process and all that came of it, parents first."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [pid, *(one for child in found.stdout.split() for one in _with_children(int(child)))]


def _size_mb(folder: Path) -> float:
    return sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file()) / 2**20
