"""Where the mail server is and who we are there. `bootstrap` makes it of the settings."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

PORTS = {"smtp": 25, "smtps": 465}
SHAPE = "must look like smtp://user:password@host:587 or smtps://host"


@dataclass(frozen=True, slots=True)
class SmtpAccess:
    """With `is_tls` the connection begins with TLS; else it is upgraded as soon as the server offers it, and
    without that no password is ever said. `sender` is the address that mails come from."""

    host: str
    port: int
    sender: str
    is_tls: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def smtp_access(url: str, sender: str) -> SmtpAccess:
    """What `smtp[s]://user:password@host:port` says; ValueError without the value for anything else."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise ValueError(SHAPE) from None
    is_half = bool(parts.username) != bool(parts.password)
    if not parts.hostname or parts.path.strip("/") or parts.query or is_half:
        raise ValueError(SHAPE)
    return SmtpAccess(
        host=parts.hostname,
        port=port,
        sender=sender,
        is_tls=parts.scheme == "smtps",
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )
