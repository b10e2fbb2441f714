"""A service that takes deliveries, and how Jira would sign them."""

import hmac
import json
from dataclasses import replace
from typing import Any

import httpx

from phasewise.store import inbox
from phasewise.store.boards import Page
from phasewise.store.db import Database
from phasewise.store.inbox import DeliveryRow
from tests.web.story import NOW, Api, deps_of

SECRET, OLD_SECRET = b"It's a Secret to Everybody", "näxt+/=".encode()
HOOK = "/webhooks/jira"


def signed(body: bytes, secret: bytes = SECRET, **more: str) -> dict[str, str]:
    """The headers of a delivery as Jira sends them."""
    headers = {"x-hub-signature": "sha256=" + hmac.digest(secret, body, "sha256").hex()}
    return {**headers, "content-type": "application/json", **more}


def event(issue: object = 5, name: str = "jira:issue_updated", **more: Any) -> bytes:
    """The body of an event about one issue."""
    return json.dumps({"webhookEvent": name, "issue": {"id": str(issue)}, **more}).encode()


class Hook(Api):
    """The application with two secrets, over an empty store."""

    def __init__(self, database: Database, *secrets: bytes) -> None:
        super().__init__(replace(deps_of(database), webhook_secrets=secrets or (SECRET, OLD_SECRET)))

    def post(self, body: bytes, headers: Any = None, path: str = HOOK) -> httpx.Response:
        """One delivery; signed as it should be unless headers are given."""
        return self.ask("POST", path, content=body, headers=signed(body) if headers is None else headers)

    def send(self, body: bytes, **more: str) -> int:
        """One good delivery; the status."""
        return self.post(body, signed(body, **more)).status_code

    def stored(self) -> list[DeliveryRow]:
        """What is in the inbox, latest first."""
        with self.deps.database.read() as connection:
            return inbox.deliveries_at(connection, self.deps.site_id, NOW + 1, None, Page(500))
