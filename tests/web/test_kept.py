"""Answers are kept while nothing changed, and no longer: whatever is written, and however time passes."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import event

from phasewise.core.rights import Role
from phasewise.errors import StoreError
from phasewise.store import sites
from phasewise.store.db import Database
from phasewise.store.watch import Watch
from phasewise.web.kept import LASTS_MS, MOST_ANSWERS, MOST_BYTES, Kept
from tests.store.records import DOING, DONE, TODO, moved, task
from tests.web.accounts import Browser, person
from tests.web.story import BOB, MODELING, NOW, Api, Clock, tell

PAGES = ("/", "/board", "/projects/ML-1", "/people", "/rules")
LISTS = ("/projects", "/tasks", "/people", "/findings", "/board")


def put_clock(api: Api, at: int) -> None:
    api.app.state.deps = replace(api.app.state.deps, now=Clock(at))


def body(api: Api, path: str, **headers: str) -> str:
    answer = api.ask("GET", path, headers={"accept": "text/html", **headers})
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.fixture
def questions(api: Api) -> Iterator[list[str]]:
    """What is asked of the database, but for who asks and whether it changed."""
    asked: list[str] = []
    engine = api.deps.database._engine

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM intervals" in statement or "FROM findings" in statement:
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", [*PAGES, *(f"/api/v1{path}" for path in LISTS)])
def test_the_same_is_answered_without_reading_it_again(api: Api, path: str, questions: list[str]) -> None:
    token = {"authorization": f"Bearer {api.token}"}
    body(api, path, **token)  # notes that the token was used, which is a change
    first = body(api, path, **token)
    questions.clear()
    assert body(api, path, **token) == first
    assert questions == []


def test_a_change_of_a_ticket_is_on_every_page_at_once(api: Api) -> None:
    before = [body(api, path) for path in PAGES]
    ended = task(3, moved(31, 3, TODO, DOING), moved(32, 9, DOING, DONE), **BOB, **MODELING)
    tell(api.deps, [ended])
    after = [body(api, path) for path in PAGES]
    assert all(was != now for was, now in zip(before, after, strict=True))
    api.app.state.kept = Kept(Watch(api.deps.database).state)
    assert after == [body(api, path) for path in PAGES]


def test_a_change_that_raises_no_revision_is_seen_too(api: Api) -> None:
    assert "Stale" not in body(api, "/")
    with api.deps.database.write() as connection:
        sites.save_sync_state(connection, api.deps.site_id, watermark=NOW - 3_600_000)
    assert "Stale" in body(api, "/")


def test_what_another_process_wrote_is_seen(api: Api) -> None:
    body(api, "/")
    other = Database(api.deps.database.address)
    tell(replace(api.deps, database=other), [task(8, moved(81, 9, TODO, DOING), **BOB, **MODELING)])
    other.close()
    assert "ML-8" in body(api, "/")


def test_time_alone_makes_it_anew_within_seconds_and_with_every_minute(api: Api) -> None:
    first = api.json("/projects")["as_of"]
    put_clock(api, NOW + LASTS_MS - 1)
    api.json("/projects")  # the token's use was noted meanwhile
    kept = api.json("/projects")["as_of"]
    put_clock(api, NOW + 2 * LASTS_MS)
    assert first < kept < api.json("/projects")["as_of"]
    put_clock(api, NOW + 59_999)
    last = api.json("/projects")["as_of"]
    put_clock(api, NOW + 60_000)
    assert last < api.json("/projects")["as_of"]


def test_a_clock_that_was_set_back_finds_nothing_kept(api: Api) -> None:
    put_clock(api, NOW + 1_000)
    api.json("/projects")
    later = api.json("/projects")["as_of"]
    put_clock(api, NOW)
    assert api.json("/projects")["as_of"] < later


def test_another_instant_is_computed_each_time(api: Api, questions: list[str]) -> None:
    for _ in range(2):
        questions.clear()
        body(api, "/?as_of=2026-03-10T00:00:00Z")
        assert questions


def test_everybody_gets_their_own(api: Api) -> None:
    person(api.deps, "lea@example.com", Role.LEAD)
    person(api.deps, "sam@example.com", Role.STAKEHOLDER)
    lead, other = Browser(api.deps), Browser(api.deps)
    other.app = lead.app
    assert lead.sign_in("lea@example.com").status_code == 303
    assert other.sign_in("sam@example.com").status_code == 303
    for _ in range(2):
        assert "Who is on what" in lead.get("/").text
        assert "Who is on what" not in other.get("/").text


def test_every_language_has_its_own(api: Api) -> None:
    pages = {code: body(api, "/", **{"accept-language": code}) for code in ("en", "fr", "ja")}
    assert len(set(pages.values())) == 3
    assert pages == {code: body(api, "/", **{"accept-language": code}) for code in pages}


def test_who_is_shut_out_is_shown_nothing_that_was_kept(api: Api) -> None:
    person(api.deps, "lea@example.com", Role.LEAD)
    browser = Browser(api.deps)
    browser.sign_in("lea@example.com")
    assert browser.get("/").status_code == 200
    cookies = dict(browser.cookies)
    browser.post("/logout")
    browser.cookies = cookies
    assert browser.get("/").status_code == 303


def test_it_is_packed_for_those_who_take_it(api: Api) -> None:
    plain = api.ask("GET", "/", headers={"accept-encoding": "identity"})
    packed = api.ask("GET", "/", headers={"accept-encoding": "gzip"})
    assert (plain.headers["vary"], packed.headers["vary"]) == ("Accept-Encoding",) * 2
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(packed.content) == len(plain.content)
    assert plain.content == packed.content


# ------------------------------------------------------------------ by itself


def test_those_who_ask_at_once_wait_for_the_first() -> None:
    kept, made, begun = Kept(lambda: "same"), [], threading.Event()

    def make() -> bytes:
        made.append(1)
        begun.wait(5)
        return b"page"

    threads = [threading.Thread(target=lambda: kept.answer("/", Clock(), make)) for _ in range(5)]
    for one in threads:
        one.start()
    begun.set()
    for one in threads:
        one.join()
    assert len(made) == 1


def test_nobody_waits_long_for_the_first() -> None:
    kept, begun, end = Kept(lambda: "same", patience_seconds=0.01), threading.Event(), threading.Event()

    def stuck() -> bytes:
        begun.set()
        end.wait(5)
        return b"late"

    first = threading.Thread(target=lambda: kept.answer("/", Clock(), stuck))
    first.start()
    begun.wait(5)
    assert kept.answer("/", Clock(), lambda: b"own") == b"own"
    end.set()
    first.join()
    assert kept.answer("/", Clock(), lambda: b"anew") == b"late"


def test_what_changed_while_it_was_made_is_not_kept() -> None:
    states = iter("abbb")
    kept = Kept(lambda: next(states))
    assert kept.answer("/", Clock(), lambda: b"of a or b") == b"of a or b"
    assert kept.answer("/", Clock(), lambda: b"of b") == b"of b"
    assert kept.answer("/", Clock(), lambda: b"never") == b"of b"


def test_nothing_is_kept_of_what_failed() -> None:
    kept = Kept(lambda: "same")

    def fail() -> bytes:
        raise StoreError("gone")

    with pytest.raises(StoreError, match="gone"):
        kept.answer("/", Clock(), fail)
    assert kept.answer("/", Clock(), lambda: b"page") == b"page"


def test_what_fails_takes_no_more_room_than_what_is_answered() -> None:
    kept = Kept(lambda: "same")
    for number in range(MOST_ANSWERS + 6):
        with pytest.raises(KeyError):
            kept.answer(number, Clock(), lambda: {}["no such page"])
    assert len(kept._slots) == MOST_ANSWERS


def test_only_so_much_is_kept() -> None:
    kept = Kept(lambda: "same")
    for number in range(MOST_ANSWERS + 1):
        kept.answer(number, Clock(), lambda: b"small")
    assert len(kept._slots) == MOST_ANSWERS
    kept.answer("large", Clock(), lambda: bytes(MOST_BYTES))
    assert list(kept._slots) == ["large"]
