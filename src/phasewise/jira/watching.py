"""Connections that are looked at before anything is said on them (`reach`). `wire` makes its sessions so."""

import socket
from typing import Any

import urllib3
from requests import Session
from requests.adapters import HTTPAdapter

from phasewise.reach import watched


class _Plain(urllib3.connection.HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return watched(super()._new_conn())


class _Secure(urllib3.connection.HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return watched(super()._new_conn())


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Adapter(HTTPAdapter):
    """What goes through a proxy is resolved, and looked at, there."""

    def init_poolmanager(self, *given: Any, **named: Any) -> None:
        super().init_poolmanager(*given, **named)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}


def watch(session: Session) -> None:
    """Have every connection of the session looked at."""
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter())
