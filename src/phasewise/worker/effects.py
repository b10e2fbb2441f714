"""Effects, done soon after they were added: a thread for writes to Jira, one for mails, one for posts.

`serve` and `worker` start a runner; whoever adds effects may wake it.
"""

import threading
from collections.abc import Sequence

from phasewise.errors import PhasewiseError
from phasewise.log import get_log
from phasewise.store.effects import LANES, EffectKind
from phasewise.usecases.deps import Deps
from phasewise.usecases.do_effects import do_due

log = get_log("effects")

LOOK_SECONDS = 0.25
AFTER_TROUBLE_SECONDS = 5.0


class EffectsRunner:
    """Looks four times a second, and at once when it is woken."""

    def __init__(self, deps: Deps, node_id: str) -> None:
        self._deps = deps
        self._node_id = node_id
        self._stopping = threading.Event()
        self._woken = [threading.Event() for _ in LANES]
        self._threads = [
            threading.Thread(target=self._run, args=lane, name="effects", daemon=True)
            for lane in zip(LANES, self._woken, strict=True)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Something may be due."""
        for woken in self._woken:
            woken.set()

    def stop(self, timeout_seconds: float = 5.0) -> None:
        """Begin nothing more and wait for what is under way; what takes longer is taken over by its claim."""
        self._stopping.set()
        self.wake()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout_seconds)

    def _run(self, kinds: Sequence[EffectKind], woken: threading.Event) -> None:
        while not self._stopping.is_set():
            woken.clear()
            wait = LOOK_SECONDS
            try:
                do_due(self._deps, self._node_id, kinds, self._stopping.wait)
            except PhasewiseError as error:
                log.warning("effects_failed", error=str(error))
                wait = AFTER_TROUBLE_SECONDS
            except Exception:  # whatever it is, it must not end the only thread that does effects
                log.exception("effects_crashed")
                wait = AFTER_TROUBLE_SECONDS
            if not self._stopping.is_set():
                woken.wait(wait)
