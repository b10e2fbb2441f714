"""A real SMTP server that misbehaves on request, and a bare one for what happens before SMTP begins."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from phasewise.mail.access import SmtpAccess
from phasewise.mail.smtp import Smtp

SENDER = "phasewise@example.com"
GOOD = "250 OK"


@dataclass
class PostOffice:
    """How it behaves, and what it was given. `end` is the answer after the final dot; it accepted the mail
    where that begins with 2, even if the answer is never sent."""

    mail: str = GOOD
    rcpt: Callable[[str], str] = lambda _: GOOD
    end: str = GOOD
    at_end: Callable[[], object] = lambda: None
    drop_after_354: bool = False
    drop_after_end: bool = False
    slow_seconds: float = 0.0
    login: str | None = None
    certificate: Path | None = None
    mails_a_session: int | None = None
    accepted: list[tuple[str, bytes]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    port: int = 0
    served: "list[_Server]" = field(default_factory=list)

    def hang_up(self) -> None:
        """End every session, as a server does with those that wait for long."""
        for one in self.served:
            if one.transport is not None:
                one.loop.call_soon_threadsafe(one.transport.abort)

    def smtp(self, **more: Any) -> Smtp:
        """A client of it."""
        access = {"user": None, "password": None, "is_tls": False}
        access |= {name: more.pop(name) for name in list(more) if name in access}
        return Smtp(SmtpAccess("127.0.0.1", self.port, SENDER, **access), **more)

    # ------------------------------------------------------------ what aiosmtpd calls

    async def handle_MAIL(self, server: Any, _x: Session, envelope: Envelope, address: str, _o: Any) -> str:  # noqa: N802
        server.begun += 1
        if self.mails_a_session is not None and server.begun > self.mails_a_session:
            return "421 4.7.0 too many mails in one session"
        if self.mail.startswith("2"):
            envelope.mail_from = address
        return self.mail

    async def handle_RCPT(self, _s: Any, _x: Session, envelope: Envelope, address: str, _o: Any) -> str:  # noqa: N802
        answer = await asyncio.to_thread(self.rcpt, address)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, _x: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.to_thread(self.at_end)
        if self.end.startswith("2"):
            assert isinstance(envelope.content, bytes)
            self.accepted += [(to, envelope.content) for to in envelope.rcpt_tos]
        if self.drop_after_end:
            server.transport.abort()
        await asyncio.sleep(self.slow_seconds)
        return self.end

    def protocol(self) -> SMTP:
        context = None
        if self.certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate, self.certificate.with_suffix(".key"))
        more: dict[str, Any] = {"auth_require_tls": False, "authenticator": self._authenticated}
        made = _Server(
            self, hostname="test", enable_SMTPUTF8=True, tls_context=context, **(more if self.login else {})
        )
        self.served.append(made)
        return made

    def _authenticated(self, *given: Any) -> AuthResult:
        is_right = f"{given[-1].login.decode()}:{given[-1].password.decode()}" == self.login
        return AuthResult(success=is_right, handled=False)


class _Server(SMTP):
    begun = 0

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if self.event_handler.drop_after_354:
            await self.push("354 go on")
            assert self.transport is not None
            self.transport.abort()
            return
        await super().smtp_DATA(arg)

    async def push(self, status: str | bytes) -> None:
        self.event_handler.said.append(str(status))
        with suppress(ConnectionError):
            await super().push(status)


@contextmanager
def post_office(kind: type[PostOffice] = PostOffice, **how: Any) -> Iterator[PostOffice]:
    """Serve on a free port until the end of the block."""
    office = kind(**how)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def listen() -> asyncio.Server:
        return await loop.create_server(office.protocol, "127.0.0.1", 0)

    async def close() -> None:
        server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await loop.shutdown_default_executor()

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result(5)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        asyncio.run_coroutine_threadsafe(close(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


@contextmanager
def bare_server(greeting: bytes | None) -> Iterator[Smtp]:
    """A client of a server that says this at each connect and hangs up; None: says nothing, and stays."""
    listener = socket.create_server(("127.0.0.1", 0))
    opened: list[socket.socket] = []

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                opened.append(connection)
                if greeting is not None:
                    connection.sendall(greeting)
                    connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield Smtp(SmtpAccess("127.0.0.1", listener.getsockname()[1], SENDER), step_seconds=0.3)
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
        for connection in opened:
            connection.close()
