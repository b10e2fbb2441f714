"""A mail server that keeps what it is given, and pages to read it: so that a demo's mails can be seen.

`phasewise demo` starts one beside the sandbox. It speaks as much SMTP as a well-behaved sender needs.
"""

import base64
import email
import socketserver
import threading
from collections import deque
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from html import escape
from typing import cast

from fastapi import APIRouter, Response

PATH = "/_sandbox/mail"
KEPT = 200
LONGEST_LINE = 1 << 20
CSP = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
pre {{ white-space: pre-wrap }}</style></head><body><h1>{title}</h1>{body}</body></html>"""


@dataclass
class Mailbox:
    """Every mail that came, oldest first; the oldest of many are forgotten. `port` once it is started."""

    mails: deque[EmailMessage] = field(default_factory=lambda: deque(maxlen=KEPT))
    port: int = 0
    largest_bytes: int = 10_000_000
    _server: socketserver.ThreadingTCPServer | None = None

    def start(self) -> None:
        """Listen on a free port of this machine."""
        self._server = _Server(("127.0.0.1", 0), _Session)
        self._server.mailbox = self  # type: ignore[attr-defined]
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.1,), name="mailbox", daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class _Session(socketserver.StreamRequestHandler):
    """One sender: each command gets its answer, and what comes after DATA is kept."""

    timeout = 60

    def handle(self) -> None:
        self._say("220 mailbox")
        while line := self.rfile.readline(LONGEST_LINE):
            verb = line.strip().upper().partition(b" ")[0]
            if verb == b"QUIT":
                self._say("221 bye")
                return
            if verb == b"DATA":
                self._keep()
            else:
                known = (b"HELO", b"EHLO", b"MAIL", b"RCPT", b"RSET", b"NOOP")
                self._say("250 OK" if verb in known else "502 not known here")

    def _keep(self) -> None:
        self._say("354 go on")
        mailbox: Mailbox = self.server.mailbox  # type: ignore[attr-defined]
        lines: list[bytes] = []
        size = 0
        while (line := self.rfile.readline(LONGEST_LINE)) not in (b".\r\n", b""):
            size += len(line)
            if size <= mailbox.largest_bytes:
                lines.append(line[1:] if line.startswith(b"..") else line)
        if size > mailbox.largest_bytes:
            self._say("552 too big")
            return
        message = email.message_from_bytes(b"".join(lines), policy=default)
        mailbox.mails.append(message)
        self._say("250 kept")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


def routes(mailbox: Mailbox) -> APIRouter:
    """The pages: a list, and each mail as it looks."""
    router = APIRouter()

    @router.get(PATH)
    def listed() -> Response:
        rows = [
            f'<li><a href="{PATH}/{number}">{_header(mail, "Subject")}</a> to {_header(mail, "To")}</li>'
            for number, mail in enumerate(mailbox.mails)
        ]
        body = f"<ul>{''.join(reversed(rows))}</ul>" if rows else "<p>No mail came yet.</p>"
        return _shown(PAGE.format(title="Mail", body=body))

    @router.get(PATH + "/{number}")
    def one(number: int) -> Response:
        mails = list(mailbox.mails)
        if not 0 <= number < len(mails):
            return _shown(PAGE.format(title="No such mail", body=""), 404)
        return _shown(as_html(mails[number]))

    return router


def as_html(mail: EmailMessage) -> str:
    """Its HTML with the pictures in it, or its text."""
    html = mail.get_body(("html",))
    if html is None:
        text = mail.get_body(("plain",))
        said = "" if text is None else text.get_content()
        return PAGE.format(title=_header(mail, "Subject"), body=f"<pre>{escape(said)}</pre>")
    shown = str(html.get_content())
    for part in mail.walk():
        if part.get_content_maintype() == "image" and part["Content-ID"]:
            data = base64.b64encode(cast(bytes, part.get_payload(decode=True))).decode()
            cid = str(part["Content-ID"]).strip("<>")
            shown = shown.replace(f"cid:{cid}", f"data:{part.get_content_type()};base64,{data}")
    return shown


def _header(mail: EmailMessage, name: str) -> str:
    return escape(str(mail[name]))


def _shown(html: str, status: int = 200) -> Response:
    return Response(html, status, {"Content-Security-Policy": CSP}, "text/html")
