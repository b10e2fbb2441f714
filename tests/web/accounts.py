"""A browser with cookies before the application, and people with accounts, for tests of who may come in."""

import asyncio
import re
from dataclasses import replace
from functools import cache
from typing import Any

import httpx
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select

from phasewise.core.rights import Role
from phasewise.mail.access import smtp_access
from phasewise.mail.smtp import Smtp
from phasewise.store import accounts
from phasewise.store.work_tables import effects
from phasewise.usecases.accounts.administer import Rights, account_by_email, invite
from phasewise.usecases.accounts.links import first_link
from phasewise.usecases.deps import Deps
from phasewise.web.app import create_app
from phasewise.web.visitors import Doors
from tests.web.story import Clock

PASSWORD = "three tame walruses"
HOME = "http://127.0.0.1:8000"


class Browser:
    """Keeps its cookies and says where its forms come from, as browsers do."""

    def __init__(self, deps: Deps, *, base_url: str = HOME, doors: Doors = Doors.UNTIL_ACCOUNTS) -> None:
        self.deps, self.base_url = deps, base_url
        self.app = create_app(deps, base_url, doors=doors)
        self.cookies: dict[str, str] = {}
        self.set_cookies: list[str] = []
        self.address = "127.0.0.1"

    def again(self) -> "Browser":
        """Another browser before the same application."""
        other = Browser(self.deps, base_url=self.base_url)
        other.app = self.app
        return other

    def ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"accept": "text/html", "user-agent": "Test browser", "origin": self.base_url}
        headers |= {"cookie": cookies} if cookies else {}
        headers |= request.pop("headers", {})

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, False, client=(self.address, 1234))
            async with httpx.AsyncClient(transport=transport, base_url=self.base_url) as client:
                return await client.request(method, path, headers=headers, **request)

        answer = asyncio.run(send())
        self.set_cookies = answer.headers.get_list("set-cookie")
        for line in self.set_cookies:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
            if "Max-Age=0" in line:
                del self.cookies[name]
        return answer

    def get(self, path: str, **request: Any) -> httpx.Response:
        return self.ask("GET", path, **request)

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self.ask("POST", path, data=fields)

    def sign_in(self, email: str, password: str = PASSWORD, **more: str) -> httpx.Response:
        return self.post("/login", email=email, password=password, **more)

    def put_clock(self, at: int) -> None:
        self.app.state.deps = replace(self.app.state.deps, now=Clock(at))
        self.deps = replace(self.deps, now=Clock(at))


def person(deps: Deps, email: str, role: Role | Rights = Role.ADMIN, jira: str | None = None) -> str:
    """An account with the password of all of them; its id."""
    invite(deps, email, email.partition("@")[0], role, jira)
    account_id = account_by_email(deps, email).account_id
    with deps.database.write() as connection:
        accounts.change(connection, deps.site_id, account_id, password=_cheap_hash())
    return account_id


@cache
def _cheap_hash() -> str:
    """Of PASSWORD: a hash says itself how dear it is, and checking a dear one takes a quarter of a second."""
    return PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)).hash(PASSWORD)


def signed_in(
    deps: Deps, email: str = "ada@example.com", role: Role | Rights = Role.ADMIN, **more: Any
) -> Browser:
    """The browser of a new account."""
    person(deps, email, role, more.pop("jira", None))
    browser = Browser(deps, **more)
    assert browser.sign_in(email).status_code == 303
    return browser


def link_in(html: str) -> str:
    """The path of the one-time link on a page."""
    [found] = re.findall(r"(/password/[\w-]+)", html)
    return str(found)


def first(deps: Deps) -> str:
    path = first_link(deps)
    assert path is not None
    return path


def mailing(deps: Deps) -> Deps:
    """The same with a mail server, which nobody asks here."""
    return replace(deps, mailer=Smtp(smtp_access("smtp://127.0.0.1:9", "pw@example.com")))


def mail_text(deps: Deps) -> str:
    """What the only mail that waits says."""
    with deps.database.read() as connection:
        [body] = connection.scalars(select(effects.c.body))
        return str(body["text"])
