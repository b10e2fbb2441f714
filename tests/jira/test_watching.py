"""While only the public network may be asked, nothing is said on a connection that leads elsewhere.

A name may be checked as one address, and be another when it is connected to.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from phasewise.errors import JiraError
from phasewise.jira.access import JiraAccess
from phasewise.jira.ahead import Asking
from phasewise.jira.client import JiraClient
from phasewise.jira.retry import Patience
from phasewise.mail.access import smtp_access
from phasewise.mail.smtp import MailError, Smtp
from phasewise.reach import only_public, require_public_host

ONCE = Patience(tries=1, first_seconds=0.0, failing_seconds=1, total_seconds=1)


@pytest.fixture
def inside() -> Iterator[tuple[int, list[bytes]]]:
    """A server within this machine: its port, and what was said to it."""
    said: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def listen() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection, suppress(OSError):
                    connection.settimeout(1)
                    connection.sendall(b"220 hello\r\n")
                    said.append(connection.recv(1000))

        thread = threading.Thread(target=listen)
        thread.start()
        yield listener.getsockname()[1], said
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_a_name_that_leads_inside_once_it_was_checked_is_told_nothing(
    inside: tuple[int, list[bytes]],
) -> None:
    port, said = inside
    jira = JiraClient(JiraAccess(url=f"http://127.0.0.1:{port}", token="secret"), patience=ONCE)
    with only_public(unless=False), pytest.raises(JiraError, match="private network"):
        jira.myself()
    jira.close()
    for scheme in ("smtp", "smtps"):
        mail = Smtp(smtp_access(f"{scheme}://127.0.0.1:{port}", "a@example.com"), step_seconds=1)
        with only_public(unless=False), pytest.raises(MailError, match="private network"):
            mail.probe()
    assert not any(said)


def test_what_is_asked_meanwhile_by_another_thread_is_told_nothing_inside_either(
    inside: tuple[int, list[bytes]],
) -> None:
    port, said = inside
    jira = JiraClient(JiraAccess(url=f"http://127.0.0.1:{port}", token="secret"), patience=ONCE)
    with only_public(unless=False), Asking() as asking, pytest.raises(JiraError, match="private network"):
        asking.ask(jira.myself)()
    jira.close()
    assert not any(said)


def test_where_it_is_wanted_or_set_outside_of_a_browser_anything_may_be_asked(
    inside: tuple[int, list[bytes]],
) -> None:
    port, said = inside
    jira = JiraClient(JiraAccess(url=f"http://127.0.0.1:{port}", token="secret"), patience=ONCE)
    with only_public(unless=True), pytest.raises(JiraError):
        jira.myself()
    jira.close()
    assert any(b"GET" in one for one in said)


def test_a_host_in_a_private_network_is_refused_before() -> None:
    for host in ("127.0.0.1", "localhost", "10.0.0.7", "::1", "169.254.169.254"):
        with pytest.raises(ValueError, match="private network"):
            require_public_host(host)
    require_public_host("does-not-exist.invalid")
