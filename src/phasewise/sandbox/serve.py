"""Runs a sandbox: in the foreground for the command, in a thread for demo and tests. Loopback only."""

import asyncio
import gc
import socket
import threading
from dataclasses import dataclass
from types import TracebackType

import uvicorn

from phasewise.sandbox.app import SandboxApp, create_app
from phasewise.sandbox.trouble import Trouble
from phasewise.sandbox.world import World

START_SECONDS = 10
_MANY = 20_000
"""From so many issues on the garbage collector no longer walks them: they live as long as the process."""


class _Server(uvicorn.Server):
    """Waits to be told to end, instead of looking ten times a second whether it was."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def main_loop(self) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        self.ready.set()
        await self._ended.wait()

    def end(self) -> None:
        """From any thread."""
        self.should_exit = True
        self._loop.call_soon_threadsafe(self._ended.set)


@dataclass(slots=True)
class Running:
    """A sandbox at work. Use as a context manager, or call `stop`."""

    url: str
    world: World
    trouble: Trouble
    app: SandboxApp
    _server: _Server
    _thread: threading.Thread

    def stop(self) -> None:
        """Ends the server and the webhook thread, within a few seconds."""
        self._server.end()
        self._thread.join(START_SECONDS)
        if self._thread.is_alive():
            self._server.force_exit = True
            self._thread.join(START_SECONDS)
        self.app.hooks.stop()
        self.world.listeners.remove(self.app.hooks.heard)

    def __enter__(self) -> "Running":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _listen(port: int) -> socket.socket:
    # Named as TCP so that asyncio switches Nagle's delay off on its connections.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
    except OSError:
        listening.close()
        raise
    return listening


def _server(app: SandboxApp) -> _Server:
    config = uvicorn.Config(
        app,
        log_config=None,  # whoever runs it has a log of its own
        access_log=False,
        lifespan="off",
        date_header=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=2,
        timeout_keep_alive=30,
    )
    return _Server(config)


def start_in_thread(
    world: World, trouble: Trouble | None = None, port: int = 0, base_url: str | None = None
) -> Running:
    """Serves a world on 127.0.0.1 (port 0: any free one). OSError where the port is taken.

    `base_url` is the address the site calls its own, as behind a proxy; by default where it listens.
    """
    listening = _listen(port)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    trouble = trouble or Trouble()
    app = create_app(world, trouble=trouble, base_url=base_url or url)
    server = _server(app)
    if len(world.issues) > _MANY:
        gc.freeze()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="sandbox", daemon=True)
    thread.start()
    if not server.ready.wait(START_SECONDS):
        raise OSError(f"the sandbox did not start on {url}")
    return Running(url, world, trouble, app, server, thread)
